import AnnealGGUF
import AnnealPlatform
import Foundation
import Testing

/// A GGUF file as its parts, each of which may be wrong.
struct Draft {
    var magic = Array("GGUF".utf8)
    var version: UInt32 = 3
    /// Instead of the counts of what follows.
    var tensorCount: UInt64?
    var entryCount: UInt64?
    /// Key, type and the bytes of the value.
    var entries: [(key: [UInt8], type: UInt32, value: [UInt8])] = []
    var tensors: [(name: [UInt8], shape: [UInt64], type: UInt32, offset: UInt64)] = []
    var alignment = 32
    var data: [UInt8] = []

    /// Two F32 tensors of 8 numbers, and a word.
    static var sound: Draft {
        var draft = Draft()
        draft.entries = [(Array("general.name".utf8), 8, string("a name"))]
        draft.tensors = [(Array("a".utf8), [4, 2], 0, 0), (Array("b".utf8), [8], 0, 32)]
        draft.data = [UInt8](repeating: 0, count: 64)
        return draft
    }

    mutating func add(_ key: String, _ type: UInt32, _ value: [UInt8]) {
        entries.append((Array(key.utf8), type, value))
    }

    var bytes: [UInt8] {
        var bytes = magic + little(version)
        bytes += little(tensorCount ?? UInt64(tensors.count)) + little(entryCount ?? UInt64(entries.count))
        for entry in entries { bytes += string(entry.key) + little(entry.type) + entry.value }
        for tensor in tensors {
            bytes += string(tensor.name) + little(UInt32(tensor.shape.count))
            for length in tensor.shape { bytes += little(length) }
            bytes += little(tensor.type) + little(tensor.offset)
        }
        let rest = bytes.count % alignment
        if rest > 0 { bytes += [UInt8](repeating: 0, count: alignment - rest) }
        return bytes + data
    }
}

func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * Value($0))) }
}

func string(_ bytes: [UInt8]) -> [UInt8] { little(UInt64(bytes.count)) + bytes }

func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

/// A folder that lasts as long as a test, and the fixtures.
final class Workspace {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "anneal-gguf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String = "x.gguf") throws -> Path {
        try Data(bytes).write(to: url.appending(path: name))
        return Path(url.appending(path: name).path)
    }

    var folder: Path { Path(url.path) }

    static func fixture(_ name: String) throws -> Path {
        Path(try #require(Bundle.module.path(forResource: "Fixtures/\(name)", ofType: nil)))
    }
}

extension GGUFFile {
    /// Rows as one list, piece by piece.
    func floats(_ tensor: GGUFTensor, rows: Range<Int>? = nil) throws -> [Float] {
        var pieces = try pieces(of: tensor, rows: rows ?? 0..<tensor.rowCount)
        var floats: [Float] = []
        while let piece = try pieces.next() {
            #expect(piece.count <= GGUFFile.decodedCount)
            floats += piece
        }
        return floats
    }

    func row(_ row: Int, _ tensor: GGUFTensor) throws -> [Float] {
        var floats = [Float](repeating: 0, count: tensor.width)
        try floats.withUnsafeMutableBufferPointer { try readRow(row, of: tensor, into: $0) }
        return floats
    }
}

/// Whether all bits are the same, or both are no number.
func isSame(_ a: Float, _ b: Float) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }

func isSame(_ a: [Float], _ b: [Float]) -> Bool { a.count == b.count && zip(a, b).allSatisfy(isSame) }
