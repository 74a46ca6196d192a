import AnnealContainer
import AnnealPlatform
import AnnealRewrite
import AnnealTokens
import Foundation
import Testing

@testable import AnnealModel

/// Times of opening, checking, printing and reading a model of the shipped one's size. Runs only where
/// `ANNEAL_BENCHMARK_TOKENIZER` names a SentencePiece model to build it around:
///
///     ANNEAL_BENCHMARK_TOKENIZER=tok.model swift test -c release -Xswiftc -enable-testing --filter ModelBenchmarkTests
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["ANNEAL_BENCHMARK_TOKENIZER"] != nil))
struct ModelBenchmarkTests {
    static func parts() throws -> ModelParts {
        let path = try #require(ProcessInfo.processInfo.environment["ANNEAL_BENCHMARK_TOKENIZER"])
        var parts = try TinyModel.parts()
        parts.tokenizer = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let tokens = try parts.tokenizer.withUnsafeBytes { try Tokenizer(model: $0) }.pieceCount
        let phrases = 60_000
        var chance = SplitMix64(seed: 3)
        parts.dimension = 256
        parts.tokenCount = tokens
        parts.scales = (0..<(tokens + phrases)).map { Int16($0 % 12000 + 1) }
        parts.rows = (0..<((tokens + phrases) * 256 / 8)).flatMap { _ in
            withUnsafeBytes(of: chance.next()) { $0.map { Int8(bitPattern: $0) } }
        }
        parts.roles = [Int8](repeating: 1, count: 3 * 256)
        parts.context?.codes = [Int8](repeating: 3, count: tokens * 64)
        parts.classes = nil
        parts.constantNames = (0..<phrases).map { "phrase number \($0)" }
        var rules: Set<[UInt32]> = []
        while rules.count < phrases {
            rules.insert([
                UInt32.random(in: 3..<UInt32(tokens), using: &chance),
                UInt32.random(in: 3..<UInt32(tokens), using: &chance),
            ])
        }
        parts.ruleWords = RuleTable.encode(
            rules.sorted { $0.lexicographicallyPrecedes($1) }.enumerated().map {
                .phrase($1[0], $1[1], row: UInt32(tokens + $0), confidence: 100)
            })
        parts.ruleCount = phrases
        return parts
    }

    /// The least of several runs, in milliseconds.
    private static func least(_ runs: Int = 9, _ body: () throws -> Void) rethrows -> Double {
        var least = Double.infinity
        for _ in 0..<runs {
            let time = try ContinuousClock().measure(body)
            least = min(least, Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1e3)
        }
        return least
    }

    @Test func times() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anneal-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/a.anneal"
        let parts = try Self.parts()
        let bytes = try ModelWriter.encode(parts)
        try ModelWriter.write(bytes, to: path)
        let size = Double(bytes.count) / 1e6
        func report(_ what: String, _ time: Double, _ megabytes: Double) {
            print("\(what): \(time) ms, \(megabytes / time) GB/s of \(megabytes) MB")
        }
        var sum: UInt64 = 0
        report("checksum", Self.least { sum ^= bytes.withUnsafeBytes { Checksum64.of($0) } }, size)
        report("map alone", try Self.least { _ = try FileStorage(mapping: path) }, size)
        report("open", try Self.least { _ = try Model(path: path) }, size)
        let storage = try FileStorage(mapping: path)
        let table = try SectionTable(
            reading: storage.bytes, header: FileHeader(reading: storage.bytes, kind: .model), kind: .model)
        let reader = SectionReader(bytes: storage.bytes, table: table)
        report("sections without the tokenizer", try Self.least { _ = try CheckedSections(reader) }, size)
        report("names", try Self.least { _ = try reader.constantNames(parts.shape) }, 1)
        report("constants", try Self.least { _ = try reader.constants(parts.shape) }, 1)
        let model = try Model(path: path)
        report(
            "tokenizer", try Self.least { _ = try parts.tokenizer.withUnsafeBytes { try Tokenizer(model: $0) } },
            Double(parts.tokenizer.count) / 1e6)
        report(
            "rules",
            try Self.least {
                _ = try RuleTable(
                    words: model.ruleWords, ruleCount: model.shape.ruleCount, classes: .empty, codes: model.codes,
                    limits: model.rules.limits)
            }, Double(model.ruleWords.count) * 4e-6)
        report("verify", try Self.least(3) { try model.verify() }, size)
        report("encode", try Self.least(3) { _ = try ModelWriter.encode(parts) }, size)
        report("patch", try Self.least(3) { _ = try RulePatch.apply("k8s = kubernetes", to: model) }, size)
        var text: [UInt8] = []
        let printing = Self.least(2) { text = ModelDisassembler(model).text() }
        report("disassemble", printing, Double(text.count) / 1e6)
        var back: [UInt8] = []
        report("assemble", try Self.least(2) { back = try ModelAssembler.assemble(text) }, Double(text.count) / 1e6)
        #expect(back == bytes)
    }
}
