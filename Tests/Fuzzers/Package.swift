// swift-tools-version: 6.2
import PackageDescription

// Apart from the root package, so that it keeps its one executable. `run` builds the fuzzers and runs each for a while.
func fuzzer(_ name: String) -> Target {
    .executableTarget(
        name: name, dependencies: ["CLibFuzzer", .product(name: "SIP", package: "milliwatt")],
        swiftSettings: [.swiftLanguageMode(.v6)])
}

let package = Package(
    name: "fuzzers",
    dependencies: [.package(name: "milliwatt", path: "../..")],
    targets: [.systemLibrary(name: "CLibFuzzer"), fuzzer("FuzzMessage"), fuzzer("FuzzFraming")]
)
