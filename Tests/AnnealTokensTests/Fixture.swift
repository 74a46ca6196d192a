import AnnealTokens
import Foundation

/// The small models in Fixtures, and what the reference makes of tricky lines with them.
enum Fixture {
    struct Golden {
        var model: String
        var text: [UInt8]
        var tokens: [Token]
    }

    static let names = [
        "bpe-bytes", "bpe-folded", "bpe-suffix", "bpe-unused", "unigram-bytes", "unigram-folded", "unigram-noprefix",
        "unigram-phrases", "unigram-suffix", "unigram-unused", "unigram-verbatim",
    ]

    /// Cases are multiplied by this: the environment variable ANNEAL_TEST_SCALE, 1 if it is not set.
    static let scale = ProcessInfo.processInfo.environment["ANNEAL_TEST_SCALE"].flatMap(Int.init) ?? 1

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

    static func golden() throws -> [Golden] {
        try bytes("golden.tsv").split(separator: 0x0A).map { line in
            let fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
            let digits = Array(fields[1])
            let text = stride(from: 0, to: digits.count, by: 2).map { index in
                UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0
            }
            let tokens = fields[2].split(separator: 0x20).map { token in
                let numbers = token.split(separator: 0x3A).map { UInt32(String(decoding: $0, as: UTF8.self)) ?? 0 }
                return Token(id: numbers[0], start: numbers[1], end: numbers[2])
            }
            return Golden(model: String(decoding: fields[0], as: UTF8.self), text: text, tokens: tokens)
        }
    }

    static func tokens(_ encoder: inout TokenEncoder, _ text: [UInt8]) -> [Token] {
        text.withUnsafeBufferPointer { encoder.tokens(of: $0) }
    }
}
