import AnnealPlatform
import Foundation
import Testing

@testable import AnnealGGUF

/// Tokens are those of the references, and vocabularies that break a rule are refused.
@Suite struct VocabularyTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static let lines: [String] = {
        let bytes = (try? Workspace.fixture("texts.txt")).flatMap { try? Files.content(of: $0) } ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
    }()

    @Test(arguments: GGUFVocabulary.Kind.allCases)
    func idsAreThoseOfTheReference(_ kind: GGUFVocabulary.Kind) throws {
        let vocabulary = try GGUFVocabulary(GGUFFile(Workspace.fixture("\(kind).gguf")))
        #expect(vocabulary.kind == kind)
        let ids = String(decoding: try Files.content(of: Workspace.fixture("\(kind).ids")), as: UTF8.self)
        let expected = ids.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { $0.split(separator: " ").compactMap { UInt32($0) } }
        #expect(expected.count == Self.lines.count && expected.count > 20)
        var encoder = GGUFTokenEncoder(vocabulary)
        for (line, ids) in zip(Self.lines, expected) {
            let tokens = encoder.encode(line)
            #expect(tokens.map(\.id) == ids, "\(line): \(tokens.map { vocabulary.piece($0.id) })")
            for (token, next) in zip(tokens, tokens.dropFirst()) { #expect(token.start <= next.start, "\(line)") }
            #expect(tokens.allSatisfy { $0.start <= $0.end && $0.end <= line.utf8.count })
        }
    }

    /// Words that were met give what they gave at first, wherever they stand and in capitals too.
    @Test func wordsThatWereMetAreCutAlike() throws {
        let vocabulary = try GGUFVocabulary(GGUFFile(Workspace.fixture("bert.gguf")))
        var random = SplitMix64(seed: 3)
        let parts =
            Self.lines.flatMap { $0.split(separator: " ").map(String.init) }
            + [
                ".", ",", "THE", "é", "\u{301}", "\u{1}", "abcdefghijklmno", "abcdefghijklmnop", "a", "日", "\u{7F}",
                "zq0xv",
            ]
        var encoder = GGUFTokenEncoder(vocabulary)
        for _ in 0..<300 {
            let words = (0..<Int.random(in: 1...9, using: &random)).map { _ in parts.randomElement(using: &random)! }
            let text = words.joined(separator: Bool.random(using: &random) ? " " : "")
            let found = encoder.encode(text)
            var fresh = GGUFTokenEncoder(vocabulary)
            #expect(found == fresh.encode(text), "\(text)")
            // A character that is dropped keeps each word from being known.
            var slow = GGUFTokenEncoder(vocabulary)
            let marked = text.unicodeScalars.map { "\($0)\u{1}" }.joined()
            #expect(found.map(\.id) == slow.encode(marked).map(\.id), "\(text)")
        }
    }

    @Test func tokensSayWhereTheyComeFrom() throws {
        var encoder = GGUFTokenEncoder(try GGUFVocabulary(GGUFFile(Workspace.fixture("bert.gguf"))))
        let text = "The CÁT, \u{4F60}"
        let tokens = encoder.encode(text)
        let bytes = Array(text.utf8)
        let parts = tokens.map { String(decoding: bytes[Int($0.start)..<Int($0.end)], as: UTF8.self) }
        #expect(parts.joined() == text.filter { $0 != " " } && parts.first == "The")
    }

    @Test func anyBytesAreCut() throws {
        var random = SplitMix64(seed: 23)
        for kind in GGUFVocabulary.Kind.allCases {
            var encoder = GGUFTokenEncoder(try GGUFVocabulary(GGUFFile(Workspace.fixture("\(kind).gguf"))))
            var tokens: [GGUFToken] = []
            for _ in 0..<300 {
                let bytes = (0..<random.below(40)).map { _ in
                    UInt8(truncatingIfNeeded: random.below(4) == 0 ? random.below(256) : 0x20 + random.below(95))
                }
                tokens.removeAll()
                bytes.withUnsafeBufferPointer { encoder.encode($0, into: &tokens) }
                #expect(tokens.allSatisfy { $0.id < encoder.vocabulary.count && $0.end <= bytes.count })
            }
        }
    }

    /// Against Foundation's decomposition, for the characters of Unicode 8.
    @Test func basesAreWhatIsLeftOfTheDecomposition() {
        var different: [UInt32] = []
        for value in UInt32(0x80)..<0x3_0000 {
            guard let scalar = Unicode.Scalar(value), let age = scalar.properties.age, age.major <= 8 else { continue }
            var bases: [Unicode.Scalar] = []
            CanonicalBases.forEach(of: scalar) { bases.append($0) }
            let expected = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
                .filter { CanonicalBases.category(of: $0) != .nonspacingMark }
            if bases != Array(expected) { different.append(value) }
        }
        // Two spaces that become other spaces: no word has either.
        #expect(different == [0x2000, 0x2001])
    }

    /// A vocabulary of four pieces, of which each may be wrong.
    private static func draft(_ kind: String) -> Draft {
        var draft = Draft()
        draft.add("tokenizer.ggml.model", 8, string(kind))
        draft.add("tokenizer.ggml.tokens", 9, strings(["<unk>", "\u{2581}", "a", "\u{2581}a"]))
        draft.add("tokenizer.ggml.scores", 9, little(UInt32(6)) + little(UInt64(4)) + [UInt8](repeating: 0, count: 16))
        draft.add("tokenizer.ggml.token_type", 9, kinds([2, 1, 1, 1]))
        draft.add("tokenizer.ggml.unknown_token_id", 4, little(UInt32(0)))
        return draft
    }

    private static func strings(_ texts: [String]) -> [UInt8] {
        little(UInt32(8)) + little(UInt64(texts.count)) + texts.flatMap { string($0) }
    }

    private static func kinds(_ kinds: [UInt32]) -> [UInt8] {
        little(UInt32(5)) + little(UInt64(kinds.count)) + kinds.flatMap { little($0) }
    }

    @Test func brokenVocabulariesAreRefused() throws {
        for kind in ["llama", "t5", "bert"] {
            let sound = try GGUFVocabulary(GGUFFile(workspace.write(Self.draft(kind).bytes)))
            var encoder = GGUFTokenEncoder(sound)
            #expect(encoder.encode("a").map(\.id) == [3] && sound.count == 4)
        }
        let (tokens, scores, types) = (1, 2, 3)
        let nan = little(UInt32(6)) + little(UInt64(4)) + (0..<4).flatMap { _ in little(Float.nan.bitPattern) }
        let cases: [(kind: String, words: [String], edit: (inout Draft) -> Void)] = [
            ("gpt2", ["tokenizer.ggml.model", "one of llama, t5, bert", "gpt2"], { _ in }),
            ("llama", ["tokenizer.ggml.model", "no text"], { $0.entries[0].key = Array("other".utf8) }),
            ("llama", ["tokens", "an array of strings"], { $0.entries[tokens].value = Self.kinds([1]) }),
            ("llama", ["tokens", "1 to 2^30 pieces", "0"], { $0.entries[tokens].value = Self.strings([]) }),
            (
                "llama", ["scores", "4 numbers", "3"],
                {
                    $0.entries[scores].value = little(UInt32(6)) + little(UInt64(3)) + [UInt8](repeating: 0, count: 12)
                }
            ),
            ("t5", ["scores", "an array of float32"], { $0.entries[scores].value = Self.kinds([1, 1, 1, 1]) }),
            ("t5", ["finite"], { $0.entries[scores].value = nan }),
            ("bert", ["token_type", "4 numbers", "5"], { $0.entries[types].value = Self.kinds([2, 1, 1, 1, 1]) }),
            ("llama", ["token_type", "kinds of 1 to 6", "7"], { $0.entries[types].value = Self.kinds([2, 1, 1, 7]) }),
            ("bert", ["token_type", "kinds of 1 to 6", "0"], { $0.entries[types].value = Self.kinds([2, 1, 1, 0]) }),
            (
                "llama", ["<0x"],
                {
                    $0.entries[tokens].value = Self.strings(["<unk>", "<0x-1>", "a", "b"])
                    $0.entries[types].value = Self.kinds([2, 6, 1, 1])
                }
            ),
            ("bert", ["unknown_token_id", "below 4", "4"], { $0.entries[4].value = little(UInt32(4)) }),
            ("bert", ["unknown_token_id", "no number"], { $0.entries[4].key = Array("other".utf8) }),
            (
                "bert", ["string 3", "at most 8000 bytes", "8001"],
                {
                    $0.entries[tokens].value = Self.strings(["<unk>", "a", "b", String(repeating: "c", count: 8001)])
                }
            ),
        ]
        for (kind, words, edit) in cases {
            var draft = Self.draft(kind)
            edit(&draft)
            let path = try workspace.write(draft.bytes)
            let error = #expect(throws: GGUFError.self, "\(kind) \(words)") { _ = try GGUFVocabulary(GGUFFile(path)) }
            for word in words {
                #expect(error?.description.contains(word) == true, "\(words): \(error?.description ?? "")")
            }
        }
    }
}
