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

/// The gRPC service: a package of its own, so that who builds the engine or the HTTP service need not build gRPC.
let package = Package(
    name: "AnnealGRPC",
    // What gRPC asks for.
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "AnnealGRPC", targets: ["AnnealGRPC"]),
        .executable(name: "anneal-grpc", targets: ["anneal-grpc"]),
    ],
    // Exact: a service is built again from what it was tested with. Raise them together with those of Service.
    dependencies: [
        .package(name: "Anneal", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
        .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .target(
            name: "AnnealGRPC",
            dependencies: [
                anneal("Anneal"), anneal("AnnealModel"), anneal("AnnealServing"), anneal("AnnealSessions"),
                anneal("AnnealTokens"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "anneal-grpc",
            dependencies: [
                "AnnealGRPC", anneal("Anneal"), anneal("AnnealServing"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AnnealGRPCTests",
            dependencies: [
                "AnnealGRPC", anneal("Anneal"), anneal("AnnealModel"), anneal("AnnealServing"), anneal("AnnealTokens"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCInProcessTransport", package: "grpc-swift-2"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: strict),
    ]
)
