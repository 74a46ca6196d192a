import AnnealTokens
import Foundation

/// The small models in Fixtures, and what the reference makes of tricky lines with them.
enum Fixture {
    struct Golden {
        var model: String
        /// Whether words end inside of words: there tokens end before the letter, those of the reference before the pair.
        var endsWordsInside: Bool { model.hasSuffix("-inner") }
        var text: [UInt8]
        var tokens: [Token]
    }

    static let names = [
        "bpe-bytes", "bpe-folded", "bpe-inner", "bpe-suffix", "bpe-unused", "unigram-bytes", "unigram-folded",
        "unigram-inner", "unigram-noprefix", "unigram-phrases", "unigram-suffix", "unigram-unused", "unigram-verbatim",
    ]

    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = Bundle.module.resourceURL ?? Bundle.module.bundleURL
        return Array(try Data(contentsOf: folder.appendingPathComponent("Fixtures").appendingPathComponent(name)))
    }

    static func tokenizer(_ name: String) throws -> Tokenizer {
        try read(try bytes("\(name).model")).get()
    }

    static func read(_ model: [UInt8]) -> Result<Tokenizer, TokenizerError> {
        model.withUnsafeBytes { bytes in
            do throws(TokenizerError) {
                return .success(try Tokenizer(model: bytes))
            } catch {
                return .failure(error)
            }
        }
    }

    /// What `make_fixtures.py` wrote; it describes the form.
    static func golden() throws -> [Golden] {
        var texts: [[UInt8]] = []
        var model = ""
        var golden: [Golden] = []
        let lines = String(decoding: try bytes("golden.tsv"), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        var index = 0
        for line in lines {
            if line.hasPrefix("= ") {
                model = String(line.dropFirst(2))
                index = 0
            } else if model.isEmpty {
                let digits = Array(line.utf8)
                texts.append(
                    stride(from: 0, to: digits.count, by: 2).map { at in
                        UInt8(String(decoding: digits[at...at + 1], as: UTF8.self), radix: 16) ?? 0
                    })
            } else {
                golden.append(Golden(model: model, text: texts[index], tokens: try tokens(line)))
                index += 1
            }
        }
        return golden
    }

    /// Reads `id`, `id+length` or `id@start+length`, separated by spaces.
    private static func tokens(_ line: Substring) throws -> [Token] {
        var behind: UInt32 = 0
        return try line.split(separator: " ").map { word in
            let parts = word.split(separator: "+")
            let place = parts[0].split(separator: "@")
            guard let id = UInt32(place[0]), let start = place.count == 2 ? UInt32(place[1]) : behind,
                let length = parts.count == 2 ? UInt32(parts[1]) : 1
            else { throw CocoaError(.fileReadCorruptFile) }
            behind = start + length
            return Token(id: id, start: start, end: behind)
        }
    }

    static func tokens(_ encoder: inout TokenEncoder, _ text: [UInt8]) -> [Token] {
        text.withUnsafeBufferPointer { encoder.tokens(of: $0) }
    }
}
