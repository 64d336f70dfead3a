// swift-tools-version: 6.2
import PackageDescription

// Apart from the root package, so that a user's build stays small. Run it with
// `swift run -c release --package-path Tests/Benchmarks sip-bench`.
let package = Package(
    name: "benchmarks",
    products: [.executable(name: "sip-bench", targets: ["sip-bench"])],
    dependencies: [.package(name: "milliwatt", path: "../..")],
    targets: [
        .executableTarget(
            name: "sip-bench",
            dependencies: [.product(name: "SIP", package: "milliwatt"), .product(name: "SDP", package: "milliwatt")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
