// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target, those of the main package.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func anneal(_ name: String) -> Target.Dependency { .product(name: name, package: "Anneal") }
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")

/// The HTTP and the gRPC service, a package of their own: who builds the engine need not build a server. Building one
/// product does not compile the other's.
let package = Package(
    name: "AnnealServices",
    // What gRPC asks for.
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "AnnealHTTP", targets: ["AnnealHTTP"]),
        .library(name: "AnnealGRPC", targets: ["AnnealGRPC"]),
        .executable(name: "anneal-serve", targets: ["anneal-serve"]),
        .executable(name: "anneal-grpc", targets: ["anneal-grpc"]),
    ],
    // Exact: a service is built again from what it was tested with.
    dependencies: [
        .package(name: "Anneal", path: ".."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
        .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .target(
            name: "AnnealServiceKit",
            dependencies: [
                anneal("Anneal"), anneal("AnnealCodes"), anneal("AnnealJSON"), anneal("AnnealLookup"),
                anneal("AnnealModel"), anneal("AnnealPlatform"), anneal("AnnealTokens"), argumentParser, logging,
                nioSSL,
            ],
            swiftSettings: strict),
        .target(
            name: "AnnealHTTP",
            dependencies: [
                "AnnealServiceKit", anneal("Anneal"), anneal("AnnealCodes"), anneal("AnnealConcepts"),
                anneal("AnnealJSON"), anneal("AnnealModel"), anneal("AnnealTokens"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                logging, nioSSL, lifecycle, signals,
            ],
            resources: [
                .embedInCode("Page/openapi.json"), .embedInCode("Page/page.css"), .embedInCode("Page/page.html"),
                .embedInCode("Page/page.js"),
            ],
            swiftSettings: strict),
        .target(
            name: "AnnealGRPC",
            dependencies: [
                "AnnealServiceKit", anneal("Anneal"), anneal("AnnealTokens"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                logging, lifecycle, signals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "anneal-serve",
            dependencies: [
                "AnnealHTTP", "AnnealServiceKit", anneal("Anneal"), anneal("AnnealConcepts"), anneal("AnnealPlatform"),
                argumentParser, logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "anneal-grpc",
            dependencies: ["AnnealGRPC", "AnnealServiceKit", anneal("Anneal"), argumentParser, logging],
            swiftSettings: strict),
        .testTarget(
            name: "AnnealServiceKitTests",
            dependencies: [
                "AnnealServiceKit", anneal("Anneal"), anneal("AnnealTokens"), logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AnnealHTTPTests",
            dependencies: [
                "AnnealHTTP", "AnnealServiceKit", anneal("Anneal"), anneal("AnnealCodes"), anneal("AnnealConcepts"),
                anneal("AnnealPlatform"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AnnealGRPCTests",
            dependencies: [
                "AnnealGRPC", "AnnealServiceKit", anneal("Anneal"), anneal("AnnealModel"), anneal("AnnealTokens"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCInProcessTransport", package: "grpc-swift-2"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                logging,
            ],
            swiftSettings: strict),
    ]
)
