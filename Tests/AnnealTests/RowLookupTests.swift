import AnnealMachine
import AnnealModel
import AnnealPlatform
import CAllocationCounter
import TestSupport
import Testing

@testable import Anneal

/// Rows for what the vocabulary does not know: they add exactly what they are, and change nothing else.
@Suite(.serialized) struct RowLookupTests {
    private let plain: Engine
    private let rows: WordRows
    private let engine: Engine

    init() throws {
        plain = try Engine()
        rows = WordRows(["路由器", "🙂", "ไทย", "Привет"], dimension: plain.dimension, seed: 23)
        engine = try Engine(path: Engine.defaultModelPath(), lookup: rows)
    }

    /// Pieces of texts, known and not, with a row and without.
    private static let parts = [
        "turn", "off", "the", "light", "路由器", "🙂", "ไทย", "Привет", "🙂🙂", "мир", "你好", "c++🙂", "x路由器y", " ", "\n",
        "\u{200B}",
    ]

    private static func text(_ random: inout SplitMix64, longest: Int) -> String {
        (0..<random.below(longest)).map { _ in parts[random.below(parts.count)] }
            .joined(separator: random.below(3) == 0 ? "" : " ")
    }

    /// All in 64-bit integers, from what the engine without a lookup gives.
    @Test("a vector is that of the known part plus the rows", arguments: Mode.allCases)
    func sums(mode: Mode) throws {
        var random = SplitMix64(seed: 1)
        var session = try engine.makeSession(mode: mode, normalize: false)
        let unit = Double(sign: .plus, exponent: -Int(engine.model.constants.exponent), significand: 1)
        var differing = 0
        for round in 0..<32 {
            let text = Array(Self.text(&random, longest: round < 30 ? 12 : 1_000).utf8)
            let known = try plain.run(text, mode: mode)
            let expected = zip(known.totals, rows.sum(of: text)).map { $0 + $1 }
            #expect(try engine.run(text, mode: mode).totals == expected, "\(mode) \(text)")
            let bits = expected.map { Float(Double($0) * unit).bitPattern }
            #expect(Samples.bits(&session, text) == bits, "\(mode) \(text)")
            #expect(session.tokenCount == known.explanation.tokens.count)
            #expect(session.unknownCount == known.explanation.unknownCount)
            if expected != known.totals { differing += 1 }
        }
        #expect(differing > 16)
    }

    @Test("where the lookup has nothing the bits are those without", arguments: Mode.allCases)
    func nothingFound(mode: Mode) throws {
        let none = WordRows([], dimension: plain.dimension, seed: 1)
        let engine = try Engine(path: Engine.defaultModelPath(), lookup: none)
        var random = SplitMix64(seed: 2)
        var texts = (0..<30).map { _ in Self.text(&random, longest: 12) } + [Self.text(&random, longest: 1_000)]
        texts += Samples.ordinary
        for text in texts {
            let bytes = Array(text.utf8)
            let expected = try Samples.vector(plain, bytes, mode: mode)
            #expect(try Samples.vector(engine, bytes, mode: mode) == expected, "\(text)")
            if rows.sum(of: bytes).allSatisfy({ $0 == 0 }) {
                #expect(try Samples.vector(self.engine, bytes, mode: mode) == expected, "\(text)")
            }
        }
    }

    @Test("a text of looked up words only has content; two words are as near as their rows")
    func unknownOnly() throws {
        let (one, other) = (try engine.embed("路由器"), try engine.embed("🙂"))
        #expect(one.contains { $0 != 0 } && one != other)
        #expect(try engine.embed("🙂 🙂") == other && engine.embed("🙂🙂") == other)
        #expect(try plain.embed("🙂").allSatisfy { $0 == 0 })
        #expect(try engine.embed("你好").allSatisfy { $0 == 0 })
        let comparison = try engine.compare("路由器", "🙂")
        let cosine = zip(one, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(comparison.cosine - cosine) < 1e-6 && comparison.pairs.count == 1)
    }

