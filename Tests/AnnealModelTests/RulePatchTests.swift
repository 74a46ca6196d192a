import AnnealContainer
import AnnealMachine
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealTokens
import TestSupport
import Testing

@testable import AnnealModel

@Suite struct RulePatchTests {
    private static func model() throws -> Model {
        // Without classes and codes, so that nothing but the patch changes a program.
        try Model(bytes: ModelWriter.encode(TinyModel.bareParts()))
    }

    private static func vector(_ text: String, _ model: Model, isRewritten: Bool = true) -> [Int64] {
        var encoder = TokenEncoder(model.tokenizer)
        var program = Program()
        program.widen(encoder.encode(text).span)
        var annealer = Annealer(model.rules)
        if isRewritten { annealer.rewrite(&program) }
        var machine = Machine(constants: model.constants)
        machine.run(program)
        var totals = [Int64](repeating: 0, count: model.shape.dimension)
        totals.withUnsafeMutableBufferPointer { machine.copyTotals(into: $0.baseAddress!) }
        return totals
    }

    private static func cosine(_ a: [Int64], _ b: [Int64]) -> Double {
        func dot(_ x: [Int64], _ y: [Int64]) -> Double { zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }

    private static func error(_ patch: String) throws -> TextError? {
        let model = try TinyModel.bytes()
        do throws(ModelSourceError) {
            _ = try RulePatch.apply(patch, to: Model(opening: model))
            return nil
        } catch {
            guard case .text(let error) = error else {
                Issue.record("\(error)")
                return nil
            }
            return error
        }
    }

    @Test func theLeftSideMeansTheRight() throws {
        let model = try Self.model()
        let patched = try RulePatch.apply("# jargon\n\nk8s = kubernetes\n", to: model)
        #expect(patched.rules.count == model.rules.count + 1)
        #expect(patched.shape.rowCount == model.shape.rowCount + 1)
        #expect(patched.constantName(ofRow: UInt32(model.shape.rowCount)) == "kubernetes")
        #expect(patched.metadata["parent"] == model.contentHash.description)
        #expect(patched.contentHash != model.contentHash)
        try patched.verify()
        let meant = Self.vector("kubernetes", model, isRewritten: false)
        #expect(Self.cosine(Self.vector("k8s", model), meant) < 0.9)
        #expect(Self.cosine(Self.vector("k8s", patched), meant) > 0.9995)
        // Only where its tokens stand, and wherever they stand.
        #expect(Self.vector("the light", patched) == Self.vector("the light", model))
        #expect(Self.cosine(Self.vector("my k8s", patched), Self.vector("my kubernetes", model)) > 0.999)
    }

    @Test func aPhraseIsAddedToWhatIsThere() throws {
        let model = try Self.model()
        let patched = try RulePatch.apply("\"new york\" += \"city\"", to: model)
        let sum = zip(Self.vector("new york", model), Self.vector("city", model)).map { $0 + $1 }
        #expect(Self.cosine(Self.vector("new york", patched), sum) > 0.9995)
    }

    @Test func patchedRulesWinOverLearnedOnes() throws {
        var parts = try TinyModel.bareParts()
        let tokenizer = try TinyModel.tokenizer()
        let first = try #require(tokenizer.id(of: "▁k"))
        let second = try #require(tokenizer.id(of: "8"))
        parts.ruleWords = RuleTable.encode([.phrase(first, second, row: 1, confidence: 1_000_000)])
        parts.ruleCount = 1
        let model = try Model(bytes: ModelWriter.encode(parts))
        let patched = try RulePatch.apply("k8s = kubernetes", to: model)
        #expect(Self.cosine(Self.vector("k8s", patched), Self.vector("kubernetes", model, isRewritten: false)) > 0.9995)
    }

    @Test func theLongerLeftSideWins() throws {
        let model = try Self.model()
        let patched = try RulePatch.apply("k = cat\nk8s = kubernetes", to: model)
        #expect(Self.cosine(Self.vector("k8s", patched), Self.vector("kubernetes", model, isRewritten: false)) > 0.9995)
        #expect(Self.cosine(Self.vector("k", patched), Self.vector("cat", model, isRewritten: false)) > 0.9995)
    }

    @Test func fullRuleLines() throws {
        let model = try Self.model()
        let patched = try RulePatch.apply(
            "\"▁k\" \"8\" => $1 skip $2 !9 ; by hand\n#5 ~1..3 * => $2 $1 !7\n# 5 => a comment\n; one more", to: model)
        #expect(patched.rules.count == 2)
        #expect(patched.rules.rule(at: 0).confidence == 9)
        #expect(patched.rules.rule(at: 1).atoms[0].kind == .token(5))
        #expect(patched.shape.rowCount == model.shape.rowCount)
    }

    @Test func aPatchedModelDisassembles() throws {
        let patched = try RulePatch.apply("k8s = kubernetes", to: Model(bytes: TinyModel.bytes()))
        let bytes = try ModelWriter.encode(patched.parts)
        #expect(try ModelAssembler.assemble(ModelDisassembler(patched).text()) == bytes)
    }

    @Test func anEmptyPatchChangesOnlyTheParent() throws {
        let model = try Self.model()
        let patched = try RulePatch.apply("\n# nothing\r\n", to: model)
        var parts = patched.parts
        parts.metadata["parent"] = nil
        #expect(parts == model.parts)
    }

    @Test func quantisingIsNearestAndExactWhereItCan() throws {
        for seed in TestScale.cases(300) {
            var chance = SplitMix64(seed: seed)
            let bound = Int32.random(in: 0...1_500_000, using: &chance)
            let vector = (0..<32).map { _ in Int32.random(in: -bound...bound, using: &chance) }
            let constant = PatchConstant(name: "", quantising: vector)
            #expect(constant.scale >= 1 && constant.scale <= 12000)
            for (value, byte) in zip(vector, constant.row) {
                #expect(abs(Int(value) - Int(byte) * Int(constant.scale)) * 2 <= Int(constant.scale), "seed \(seed)")
                #expect(byte >= -127)
            }
        }
        let small: [Int32] = (0..<32).map { $0 * 4 - 64 }
        let exact = PatchConstant(name: "", quantising: small)
        #expect(exact.row.map { Int32($0) * Int32(exact.scale) } == small)
        let large = PatchConstant(name: "", quantising: [Int32.max, -.max, 1 << 30] + [Int32](repeating: 0, count: 29))
        #expect(large.scale == 12000)
        #expect(Array(large.row[..<4]) == [127, -127, 63, 0])
        #expect(PatchConstant(name: "", quantising: [Int32](repeating: 0, count: 32)).scale == 1)
    }

    @Test(arguments: [
        ("k8s kubernetes", 1, 15, "= or += or => between spaces", "the end of the line"),
        ("# x\nk8s=kubernetes", 2, 15, "= or += or => between spaces", "the end of the line"),
        ("k8s =", 1, 6, "a text", "the end of the line"),
        (" = kubernetes", 1, 1, "a text", "nothing"),
        ("k8s = \"kubernetes", 1, 18, "a closing double quote", "the end of the line"),
        ("\"k8s\" x = y", 1, 6, "nothing behind the closing quote", "\" \""),
        ("\"k\\8s\" = y", 1, 4, "\\\" or \\\\", "\"8\""),
        ("\"\" = y", 1, 1, "a text that has tokens", "\"\""),
        ("k8s = ☃", 1, 7, "a text that the model's tokenizer knows", "\"☃\", unknown to it"),
        ("☃ = snow", 1, 1, "a text that the model's tokenizer knows", "\"☃\", unknown to it"),
        ("a\u{1}b = y", 1, 1, "a text without control characters", "\"a\\u{01}b\""),
        ("k8s = kubernetes\n k8s = city", 2, 2, "a left side that no earlier line has", "that of line 1"),
        ("\"▁k\" => $1 skip", 1, 16, "! and the confidence", "end of line"),
        ("\"▁nope!\" => $1 skip !1", 1, 1, "a piece of the vocabulary", "\"▁nope!\""),
        ("\n#1 => $1 row=9999 phrase !1", 2, 10, "", ""),
    ])
    func isRefusedWithItsPlace(_ patch: String, _ line: Int, _ column: Int, _ expected: String, _ found: String) throws
    {
        let error = try #require(try Self.error(patch), "accepted: \(patch)")
        #expect(error.line == line, "\(error)")
        if !expected.isEmpty {
            #expect(error == TextError(line: line, column: column, expected: expected, found: found), "\(error)")
        }
    }

    @Test func tooManyTokensOnTheLeft() throws {
        let error = try #require(try Self.error("city = nothing\nthe light turns off = dark"))
        #expect(error.line == 2 && error.column == 1)
        #expect(error.expected == "at most 4 tokens on the left side")
        #expect(error.found.contains("▁light"))
    }

    @Test func aRuleThatTheModelCannotRun() throws {
        let error = try #require(try Self.error("k8s = kubernetes\n#1 => $1 phrase row=9999 !1"))
        #expect(error.line == 2)
        #expect(error.expected == "a rule that this model can run")
    }

    @Test func anyTextIsReadOrRefused() throws {
        let model = try Self.model()
        let words = [
            "k8s", "=", "+=", "=>", "\"", "\\", "#", ";", " ", "$1", "!9", "city", "\n", "\t", "☃", "skip", "\"▁k\"",
        ]
        for seed in TestScale.cases(150) {
            var chance = SplitMix64(seed: seed)
            let patch = (0..<12).map { _ in words.randomElement(using: &chance)! }.joined(separator: " ")
            _ = try? RulePatch.apply(patch, to: model)
        }
    }
}

extension Model {
    /// Opens a model that is known to be right.
    fileprivate convenience init(opening bytes: [UInt8]) {
        do {
            try self.init(bytes: bytes)
        } catch {
            fatalError("\(error)")
        }
    }
}
