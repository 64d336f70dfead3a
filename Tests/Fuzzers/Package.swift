// swift-tools-version: 6.2
import PackageDescription

// Apart from the root package, so that it keeps its one executable. `run` builds the fuzzers and runs each for a while.
func fuzzer(_ name: String, _ libraries: String...) -> Target {
    .executableTarget(
        name: name, dependencies: ["CLibFuzzer"] + libraries.map { .product(name: $0, package: "milliwatt") },
        swiftSettings: [.swiftLanguageMode(.v6)])
}

let package = Package(
    name: "fuzzers",
    dependencies: [.package(name: "milliwatt", path: "../..")],
    targets: [
        .systemLibrary(name: "CLibFuzzer"),
        fuzzer("FuzzMessage", "SIP"),
        fuzzer("FuzzFraming", "SIP"),
        fuzzer("FuzzSDP", "SDP"),
        fuzzer("FuzzSession", "SIP", "UserAgent"),
    ]
)
