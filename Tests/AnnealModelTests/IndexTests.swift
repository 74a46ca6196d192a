import AnnealContainer
import AnnealMachine
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import AnnealTokens
import TestSupport
import Testing

@testable import AnnealModel

/// Indexes that are stored in the file, against what opening builds without them.
@Suite struct IndexTests {
    private static let texts = [
        "the light turns off in new york", "", "…!?", "übung macht den Meister", "aaaaaaaaaaaaaaaaaaaaaaaaa",
        "a b c d e f g h i j k l m n o p", "Turn the LIGHT off, please: 42 times.", "\u{0}\u{1}\u{7f}\u{ff}",
    ]

    /// Refuses every other program.
    private struct Doubter: Critic {
        var count: Int64 = 0

        mutating func score(_ program: borrowing Program) -> Int64 {
            count += 1
            return count & 1
        }
    }

    private static func parts(storesIndexes: Bool) throws -> ModelParts {
        var parts = try TinyModel.parts()
        parts.storesIndexes = storesIndexes
        return parts
    }

    /// Everything that tokenizer and rules make of a text.
    private static func outcome(_ model: Model, _ text: [UInt8]) throws -> [UInt32] {
        var encoder = TokenEncoder(model.tokenizer)
        let ids = text.withUnsafeBufferPointer { encoder.encode($0) }
        var result = ids + [.max]
        let window = Array(ids.prefix(Program.windowLimit))
        for isJudged in [false, true] {
            var annealer = Annealer(model.rules, kernel: try Kernel.fromEnvironment().table)
            var program = Program()
            program.widen(window.span)
            var doubter = Doubter()
            if isJudged { annealer.rewrite(&program, critic: &doubter) } else { annealer.rewrite(&program) }
            for item in 0..<program.count {
                result += [program.tokens[item], UInt32(program.opcodes[item]), program.operand2[item]]
                result.append(UInt32(program.operand1[item]))
            }
        }
        return result
    }

    @Test func giveWhatOpeningBuilds() throws {
        let plain = try Model(bytes: ModelWriter.encode(Self.parts(storesIndexes: false)))
        let indexed = try Model(bytes: ModelWriter.encode(Self.parts(storesIndexes: true)))
        #expect(plain.sections.allSatisfy { !SectionTag.indexes.contains($0.tag) })
        #expect(indexed.sections.filter { SectionTag.indexes.contains($0.tag) }.count == 2)
        try indexed.verify()
        var chance = SplitMix64(seed: 5)
        var texts = Self.texts.map { Array($0.utf8) }
        for _ in TestScale.cases(60) {
            texts.append(
                (0..<Int.random(in: 0...80, using: &chance)).map { _ in UInt8.random(in: 0...255, using: &chance) })
            let words = plain.tokenizer.pieceCount
            texts.append(
                (0..<20).flatMap { _ in
                    Array(plain.tokenizer.bytes(of: UInt32.random(in: 0..<UInt32(words), using: &chance)))
                })
        }
        for text in texts { #expect(try Self.outcome(plain, text) == Self.outcome(indexed, text), "\(text)") }
        for id in 0..<UInt32(plain.tokenizer.pieceCount) {
            #expect(plain.tokenizer.piece(id) == indexed.tokenizer.piece(id))
            #expect(plain.tokenizer.kind(of: id) == indexed.tokenizer.kind(of: id))
            #expect(plain.tokenizer.score(of: id) == indexed.tokenizer.score(of: id))
            #expect(
                indexed.tokenizer.id(of: plain.tokenizer.piece(id)) == plain.tokenizer.id(of: plain.tokenizer.piece(id))
            )
        }
    }

    @Test(arguments: [true, false])
    func roundTrip(storesIndexes: Bool) throws {
        let bytes = try ModelWriter.encode(Self.parts(storesIndexes: storesIndexes))
        let text = ModelDisassembler(try Model(bytes: bytes)).text()
        #expect(try ModelAssembler.assemble(text) == bytes)
        #expect(
            try ModelAssembler.assemble(text, storesIndexes: !storesIndexes)
                == ModelWriter.encode(Self.parts(storesIndexes: !storesIndexes)))
    }

    @Test func aModelKeepsTheMemoryThatItsTokenizerReads() throws {
        let tokenizer = try Model(bytes: TinyModel.bytes()).tokenizer
        var encoder = TokenEncoder(tokenizer)
        let plain = try TinyModel.tokenizer()
        var other = TokenEncoder(plain)
        #expect(encoder.encode("the light turns off") == other.encode("the light turns off"))
    }

    /// Of another version: not read, and built in memory.
    @Test(arguments: ["RIDX", "TIDX"])
    func anotherVersionIsNotRead(tag: String) throws {
        var file = RawFile(try TinyModel.bytes())
        file[tag][0] = 99
        let model = try Model(bytes: file.bytes)
        try model.verify()
        let plain = try Model(bytes: ModelWriter.encode(Self.parts(storesIndexes: false)))
        for text in Self.texts {
            #expect(try Self.outcome(plain, Array(text.utf8)) == Self.outcome(model, Array(text.utf8)))
        }
    }

    /// Bytes that nothing on opening depends on, under right checksums: `verify` finds them.
    @Test(arguments: ["RIDX", "TIDX"])
    func anUntrueIndexIsFound(tag: String) throws {
        var file = RawFile(try TinyModel.bytes())
        if tag == "RIDX" {
            // The last token's distances.
            file[tag][file[tag].count - 1] ^= 4
        } else {
            // A bound of scores.
            let units = Int(file[tag][20]) | Int(file[tag][21]) << 8
            file[tag][64 + 8 * units + 4 * 0x61] ^= 1
        }
        let model = try Model(bytes: file.bytes)
        #expect {
            try model.verify()
        } throws: { error in
            guard case .value(let found, "content", _, _) = error as? ModelError else { return false }
            return found.description == tag
        }
    }

    /// Damage to indexes under right checksums: refused with a typed error, or a model that runs to its end inside its
    /// bounds, whatever comes out.
    @Test func damagedIndexesRunInBounds() throws {
        let original = RawFile(try TinyModel.bytes())
        var accepted = 0
        for seed in TestScale.cases(1500) {
            var chance = SplitMix64(seed: seed)
            var file = original
            let tag = seed & 1 == 0 ? "RIDX" : "TIDX"
            var bytes = file[tag]
            for _ in 0..<Int.random(in: 1...3, using: &chance) {
                let place = Int.random(in: 16..<bytes.count - 4, using: &chance) & ~3
                let values: [UInt32] = [
                    0, .max, UInt32.random(in: 0...300, using: &chance),
                    UInt32.random(in: 0...UInt32.max, using: &chance),
                ]
                let old = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
                let value =
                    Bool.random(using: &chance)
                    ? old ^ 1 << UInt32.random(in: 0..<32, using: &chance) : values.randomElement(using: &chance)!
                bytes.replaceSubrange(place..<place + 4, with: RawFile.little(value))
            }
            file[tag] = bytes
            guard let model = try? Model(bytes: file.bytes) else { continue }
            accepted += 1
            for text in Self.texts {
                let outcome = try Self.outcome(model, Array(text.utf8))
                #expect(outcome.prefix { $0 != .max }.allSatisfy { $0 < model.shape.tokenCount }, "seed \(seed)")
            }
        }
        // Not all damage is refused, or nothing would have run.
        #expect(accepted > 50)
    }
}
