// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target, declared once.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A library target of the engine. Dependencies point one way only: the order of this list is the order of the flow.
func engine(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "Anneal",
    products: [
        .library(name: "Anneal", targets: ["Anneal"]),
        .executable(name: "anneal", targets: ["anneal-cli"]),
        .executable(name: "anneal-train", targets: ["anneal-train"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .target(name: "CAnnealKernels"),
        .target(name: "CShippedModel", resources: [.copy("Models")]),
        engine("AnnealTokens"),
        engine("AnnealProgram"),
        engine("AnnealRewrite", ["AnnealProgram"]),
        engine("AnnealMachine", ["AnnealProgram", "CAnnealKernels"]),
        engine("AnnealModel", ["AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealMachine"]),
        engine(
            "Anneal",
            ["AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealMachine", "AnnealModel", "CShippedModel"]),
        engine("AnnealEval", ["Anneal"]),
        .target(name: "CAnnealTraining"),
        engine(
            "AnnealTrain",
            ["CAnnealTraining", "AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealModel"]),
        .executableTarget(
            name: "anneal-train",
            dependencies: ["AnnealTrain", "AnnealModel", "Anneal", "AnnealEval", argumentParser],
            swiftSettings: strict),
        .executableTarget(
            name: "anneal-cli",
            dependencies: [
                "Anneal", "AnnealModel", "AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealMachine",
                "CAnnealKernels",
                "AnnealEval",
                argumentParser,
            ],
            path: "Sources/anneal", swiftSettings: strict),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        tests("AnnealTokensTests", ["AnnealTokens"], resources: [.copy("Fixtures")]),
        tests("AnnealProgramTests", ["AnnealProgram"]),
        tests("AnnealRewriteTests", ["AnnealRewrite", "AnnealProgram"], resources: [.copy("Golden")]),
        tests("AnnealMachineTests", ["AnnealMachine", "AnnealProgram", "CAnnealKernels"]),
        tests(
            "AnnealModelTests", ["AnnealModel", "AnnealProgram", "AnnealRewrite", "AnnealMachine", "AnnealTokens"],
            resources: [.copy("Fixtures")]),
        tests("AnnealTests", ["Anneal", "AnnealModel", "CAllocationCounter"]),
        tests(
            "AnnealTrainTests",
            [
                "AnnealTrain", "CAnnealTraining", "AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealModel",
                "Anneal",
            ],
            resources: [.copy("Fixtures")]),
        tests("AnnealCommandTests", ["anneal-cli", "AnnealEval", "Anneal", "AnnealModel"]),
    ]
)
