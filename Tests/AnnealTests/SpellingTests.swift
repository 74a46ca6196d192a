import Anneal
import Foundation
import Testing

/// The shipped model's tokenizer folds accents, invisible characters, quotation marks and dashes, and ends words inside of words.
@Suite struct SpellingTests {
    private let engine: Engine

    init() throws { engine = try Engine() }

    private func ids(_ text: String) throws -> [UInt32] {
        var session = try engine.makeSession()
        var found: [UInt32] = []
        let bytes = Array(text.utf8)
        session.tokenize(bytes.span) { ids, _, _ in for index in ids.indices { found.append(ids[index]) } }
        return found
    }

    /// What SentencePiece 0.2.3 gives with the tokenizer in the model (`Research/Texts/tokenizer.py --fold --cut`).
    @Test(
        arguments: [
            ("Résumé re\u{301}sume\u{301} naïve", [6649, 6649, 9408]),
            ("in\u{AD}for\u{200B}mation\u{AD} \u{200B} x", [163, 256]),
            ("\u{FEFF}\u{AD}", []),
            ("a \u{AD} b", [7, 391]),
            ("ﬁ ＡＢＣ “x” ‘y’ «z»", [7572, 6943, 54, 256, 55, 277, 1078, 31, 54, 1558, 55]),
            ("q\u{301} x\u{323}\u{301}y", [2056, 13749]),
            ("1–2 — 3−4 … don’t", [10, 19, 15, 34, 51, 10, 47, 15, 60, 967, 228, 31, 260]),
            ("get_userName(x) 10²", [152, 58, 239, 122, 295, 256, 28, 10, 19, 25, 34]),
        ] as [(String, [UInt32])])
    func idsAreThoseOfSentencePiece(text: String, expected: [UInt32]) throws {
        #expect(try ids(text) == expected)
    }

    /// 200 texts in plain letters and in another spelling have the same ids; with another word they have others.
    @Test func otherSpellingsAreTheSame() throws {
        let file = URL(filePath: #filePath).appending(path: "../../../Research/Evaluation/spellings/spellings.tsv")
        let rows = try String(contentsOf: file.standardized, encoding: .utf8).split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t").map(String.init)
        }
        #expect(rows.count == 200 && rows.allSatisfy { $0.count == 4 })
        for row in rows {
            #expect(Array(row[1].utf8) != Array(row[2].utf8))
            let plain = try ids(row[1])
            #expect(try plain == ids(row[2]) && plain != ids(row[3]), "\(row)")
        }
    }
}
