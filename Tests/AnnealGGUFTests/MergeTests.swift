import AnnealPlatform
import AnnealTokens
import Testing

@testable import AnnealGGUF

/// Merges of parts of a text, beside those of the whole text by SentencePiece's tables.
@Suite struct MergeTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func merges(_ path: Path) throws -> MergeVocabulary {
        guard case .merges(let merges) = try GGUFVocabulary(GGUFFile(path)).method else { throw WrongMethod() }
        return merges
    }

    private struct WrongMethod: Error {}

    private static func tokens(_ text: UnsafeBufferPointer<UInt8>, _ vocabulary: MergeVocabulary) -> [GGUFToken] {
        var encoder = MergeEncoder(vocabulary)
        var tokens: [GGUFToken] = []
        encoder.forEachToken(of: text) { tokens.append($0) }
        return tokens
    }

    /// Texts of parts that pieces have side by side and parts that they do not, and of what is no UTF-8.
    private static let parts: [[UInt8]] =
        [
            "a", "b", "ab", "ba", "the", " the", "ing", " ", "  ", "\u{2581}", "<tag>", "<ta", "é", "日本", "😀",
            "\u{FFFD}", ".", "1",
        ]
        .map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x96], [0xED, 0xA0, 0x80], [0]]

    private static func text(_ random: inout SplitMix64) -> [UInt8] {
        (0..<random.below(24)).flatMap { _ in parts[random.below(parts.count)] }
    }

    private static func reference(_ path: Path) throws -> (UnsafeBufferPointer<UInt8>) -> [GGUFToken] {
        let reader = VocabularyReader(file: try GGUFFile(path))
        guard case .sentencePiece(let tokenizer) = try reader.sentencePieces(.llama).0 else { throw WrongMethod() }
        return { text in
            var encoder = TokenEncoder(tokenizer)
            return encoder.tokens(of: text).map { GGUFToken(id: $0.id, start: $0.start, end: $0.end) }
        }
    }

    @Test func partsGiveTheTokensOfTheWhole() throws {
        let path = try Workspace.fixture("llama.gguf")
        let reference = try Self.reference(path)
        let merges = try merges(path)
        var random = SplitMix64(seed: 23)
        for round in 0..<3000 {
            let text = Self.text(&random)
            let expected = text.withUnsafeBufferPointer(reference)
            #expect(text.withUnsafeBufferPointer { Self.tokens($0, merges) } == expected, "round \(round): \(text)")
        }
    }

    /// Vocabularies of few letters, in which pieces of every kind touch: with bytes and without, with a space before and not.
    @Test(arguments: 0..<40) func randomVocabulariesGiveTheTokensOfTheWhole(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let letters = ["a", "b", "c", "\u{2581}", "é"]
        var pieces: [(text: String, kind: UInt32)] = [("<unk>", 2)]
        if seed % 2 == 0 { pieces += (0..<256).map { ("<0x" + hex($0) + ">", 6) } }
        var seen: Set<String> = []
        for _ in 0..<40 {
            let text = (0...random.below(5)).map { _ in letters[random.below(letters.count)] }.joined()
            // Half of the vocabularies have user-defined pieces.
            let isDefined = seed % 4 < 2 && random.below(8) == 0
            if seen.insert(text).inserted { pieces.append((text, isDefined ? 4 : 1)) }
        }
        var draft = Draft()
        draft.add("tokenizer.ggml.model", 8, string("llama"))
        draft.add("tokenizer.ggml.add_space_prefix", 7, [seed % 3 == 0 ? 1 : 0])
        draft.add(
            "tokenizer.ggml.tokens", 9,
            little(UInt32(8)) + little(UInt64(pieces.count)) + pieces.flatMap { string($0.text) })
        // Scores of few values, so that many are equal.
        draft.add(
            "tokenizer.ggml.scores", 9,
            little(UInt32(6)) + little(UInt64(pieces.count))
                + pieces.flatMap { _ in little((Float(random.below(7)) - 3).bitPattern) })
        draft.add(
            "tokenizer.ggml.token_type", 9,
            little(UInt32(5)) + little(UInt64(pieces.count)) + pieces.flatMap { little($0.kind) })
        let path = try workspace.write(draft.bytes)
        let reference = try Self.reference(path)
        let merges = try merges(path)
        #expect(merges.pieces.count == pieces.count)
        let parts = letters + [" ", "x", "ab", "a\u{2581}b"]
        for _ in 0..<200 {
            let text = (0..<random.below(20)).map { _ in parts[random.below(parts.count)] }.joined()
            let bytes = Array(text.utf8)
            let found = bytes.withUnsafeBufferPointer { Self.tokens($0, merges) }
            let expected = bytes.withUnsafeBufferPointer(reference)
            #expect(found.map(\.id) == expected.map(\.id), "\(text)")
            // There a piece that the text has as it stands is one place, whatever it is cut into.
            if merges.userDefined == nil { #expect(found == expected, "\(text)") }
        }
    }

    private func hex(_ byte: Int) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }

    /// Converters write spaces for the marks of user-defined pieces.
    @Test func spacesOfUserDefinedPiecesAreMarks() throws {
        var draft = Draft()
        let pieces: [(String, UInt32)] = [("<unk>", 2), ("\u{2581}", 1), ("a", 1), ("  ", 4), ("   ", 4)]
        draft.add("tokenizer.ggml.model", 8, string("llama"))
        draft.add("tokenizer.ggml.add_space_prefix", 7, [0])
        draft.add("tokenizer.ggml.tokens", 9, little(UInt32(8)) + little(UInt64(5)) + pieces.flatMap { string($0.0) })
        draft.add("tokenizer.ggml.scores", 9, little(UInt32(6)) + little(UInt64(5)) + [UInt8](repeating: 0, count: 20))
        draft.add(
            "tokenizer.ggml.token_type", 9, little(UInt32(5)) + little(UInt64(5)) + pieces.flatMap { little($0.1) })
        let path = try workspace.write(draft.bytes)
        var encoder = GGUFTokenEncoder(try GGUFVocabulary(GGUFFile(path)))
        #expect(encoder.encode("a a").map(\.id) == [2, 1, 2])
        #expect(encoder.encode("a  a").map(\.id) == [2, 3, 2])
        #expect(encoder.encode("a    a").map(\.id) == [2, 4, 1, 2])
        let text = Array("a     a".utf8)
        #expect(encoder.encode("a     a") == text.withUnsafeBufferPointer(try Self.reference(path)))
    }

    /// What parts by themselves could not give is left to SentencePiece's tables: pieces that are taken apart again, and texts
    /// that are changed before they are cut.
    @Test func otherVocabulariesAreCutAsAWhole() throws {
        func draft(_ kind: UInt32, _ edit: (inout Draft) -> Void = { _ in }) throws -> GGUFVocabulary {
            var draft = Draft()
            let pieces: [(String, UInt32)] = [("<unk>", 2), ("\u{2581}", 1), ("a", 1), ("b", 1), ("ab", kind)]
            draft.add("tokenizer.ggml.model", 8, string("llama"))
            draft.add("tokenizer.ggml.add_space_prefix", 7, [0])
            draft.add(
                "tokenizer.ggml.tokens", 9, little(UInt32(8)) + little(UInt64(5)) + pieces.flatMap { string($0.0) })
            draft.add(
                "tokenizer.ggml.scores", 9, little(UInt32(6)) + little(UInt64(5)) + [UInt8](repeating: 0, count: 20))
            draft.add(
                "tokenizer.ggml.token_type", 9, little(UInt32(5)) + little(UInt64(5)) + pieces.flatMap { little($0.1) })
            edit(&draft)
            return try GGUFVocabulary(GGUFFile(workspace.write(draft.bytes)))
        }
        func ids(_ vocabulary: GGUFVocabulary, isWhole: Bool) -> [UInt32] {
            if case .sentencePiece = vocabulary.method { #expect(isWhole) } else { #expect(!isWhole) }
            var encoder = GGUFTokenEncoder(vocabulary)
            return encoder.encode("ab  ab").map(\.id)
        }
        #expect(ids(try draft(1), isWhole: false) == [4, 1, 1, 4])
        // An unused piece is merged, and taken apart again.
        #expect(ids(try draft(5), isWhole: true) == [2, 3, 1, 1, 2, 3])
        let spaces = try draft(1) { $0.add("tokenizer.ggml.remove_extra_whitespaces", 7, [1]) }
        #expect(ids(spaces, isWhole: true) == [4, 1, 4])
    }

    /// Bytes without a space, as many as would take minutes if a part took time by its square.
    @Test(arguments: ["a", "ab", "\u{FFFD}", " "]) func longTextsTakeTimeByTheirLength(_ part: String) throws {
        var encoder = GGUFTokenEncoder(try GGUFVocabulary(GGUFFile(Workspace.fixture("llama.gguf"))))
        let text = [UInt8](repeating: 0, count: 100_000 / part.utf8.count).flatMap { _ in part.utf8 }
        let start = MonotonicClock.seconds
        var (end, isOrdered): (UInt32, Bool) = (0, true)
        text.withUnsafeBufferPointer { text in
            encoder.forEachToken(of: text) { token in
                isOrdered = isOrdered && token.start == end
                end = token.end
            }
        }
        #expect(isOrdered && Int(end) == text.count && MonotonicClock.seconds - start < 30)
    }

    @Test func whatIsThrownEndsTheText() throws {
        for kind in GGUFVocabulary.Kind.allCases {
            var encoder = GGUFTokenEncoder(try GGUFVocabulary(GGUFFile(Workspace.fixture("\(kind).gguf"))))
            let text = Array("some words of a text, and some more".utf8)
            let expected = encoder.encode("some words of a text, and some more")
            var found: [GGUFToken] = []
            #expect(throws: WrongMethod.self) {
                try text.withUnsafeBufferPointer { text in
                    try encoder.forEachToken(of: text) { (token) throws(WrongMethod) in
                        if found.count == 3 { throw WrongMethod() }
                        found.append(token)
                    }
                }
            }
            #expect(found == Array(expected[..<3]))
            // Nothing of it is left.
            #expect(encoder.encode("some words of a text, and some more") == expected)
        }
    }

    // MARK: Tables

    @Test func everyPieceIsFoundAndNoOther() {
        var random = SplitMix64(seed: 4)
        for count in [1, 2, 3, 64, 1000] {
            var texts: [[UInt8]] = []
            for _ in 0..<count { texts.append((0...random.below(6)).map { _ in UInt8(random.below(5)) }) }
            let table = PieceTable(count: count, byteCount: texts.reduce(0) { $0 + $1.count })
            var first: [[UInt8]: UInt32] = [:]
            for (id, text) in texts.enumerated() {
                let isSought = random.below(4) > 0
                let earlier = text.withUnsafeBytes { table.append($0, isSought: isSought) }
                if isSought {
                    #expect(earlier == first[text])
                    if first[text] == nil { first[text] = UInt32(id) }
                } else {
                    #expect(earlier == nil)
                }
            }
            for (id, text) in texts.enumerated() {
                #expect(table.bytes(of: UInt32(id)).elementsEqual(text))
                #expect(text.withUnsafeBufferPointer { table.find($0) } == first[text])
                let longer = text + [0, 1]
                let longest = longer.indices.reversed().map { Array(longer[...$0]) }.first { first[$0] != nil }
                let found = longer.withUnsafeBufferPointer { table.longestPrefix(of: $0) }
                #expect(found?.count == longest?.count && found?.id == longest.flatMap { first[$0] })
            }
        }
    }

    @Test func aVocabularyHasALimitOfItsOwn() throws {
        for kind in GGUFVocabulary.Kind.allCases {
            let path = try Workspace.fixture("\(kind).gguf")
            let memory = try GGUFVocabulary(GGUFFile(path)).memory
            #expect(memory > 2000)
            _ = try GGUFVocabulary(GGUFFile(path, limits: GGUFLimits(vocabularyMemory: memory)))
            let error = #expect(throws: GGUFError.self) {
                _ = try GGUFVocabulary(GGUFFile(path, limits: GGUFLimits(vocabularyMemory: memory - 1)))
            }
            #expect(error?.kind == .memory && error?.description.contains("take \(memory)") == true)
        }
    }
}
