import AnnealPlatform
import Foundation
import Testing

/// A GGUF file with a vocabulary of SentencePiece's byte pairs and a row of float32 for each piece.
struct ModelDraft {
    /// Kinds as SentencePiece numbers them: 1 normal, 2 unknown, 6 a byte.
    var pieces: [(text: String, kind: Int32)]
    var width: Int
    /// Row by row.
    var rows: [Float]
    /// Whether the model puts a space before a text.
    var putsSpace = true

    static let words = ["turn", "light", "off", "the", "lamp", "is", "on", "parse", "http", "response"]
    static let others = ["犬", "猫", "Привет", "😀"]

    /// Words with and without a beginning, a few pieces of other scripts, all letters, and bytes; rows of small random numbers.
    static func sound(width: Int = 8, seed: UInt64 = 1) -> ModelDraft {
        var pieces: [(String, Int32)] = [("<unk>", 2)]
        pieces += (0..<256).map { ("<0x" + String(format: "%02X", $0) + ">", 6) }
        pieces += words.map { ("\u{2581}" + $0, 1) } + words.map { ($0, 1) } + others.map { ($0, 1) }
        // Merges need what they are made of; the marks alone come last, so that words go before them.
        var parts: [String] = []
        for word in words + others {
            for count in 1..<max(2, word.unicodeScalars.count) {
                parts.append(String(String.UnicodeScalarView(word.unicodeScalars.prefix(count))))
                parts.append("\u{2581}" + parts.last!)
            }
        }
        parts += "abcdefghijklmnopqrstuvwxyz0123456789".map { String($0) } + ["\u{2581}"]
        var seen = Set(pieces.map(\.0))
        for part in parts + others.flatMap({ $0.unicodeScalars.map { String($0) } }) where seen.insert(part).inserted {
            pieces.append((part, 1))
        }
        var random = SplitMix64(seed: seed)
        let rows = (0..<pieces.count * width).map { _ in random.normal() }
        return ModelDraft(pieces: pieces.map { (text: $0.0, kind: $0.1) }, width: width, rows: rows)
    }

    func row(_ text: String) -> [Float]? {
        pieces.firstIndex { $0.text == text }.map { Array(rows[$0 * width..<($0 + 1) * width]) }
    }

    var bytes: [UInt8] {
        var bytes = Array("GGUF".utf8) + little(UInt32(3)) + little(UInt64(1)) + little(UInt64(5))
        bytes += string("tokenizer.ggml.model") + little(UInt32(8)) + string("llama")
        bytes += string("tokenizer.ggml.add_space_prefix") + little(UInt32(7)) + [putsSpace ? 1 : 0]
        bytes += string("tokenizer.ggml.tokens") + little(UInt32(9)) + little(UInt32(8)) + little(UInt64(pieces.count))
        for piece in pieces { bytes += string(piece.text) }
        bytes += string("tokenizer.ggml.scores") + little(UInt32(9)) + little(UInt32(6)) + little(UInt64(pieces.count))
        for place in pieces.indices { bytes += little(Float(-place).bitPattern) }
        bytes += string("tokenizer.ggml.token_type") + little(UInt32(9)) + little(UInt32(5))
        bytes += little(UInt64(pieces.count))
        for piece in pieces { bytes += little(piece.kind) }
        bytes += string("token_embd.weight") + little(UInt32(2)) + little(UInt64(width)) + little(UInt64(pieces.count))
        bytes += little(UInt32(0)) + little(UInt64(0))
        bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
        for number in rows { bytes += little(number.bitPattern) }
        return bytes
    }
}

func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * Value($0))) }
}

private func string(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

/// A folder that lasts as long as a test.
final class Workspace {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "anneal-lookup-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var folder: Path { Path(url.path) }

    func path(_ name: String) -> Path { Path(url.appending(path: name).path) }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> Path {
        try Data(bytes).write(to: url.appending(path: name))
        return path(name)
    }
}
