// swift-tools-version: 6.2
import PackageDescription

// Apart from the root package, so that it keeps its one executable. `run` builds the fuzzers and runs each for a while.
func fuzzer(_ name: String, _ libraries: String...) -> Target {
    .executableTarget(
        name: name, dependencies: ["Fuzzing"] + libraries.map { .product(name: $0, package: "milliwatt") },
        swiftSettings: [.swiftLanguageMode(.v6)])
}

/// What FuzzMedia stands in for: calls of the media engine and its sockets to the kernel.
let wrapped = [
    "clinux_epoll_wait", "clinux_media_any_waits", "clinux_media_connect", "clinux_media_disconnect",
    "clinux_media_drain_errors", "clinux_media_drops", "clinux_media_prepare_thread", "clinux_media_receive",
    "clinux_media_send", "clinux_media_sleep", "clock_gettime", "epoll_ctl", "getentropy", "timerfd_settime",
]

let package = Package(
    name: "fuzzers",
    dependencies: [.package(name: "milliwatt", path: "../..")],
    targets: [
        .systemLibrary(name: "CLibFuzzer"),
        .target(name: "Fuzzing", dependencies: ["CLibFuzzer"], swiftSettings: [.swiftLanguageMode(.v6)]),
        fuzzer("FuzzMessage", "SIP"),
        fuzzer("FuzzFraming", "SIP"),
        fuzzer("FuzzSDP", "SDP"),
        fuzzer("FuzzSession", "SIP", "UserAgent"),
        .systemLibrary(name: "CKernel"),
        .executableTarget(
            name: "FuzzMedia",
            dependencies: ["Fuzzing", "CKernel", .product(name: "Media", package: "milliwatt")],
            swiftSettings: [.swiftLanguageMode(.v6)],
            linkerSettings: [.unsafeFlags(wrapped.flatMap { ["-Xlinker", "--wrap=\($0)"] })]),
    ]
)
