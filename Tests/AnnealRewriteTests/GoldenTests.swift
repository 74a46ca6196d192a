import AnnealProgram
import Foundation
import Testing

@testable import AnnealRewrite

/// One golden file a rule family: rules, texts, and every step of what they give, cases that must not fire included.
///
/// A file has `pieces:` with the vocabulary, `classes:` with `piece=class,…`, `codes: seed` for context codes, `places: seed` for gains by
/// place, rules as
/// ``RuleText``, and cases: a line `> mode piece…`, with the expected steps below it up to the next empty line.
@Suite struct GoldenTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    static let families = [
        "phrase", "furtherPhrase", "distance", "condition", "tokenClass", "any", "reorder", "chain", "absorb", "merge",
        "score", "gain", "place",
    ]

    @Test(arguments: families)
    func familyGivesItsGoldenFile(family: String) throws {
        let file = Self.folder.appendingPathComponent(family + ".txt")
        let golden = try String(contentsOf: file, encoding: .utf8)
        let found = try render(golden)
        if ProcessInfo.processInfo.environment["ANNEAL_WRITE_GOLDEN"] == "1" {
            try found.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(
            found == golden,
            "\(family).txt differs. If the new text is right: ANNEAL_WRITE_GOLDEN=1 swift test --filter GoldenTests")
    }

    @Test func everyFileHasATest() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files) == Set(Self.families.map { $0 + ".txt" } + ["README.md"]))
    }

    /// The file with the expected steps made anew.
    private func render(_ golden: String) throws -> String {
        var vocabulary = TestVocabulary(pieces: [])
        var classes: [[UInt16]] = []
        var codeSeed: UInt64?
        var placeSeed: UInt64?
        var rules: [Rule] = []
        var output = ""
        var inCase = false
        for line in golden.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast() {
            if inCase && !line.isEmpty { continue }
            inCase = false
            output += line + "\n"
            if line.hasPrefix("pieces: ") {
                vocabulary = TestVocabulary(pieces: words(line))
                classes = vocabulary.pieces.map { _ in [] }
            } else if line.hasPrefix("classes: ") {
                for entry in words(line) {
                    let parts = entry.split(separator: "=")
                    let token = try #require(vocabulary.pieceID(of: String(parts[0])))
                    classes[Int(token)] = parts[1].split(separator: ",").map { UInt16($0)! }
                }
            } else if line.hasPrefix("codes: ") {
                codeSeed = UInt64(words(line)[0])
            } else if line.hasPrefix("places: ") {
                placeSeed = UInt64(words(line)[0])
            } else if line.hasPrefix("> ") {
                inCase = true
                let limits = ProgramLimits(tokenCount: vocabulary.pieces.count, rowCount: 100, roleCount: 4)
                let bench = try Workbench(
                    rules, limits: limits, classes: classes, classCount: 8, codeSeed: codeSeed, placeSeed: placeSeed)
                output += try steps(bench, vocabulary, words(line))
            } else if !line.hasPrefix(";") {
                rules += try RuleText.parse(line, vocabulary: vocabulary)
            }
        }
        return output
    }

    private func words(_ line: String) -> [String] { line.split(separator: " ").dropFirst().map(String.init) }

    private func steps(_ bench: Workbench, _ vocabulary: TestVocabulary, _ words: [String]) throws -> String {
        let isJudged = words[0] == "annealed"
        try #require(isJudged || words[0] == "compiled", "\(words)")
        let tokens = try words.dropFirst().map { try #require(vocabulary.pieceID(of: $0), "\($0)") }
        var program = Program()
        program.assign(Workbench.items(tokens))
        var annealer = Annealer(bench.table)
        let trace = Trace()
        var critic = TokenCritic(seed: 1)
        let result =
            isJudged
            ? annealer.rewrite(&program, critic: &critic, trace: trace) : annealer.rewrite(&program, trace: trace)
        var output = ""
        for step in trace.steps {
            switch step.cause {
            case .rule(let id, let score):
                output +=
                    "rule \(id) scores \(score), matches \(step.slots)\(step.outcome == .reverted ? ", is undone" : "")\n"
            case .contextGains: output += "gains change at \(step.slots)\n"
            case .criticGains: Issue.record("the annealer knows no critic that changes gains")
            }
        }
        for item in program.items {
            output += "    " + AssemblyPrinter().line(of: item, piece: vocabulary.piece(of: item.token)) + "\n"
        }
        return output + "\(result.stopReason) after \(result.steps)\n"
    }
}
