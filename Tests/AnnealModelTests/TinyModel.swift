import AnnealContainer
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealTokens
import Foundation
import Testing

@testable import AnnealModel

/// A whole model of a few kilobytes, with every section that there is.
enum TinyModel {
    static let dimension = 32

    static func tokenizerBytes() throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: "tiny", withExtension: "model", subdirectory: "Fixtures"))
        return [UInt8](try Data(contentsOf: url))
    }

    static func tokenizer() throws -> Tokenizer {
        try tokenizerBytes().withUnsafeBytes { try Tokenizer(model: $0) }
    }

    /// The parts of a model with three phrase constants, one role, two classes, and rules of several kinds.
    static func parts(seed: UInt64 = 1) throws -> ModelParts {
        var chance = SplitMix64(seed: seed)
        let tokenizer = try tokenizer()
        let tokens = tokenizer.pieceCount
        var parts = ModelParts()
        parts.metadata["teacher"] = "a random number generator"
        parts.metadata["corpus.digest"] = "00ff"
        parts.metadata["note"] = "übung ; macht = den Meister"
        parts.metadata["empty"] = ""
        parts.tokenizer = try tokenizerBytes()
        parts.tokenCount = tokens
        parts.dimension = dimension
        parts.exponent = 20
        parts.scales = (0..<(tokens + 3)).map { _ in Int16.random(in: 1...1500, using: &chance) }
        parts.scales[1] = 12000
        parts.rows = (0..<((tokens + 3) * dimension)).map { _ in Int8.random(in: -127...127, using: &chance) }
        // Constants of phrases are multiples of 16, as training makes them: the file has them packed.
        for index in (tokens * dimension)..<parts.rows.count { parts.rows[index] &= -16 }
        parts.gainTable = (0..<256).map { UInt16($0 * 32) }
        parts.roles = (0..<(3 * dimension)).map { _ in Int8.random(in: -64...64, using: &chance) }
        parts.context = ModelParts.Context(
            codes: (0..<(tokens * 64)).map { _ in Int8.random(in: -9...9, using: &chance) },
            tanhTable: (0..<4096).map { UInt8($0 / 16) },
            inverseRoots: (0..<257).map { UInt32(65536 / max($0, 1)) },
            placeRows: (0..<257).map { UInt8($0 % 3) },
            places: (0..<192).map { _ in Int8.random(in: -128...127, using: &chance) })
        parts.classes = ModelParts.Classes(
            names: ["animal", "a \"quoted\" \\ name"], offsets: [0, 0, 2] + Array(repeating: 3, count: tokens - 2),
            members: [0, 1, 1])
        parts.constantNames = ["new york", "", "say \"hi\""]
        let rules = [
            Rule.phrase(5, 6, row: UInt32(tokens), confidence: 100),
            Rule.phrase(7, 8, row: UInt32(tokens + 1), distance: 2...3, confidence: 90),
            Rule(
                atoms: [Atom(.tokenClass(1)), Atom(.any, opcodes: .bare, distanceMin: 1, distanceMax: 4)],
                placement: .gather,
                updates: [Update(source: 1, opcode: .push), Update(source: 0, opcode: .merge, operand2: 0)],
                confidence: -5, code: SIMD32<Int8>(repeating: -3)),
            Rule(atoms: [Atom(.token(9))], updates: [Update(source: 0, opcode: .gain, operand1: 200)], confidence: 7),
        ]
        parts.ruleWords = RuleTable.encode(rules)
        parts.ruleCount = rules.count
        parts.critic = [1, -2, .max, .min]
        parts.extras = [ModelParts.Extra(tag: SectionTag("zz\"9")!, bytes: [1, 2, 3])]
        return parts
    }

    /// The least that a model can have: no roles, classes, codes, names, rules or critic.
    static func bareParts() throws -> ModelParts {
        var parts = try parts()
        parts.metadata = Metadata()
        parts.roles = []
        parts.context = nil
        parts.classes = nil
        parts.constantNames = nil
        parts.ruleWords = []
        parts.ruleCount = 0
        parts.critic = nil
        parts.extras = []
        return parts
    }

    static func bytes() throws -> [UInt8] { try ModelWriter.encode(parts()) }
}
