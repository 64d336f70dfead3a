// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors for us (the test and CI scripts set MILLIWATT_STRICT), not for a user whose newer
// compiler warns about something that we have not seen yet.
let strict = Context.environment["MILLIWATT_STRICT"] == "1"
let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
    ] + (strict ? [.treatAllWarnings(as: .error)] : [])

/// A layer of the house: a library target that may import only what is named beside it.
func layer(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "milliwatt",
    products: [
        .executable(name: "milliwattd", targets: ["milliwattd"]),
        // For Tests/Benchmarks and Tests/Fuzzers.
        .library(name: "SIP", targets: ["SIP"]),
        .library(name: "SDP", targets: ["SDP"]),
        .library(name: "Media", targets: ["Audio", "Networking", "RTP", "Media"]),
        .library(name: "UserAgent", targets: ["Audio", "Networking", "UserAgent"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        // Only the core of it: there are four paths to route, and its traits are for what is not used.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "CLinux"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CSpanDSP", pkgConfig: "spandsp", providers: [.apt(["libspandsp-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        layer("SIP"),
        layer("SDP"),
        layer("RTP"),
        layer("Quality"),
        layer("Audio", ["CSpanDSP"]),
        // Not "Network": packages that find a module of that name take it for Apple's framework.
        layer("Networking", ["CLinux", "COpenSSL"]),
        layer("Media", ["RTP", "Audio", "Quality", "Networking", "CLinux"]),
        layer(
            "UserAgent",
            ["SIP", "SDP", "Audio", "Media", "Networking", .product(name: "HeapModule", package: "swift-collections")]),
        layer(
            "Operations",
            [
                "SIP", "Media", "Networking",
                "UserAgent", "CSystemd", "COpenSSL",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "TOMLKit", package: "TOMLKit"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            resources: [.embedInCode("HTTP/openapi.json")]),
        .executableTarget(
            name: "milliwattd",
            dependencies: [
                "SIP", "SDP", "RTP", "Quality", "Audio", "Networking", "Media", "UserAgent", "Operations", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        tests("RTPTests", ["RTP"]),
        tests("SIPTests", ["SIP"]),
        tests("AudioTests", ["Audio", "CSpanDSP"]),
        tests("MediaTests", ["Media", "RTP", "Audio", "Quality", "Networking", "CLinux"]),
        tests(
            "OperationsTests",
            [
                "Operations", "milliwattd", "SIP", "SDP", "RTP", "Quality", "Media", "UserAgent", "Networking",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests("EndToEndTests", resources: [.copy("Scenarios"), .copy("Peers")]),
        tests("NetworkingTests", ["Networking", "CLinux"]),
        tests("SDPTests", ["SDP"]),
        tests("QualityTests", ["Quality"]),
        tests(
            "UserAgentTests",
            [
                "UserAgent", "SIP", "SDP", "Audio", "Media", "Networking",
                .product(name: "HeapModule", package: "swift-collections"),
            ]),
    ]
)
