import AnnealPlatform
import AnnealTokens
import TestSupport
import Testing

@Suite struct TokenizerTests {
    @Test(arguments: Fixture.names)
    func findsEveryPieceByItsText(name: String) throws {
        let tokenizer = try Fixture.tokenizer(name)
        for id in 0..<UInt32(tokenizer.pieceCount) { #expect(tokenizer.id(of: tokenizer.piece(id)) == id) }
        #expect(tokenizer.id(of: "no such piece") == nil)
        #expect(tokenizer.id(of: "") == nil)
        #expect(tokenizer.unknownID.map { tokenizer.kind(of: $0) } == .unknown)
    }

    @Test func truncationAtEveryByteIsAnErrorOrAWholeModel() throws {
        for name in ["unigram-folded", "bpe-bytes"] {
            let model = try Fixture.bytes("\(name).model")
            let step = TestScale.factor > 1 ? 1 : 23
            for length in stride(from: 0, to: model.count, by: step) {
                // A cut between two fields leaves a model with less in it, which may be whole.
                exercise(Array(model[..<length]))
            }
        }
    }

    @Test func flippedBitsNeverCrash() throws {
        for name in Fixture.names {
            let model = try Fixture.bytes("\(name).model")
            for seed in TestScale.cases(20) {
                var generator = SplitMix64(seed: seed)
                var damaged = model
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    // Half of the damage in the last part, where settings and character map are.
                    let tail = Bool.random(using: &generator) ? damaged.count * 2 / 3 : 0
                    let place = Int.random(in: tail..<damaged.count, using: &generator)
                    damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
                exercise(damaged)
            }
        }
    }

    /// Opens a model; if that goes well, encodes with it.
    private func exercise(_ model: [UInt8]) {
        guard let tokenizer = try? Fixture.read(model).get() else { return }
        var encoder = TokenEncoder(tokenizer)
        for text in ["Ada turns  the <url> lamp. foo bar", "e\u{301} ab\u{301}\u{302} \u{FDFA} 日本 😀\u{0}"] {
            let tokens = encoder.tokens(of: text)
            #expect(tokens.allSatisfy { $0.id < tokenizer.pieceCount && $0.start <= $0.end })
        }
    }

    @Test func malformedFilesAreNamed() throws {
        typealias Bytes = [UInt8]
        func field(_ number: UInt8, _ content: Bytes) -> Bytes {
            precondition(content.count < 128)
            return [number << 3 | 2, UInt8(content.count)] + content
        }
        func piece(_ text: String, _ score: Float = -1, kind: UInt8 = 1) -> Bytes {
            let bits = score.bitPattern
            let scoreBytes = (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
            return field(1, field(1, Array(text.utf8)) + [0x15] + scoreBytes + [0x18, kind])
        }
        func refusal(_ model: Bytes) -> TokenizerError? {
            let result: Result<Tokenizer, TokenizerError> = Fixture.read(model)
            if case .failure(let error) = result { return error }
            return nil
        }
        let unknown = piece("<unk>", 0, kind: 2)
        let bytePair = field(2, [0x18, 2])
        #expect(refusal(unknown + piece("a")) == nil)
        #expect(refusal([]) == .truncated(part: "model", offset: 0, expectedBytes: 1, foundBytes: 0))
        #expect(refusal([0x0A, 0x05, 0x01]) == .truncated(part: "model", offset: 0, expectedBytes: 5, foundBytes: 1))
        #expect(
            refusal([0x0F]) == .malformed(part: "model", offset: 0, expected: "wire type 0 to 5", found: "wire type 7"))
        #expect(
            refusal([0x02])
                == .malformed(part: "model", offset: 0, expected: "a field number of 1 to 536870911", found: "tag 2"))
        #expect(
            refusal([0x0C]) == .malformed(part: "model", offset: 0, expected: "a field", found: "the end of a group"))
        #expect(refusal(field(2, [])) == .invalidVocabulary(expected: "pieces", found: "none"))
        #expect(
            refusal(piece("a")) == .invalidVocabulary(expected: "an unknown piece or byte pieces", found: "neither"))
        #expect(refusal(unknown) == .invalidVocabulary(expected: "pieces to find in text", found: "none"))
        #expect(refusal(unknown + bytePair) == nil)
        #expect(refusal(unknown + piece("")) == .invalidPiece(index: 1, expected: "a text", found: "an empty piece"))
        #expect(
            refusal(unknown + piece("a\0"))
                == .invalidPiece(index: 1, expected: "a text without zero bytes", found: "a zero byte"))
        #expect(
            refusal(unknown + piece("a", .nan)) == .invalidPiece(index: 1, expected: "a finite score", found: "nan"))
        #expect(
            refusal(unknown + piece("a") + piece("b") + piece("a"))
                == .invalidPiece(index: 3, expected: "a piece that is not defined yet", found: "the text of piece 1"))
        #expect(
            refusal(unknown + piece("a") + piece("<u>", 0, kind: 2))
                == .invalidPiece(index: 2, expected: "one unknown piece", found: "a second, after piece 0"))
        #expect(
            refusal(unknown + piece("<0x41>", 0, kind: 6) + piece("a"))
                == .invalidPiece(index: 1, expected: "no byte pieces without byte fallback", found: "<0x41>"))
        #expect(
            refusal(unknown + piece("a") + field(2, [0x98, 0x02, 1]))
                == .invalidVocabulary(expected: "256 byte pieces", found: "0"))
        #expect(
            refusal(unknown + piece("a") + field(2, [0x18, 3]))
                == .unsupportedModel(expected: "a unigram or byte-pair model", found: "a word model"))
        #expect(
            refusal(unknown + piece("a") + field(3, field(2, [1, 2, 3])))
                == .invalidCharacterMap(expected: "more than 4 bytes", found: "3"))
        #expect(
            refusal(unknown + piece("a") + field(3, field(2, [0, 4, 0, 0, 0])))
                == .invalidCharacterMap(expected: "a trie of less than 1 bytes", found: "1024"))
        #expect(
            refusal(unknown + piece("a") + field(3, field(2, [1, 0, 0, 0, 9, 9, 0])))
                == .invalidCharacterMap(expected: "a trie of a multiple of 1024 bytes", found: "1"))
    }
}
