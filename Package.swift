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
func engine(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// Dependencies of the command line, search and training. Who depends on the library `Anneal` fetches none of them.
let tools: TargetDependencyCondition = .when(traits: ["Tools"])!
let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser", condition: tools)
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift", condition: tools)
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift", condition: tools)

/// Whether another package depends on this one by URL. SwiftPM reads the manifest in the root of the repository as it
/// was cloned, then in a folder of its checkouts.
let folder = Context.packageDirectory.split(separator: "/")
let isDependency = folder.isEmpty || folder.dropLast().last == "checkouts"

let package = Package(
    name: "Anneal",
    products: [
        .library(name: "Anneal", targets: ["Anneal"]),
        .library(name: "AnnealSearch", targets: ["AnnealSearch"]),
        .library(name: "AnnealJSON", targets: ["AnnealJSON"]),
        .library(name: "AnnealPlatform", targets: ["AnnealPlatform"]),
        .library(name: "AnnealModel", targets: ["AnnealModel"]),
        .library(name: "AnnealTokens", targets: ["AnnealTokens"]),
        .library(name: "AnnealManifold", targets: ["AnnealManifold"]),
        .library(name: "AnnealSound", targets: ["AnnealSound"]),
        .library(name: "AnnealCodes", targets: ["AnnealCodes"]),
        .library(name: "AnnealIDs", targets: ["AnnealIDs"]),
        .library(name: "AnnealConcepts", targets: ["AnnealConcepts"]),
        .library(name: "AnnealGGUF", targets: ["AnnealGGUF"]),
        .library(name: "AnnealLookup", targets: ["AnnealLookup"]),
        .executable(name: "anneal", targets: ["anneal-cli"]),
        .executable(name: "anneal-search", targets: ["anneal-search"]),
        .executable(name: "anneal-train", targets: ["anneal-train"]),
        .executable(name: "anneal-prefer", targets: ["anneal-prefer"]),
        .library(name: "AnnealABI", type: .dynamic, targets: ["AnnealABI"]),
    ],
    traits: [
        .trait(name: "Tools", description: "The command line, search and training, and the packages that they need."),
        .default(enabledTraits: isDependency ? [] : ["Tools"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "CAnnealKernels"),
        .target(name: "CShippedModel", resources: [.copy("Models")]),
        .target(name: "CAnnealPlatform"),
        engine("AnnealPlatform", ["CAnnealPlatform"]),
        engine("AnnealFormats", ["AnnealPlatform"]),
        engine("AnnealContainer", ["AnnealPlatform"]),
        engine("AnnealManifold", ["AnnealPlatform", "AnnealFormats"]),
        .target(name: "CCodeKernels", dependencies: ["CAnnealKernels"]),
        engine(
            "AnnealCodes", ["AnnealPlatform", "AnnealFormats", "AnnealContainer", "AnnealManifold", "CCodeKernels"]),
        engine(
            "AnnealSound", ["AnnealPlatform", "AnnealFormats", "AnnealContainer", "AnnealManifold", "AnnealCodes"]),
        engine("AnnealTokens", ["AnnealPlatform", "CAnnealKernels"]),
        engine("AnnealGGUF", ["AnnealPlatform", "AnnealFormats", "AnnealTokens"]),
        // `Program` lends its arrays as spans, which depend on it.
        .target(
            name: "AnnealProgram", swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
        engine("AnnealRewrite", ["AnnealPlatform", "AnnealProgram", "CAnnealKernels"]),
        engine("AnnealMachine", ["AnnealProgram", "CAnnealKernels"]),
        engine(
            "AnnealModel",
            ["AnnealPlatform", "AnnealContainer", "AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealMachine"]),
        engine(
            "Anneal",
            [
                "AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealMachine", "AnnealModel", "AnnealPlatform",
                "CAnnealKernels", "CShippedModel",
            ]),
        engine(
            "AnnealLookup",
            [
                "Anneal", "AnnealCodes", "AnnealContainer", "AnnealFormats", "AnnealGGUF", "AnnealMachine",
                "AnnealModel", "AnnealPlatform", "CAnnealKernels",
            ]),
        engine(
            "AnnealPacking",
            ["Anneal", "AnnealCodes", "AnnealContainer", "AnnealModel", "AnnealPlatform", "AnnealTokens"]),
        engine("AnnealEval", ["Anneal", "AnnealPlatform", "AnnealFormats", "AnnealManifold"]),
        engine(
            "AnnealIDs",
            [
                "Anneal", "AnnealCodes", "AnnealContainer", "AnnealEval", "AnnealFormats", "AnnealModel",
                "AnnealPlatform",
            ]),
        engine("AnnealJSON", ["Anneal", "AnnealProgram"]),
        engine(
            "AnnealConcepts",
            [
                "Anneal", "AnnealContainer", "AnnealFormats", "AnnealJSON", "AnnealManifold", "AnnealModel",
                "AnnealPlatform",
            ]),
        .target(name: "CAnnealABI"),
        engine(
            "AnnealABI",
            [
                "Anneal", "AnnealCodes", "AnnealContainer", "AnnealJSON", "AnnealLookup", "AnnealModel",
                "AnnealPlatform", "AnnealTokens", "CAnnealABI",
            ]),
        engine("AnnealEndpoints"),
        .target(name: "CAnnealTraining", dependencies: ["CAnnealKernels"]),
        engine(
            "AnnealTraining",
            [
                "CAnnealTraining", "AnnealEndpoints", "AnnealPlatform", "AnnealFormats", "AnnealContainer",
                "AnnealCodes",
                "AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealMachine", "AnnealModel",
            ]),
        engine(
            "AnnealEvolution",
            [
                "AnnealTraining", "AnnealPlatform", "AnnealFormats", "AnnealContainer", "AnnealProgram",
                "AnnealRewrite", "AnnealModel",
                grdb,
            ]),
        .executableTarget(
            name: "anneal-train",
            dependencies: [
                "AnnealTraining", "AnnealEvolution", "AnnealModel", "AnnealTokens", "AnnealRewrite", "Anneal",
                "AnnealEval", "AnnealPacking",
                "AnnealEndpoints", "AnnealPlatform", "AnnealFormats",
                argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "anneal-cli",
            dependencies: [
                "Anneal", "AnnealModel", "AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealMachine",
                "CAnnealKernels", "CShippedModel",
                "AnnealPlatform", "AnnealFormats", "AnnealGGUF", "AnnealLookup", "AnnealContainer", "AnnealManifold",
                "AnnealCodes", "AnnealPacking", "AnnealIDs", "AnnealConcepts", "AnnealSound", "AnnealEval",
                "AnnealJSON", "AnnealPassages", "AnnealGrep", "AnnealMCP",
                argumentParser,
            ],
            path: "Sources/anneal", swiftSettings: strict),
        .target(name: "CSearchKernels", dependencies: ["CAnnealKernels"]),
        .target(name: "CSearchSQLite", dependencies: [sqlite]),
        .target(name: "CPostgres"),
        engine("AnnealPassages", ["AnnealFormats", "AnnealPlatform"]),
        engine(
            "AnnealGrep",
            [
                "Anneal", "AnnealContainer", "AnnealFormats", "AnnealJSON", "AnnealModel", "AnnealPassages",
                "AnnealPlatform", "CSearchKernels",
            ]),
        engine(
            "AnnealSearch",
            [
                "Anneal", "AnnealPassages", "AnnealCodes", "AnnealContainer", "AnnealFormats", "AnnealModel",
                "AnnealPlatform",
                "CSearchKernels",
                "CSearchSQLite", "CPostgres", grdb, sqlite,
            ]),
        engine(
            "AnnealMCP",
            ["Anneal", "AnnealFormats", "AnnealGrep", "AnnealJSON", "AnnealPassages", "AnnealPlatform"]),
        .executableTarget(
            name: "anneal-search",
            dependencies: [
                "AnnealSearch", "AnnealPassages", "Anneal", "AnnealCodes", "AnnealPlatform", "AnnealEval", "AnnealJSON",
                argumentParser,
            ],
            swiftSettings: strict),
        engine("AnnealPreferences", ["AnnealContainer", "AnnealFormats", "AnnealPlatform"]),
        .executableTarget(
            name: "anneal-prefer",
            dependencies: [
                "AnnealPreferences", "AnnealEndpoints", "AnnealIDs", "Anneal", "AnnealFormats", "AnnealJSON",
                "AnnealPlatform", argumentParser, grdb,
            ],
            swiftSettings: strict),
        engine(
            "TestSupport", ["AnnealPlatform", "AnnealTokens", "AnnealProgram", "AnnealRewrite", "AnnealMachine"],
            path: "Tests/Support"),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .executableTarget(
            name: "LinkFixture", dependencies: ["Anneal"], path: "Tests/LinkFixture", swiftSettings: strict),
        tests("AnnealPlatformTests", ["AnnealPlatform"]),
        tests("AnnealFormatsTests", ["AnnealFormats", "AnnealPlatform"], resources: [.copy("Fixtures")]),
        tests("AnnealManifoldTests", ["AnnealManifold", "AnnealFormats", "AnnealPlatform"]),
        tests(
            "AnnealSoundTests",
            ["AnnealSound", "AnnealManifold", "AnnealContainer", "AnnealFormats", "AnnealPlatform"]),
        tests("AnnealCodesTests", ["AnnealCodes", "AnnealContainer", "AnnealFormats", "AnnealPlatform"]),
        tests("AnnealGGUFTests", ["AnnealGGUF", "AnnealPlatform", "AnnealTokens"], resources: [.copy("Fixtures")]),
        tests(
            "AnnealLookupTests",
            [
                "AnnealLookup", "Anneal", "AnnealContainer", "AnnealFormats", "AnnealGGUF", "AnnealMachine",
                "AnnealModel",
                "AnnealPlatform",
            ]),
        tests(
            "AnnealTokensTests", ["AnnealTokens", "AnnealPlatform", "TestSupport", "CAnnealKernels"],
            resources: [.copy("Fixtures")]),
        tests("AnnealProgramTests", ["AnnealProgram", "TestSupport"]),
        tests(
            "AnnealRewriteTests", ["AnnealRewrite", "AnnealProgram", "AnnealPlatform", "TestSupport"],
            resources: [.copy("Golden")]),
        tests(
            "AnnealMachineTests", ["AnnealMachine", "AnnealProgram", "AnnealPlatform", "TestSupport", "CAnnealKernels"]),
        tests(
            "AnnealModelTests",
            [
                "AnnealPlatform", "AnnealContainer", "AnnealModel", "AnnealProgram", "AnnealRewrite", "AnnealMachine",
                "AnnealTokens", "TestSupport",
            ],
            resources: [.copy("Fixtures")]),
        tests(
            "AnnealTests",
            [
                "Anneal", "AnnealContainer", "AnnealMachine", "AnnealModel", "AnnealRewrite", "AnnealTokens",
                "AnnealPlatform", "TestSupport", "CAllocationCounter", "LinkFixture",
            ],
            resources: [.copy("Frozen")]),
        tests(
            "AnnealCommandTests",
            [
                "anneal-cli", "AnnealPlatform", "AnnealFormats", "AnnealEval", "AnnealJSON", "Anneal", "AnnealModel",
                "AnnealManifold", "AnnealCodes", "TestSupport",
            ]),
        tests(
            "AnnealSearchTests",
            [
                "AnnealSearch", "AnnealPassages", "anneal-search", "AnnealCodes", "Anneal", "AnnealJSON",
                "AnnealPlatform", grdb,
            ]),
        tests("AnnealPassagesTests", ["AnnealPassages", "AnnealPlatform"]),
        tests("AnnealGrepTests", ["AnnealGrep", "AnnealPassages", "Anneal", "AnnealFormats", "AnnealPlatform"]),
        tests(
            "AnnealMCPTests", ["AnnealMCP", "Anneal", "AnnealFormats", "AnnealGrep", "AnnealJSON", "AnnealPlatform"]),
        tests(
            "AnnealPreferencesTests",
            [
                "AnnealPreferences", "AnnealEndpoints", "anneal-prefer", "AnnealContainer", "AnnealFormats",
                "AnnealPlatform", "TestSupport", grdb,
            ]),
        tests(
            "AnnealPackingTests", ["AnnealPacking", "Anneal", "AnnealModel", "AnnealCodes", "AnnealPlatform"]),
        tests(
            "AnnealIDsTests",
            [
                "AnnealIDs", "Anneal", "AnnealCodes", "AnnealContainer", "AnnealEval", "AnnealFormats", "AnnealModel",
                "AnnealPlatform",
            ]),
        tests("AnnealConceptsTests", ["AnnealConcepts", "Anneal", "AnnealContainer", "AnnealPlatform"]),
        tests(
            "AnnealABITests",
            [
                "AnnealABI", "CAnnealABI", "Anneal", "AnnealCodes", "AnnealContainer", "AnnealFormats", "AnnealLookup",
                "AnnealModel", "AnnealPlatform",
            ]),
        tests(
            "AnnealTrainingTests",
            [
                "AnnealTraining", "CAnnealTraining", "AnnealEndpoints", "AnnealPlatform", "AnnealFormats",
                "AnnealContainer",
                "AnnealCodes",
                "AnnealTokens",
                "AnnealProgram", "AnnealRewrite", "AnnealMachine", "AnnealModel", "Anneal", "TestSupport",
            ],
            resources: [.copy("Fixtures")]),
        tests(
            "AnnealEvolveTests",
            [
                "AnnealEvolution", "AnnealTraining", "AnnealPlatform", "AnnealFormats", "AnnealProgram",
                "AnnealRewrite", "TestSupport", "anneal-train",
                grdb,
            ]),
    ]
)

// The main of this program is libFuzzer's, which only Tests/GGUFFuzz/run.sh brings.
if Context.environment["ANNEAL_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "anneal-fuzz", dependencies: ["AnnealContainer", "AnnealGGUF", "AnnealLookup", "AnnealPlatform"],
            path: "Tests/GGUFFuzz", exclude: ["run.sh", "seeds.py"],
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