    @Test("explanations show each row, and the shares of all parts sum to one", arguments: Mode.allCases)
    func explained(mode: Mode) throws {
        let text = "turn 路由器 off 🙂你好🙂 x"
        let explanation = try engine.explain(text, mode: mode)
        let bytes = Array(text.utf8)
        #expect(
            explanation.lookedUp.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) } == ["路由器", "🙂", "🙂"])
        #expect(explanation.lookedUp.map(\.entry) == [0, 1, 1])
        #expect(explanation.lookedUp.allSatisfy { explanation.tokens[$0.position].isUnknown && $0.norm > 0 })
        let shares = explanation.final.map(\.share) + explanation.lookedUp.map(\.share)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9 && explanation.lookedUp.allSatisfy { $0.share != 0 })
        #expect(try plain.explain(text, mode: mode).final.map(\.text) == explanation.final.map(\.text))
        let sums = try engine.contributions(bytes, mode: mode)
        #expect(sums.count == explanation.tokens.count && sums[explanation.lookedUp[0].position].contains { $0 != 0 })
        let compared = try engine.compare(text, "🙂 on", mode: mode)
        #expect(abs(compared.pairs.reduce(0.0) { $0 + $1.part } - compared.cosine) < 1e-9)
    }

    @Test("batches, threads and further windows change no bit")
    func batches() throws {
        var random = SplitMix64(seed: 3)
        let texts = (0..<150).map { _ in Self.text(&random, longest: 40) }
        let alone = try texts.map { try engine.embed($0) }
        #expect(try engine.embed(texts, threads: 4) == alone)
        #expect(try engine.embed(texts.reversed(), threads: 2) == alone.reversed())
        // 1,000 rows in a text fill windows of 256 of their own, and the order of what is added means nothing.
        let many = String(repeating: "🙂路由器 ", count: 500)
        let few = try engine.embed("🙂路由器")
        #expect(zip(try engine.embed(many), few).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    /// So that no machine gives other bits unseen: FNV-1a of the numbers' bits.
    @Test("the golden vector")
    func golden() throws {
        var session = try engine.makeSession()
        let bits = Samples.bits(&session, Array("turn 路由器 off 🙂 Привет мир".utf8))
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for number in bits { hash = (hash ^ UInt64(number)) &* 0x100_0000_01B3 }
        #expect(String(hash, radix: 16) == "601f23d5515c6c80")
    }

    @Test("a lookup of other dimensions is refused with both numbers")
    func dimensions() {
        #expect {
            try Engine(path: Engine.defaultModelPath(), lookup: WordRows([], dimension: 64, seed: 1))
        } throws: { error in
            "\(error)".contains("\(plain.dimension)") && "\(error)".contains("64")
        }
    }

    @Test("no allocation for a text after warm-up", .enabled(if: allocation_counter_works() != 0))
    func allocations() throws {
        var session = try engine.makeSession()
        let bytes = Array("turn 路由器 off 🙂 Привет мир".utf8)
        var vector = [Float](repeating: 0, count: engine.dimension)
        var row = vector.mutableSpan
        session.embed(bytes.span, into: &row)
        let before = allocation_count()
        for _ in 0..<10 { session.embed(bytes.span, into: &row) }
        #expect(allocation_count() == before)
    }
}

/// Random rows for some words: a slow and obvious lookup, in memory that it takes once.
private final class WordRows: RowLookup, @unchecked Sendable {
    let dimension: Int
    var count: Int { words.count }
    private let words: [[UInt8]]
    private let rows: UnsafeMutablePointer<Int8>
    private let gains: UnsafeMutablePointer<Int16>

    init(_ words: [String], dimension: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        self.dimension = dimension
        self.words = words.map { Array($0.utf8) }
        rows = .allocate(capacity: max(1, words.count * dimension))
        gains = .allocate(capacity: max(1, words.count))
        for index in 0..<words.count * dimension { rows[index] = Int8(random.below(255) - 127) }
        for index in 0..<words.count { gains[index] = Int16(500 + random.below(3_000)) }
    }

    deinit {
        rows.deallocate()
        gains.deallocate()
    }

    func forEachRow(
        of text: UnsafeBufferPointer<UInt8>, in stretch: Range<Int>, _ body: (LookedUpRow) -> Void
    ) {
        var place = stretch.lowerBound
        while place < stretch.upperBound {
            var end = place + 1
            var entry = 0
            while entry < words.count {
                var same = 0
                while same < words[entry].count, place + same < stretch.upperBound,
                    text[place + same] == words[entry][same]
                {
                    same += 1
                }
                if same == words[entry].count {
                    end = place + same
                    body(
                        LookedUpRow(
                            bytes: rows + entry * dimension, gain: gains[entry], entry: entry, place: place..<end))
                }
                entry += 1
            }
            place = end
        }
    }

    /// What the rows of a text add: each word as often as the text has it.
    func sum(of text: [UInt8]) -> [Int64] {
        var sum = [Int64](repeating: 0, count: dimension)
        for (entry, word) in words.enumerated() {
            let times = text.indices.count { text[$0...].starts(with: word) }
            for index in 0..<dimension {
                sum[index] += Int64(times) * Int64(gains[entry]) * Int64(rows[entry * dimension + index])
            }
        }
        return sum
    }
}
