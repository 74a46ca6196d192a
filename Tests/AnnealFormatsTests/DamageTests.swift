import AnnealPlatform
import Testing

@testable import AnnealFormats

/// Damaged files give an error or the right number of rows, and never a read out of bounds. Seeds are arguments, so that a
/// failure can be had again.
@Suite struct DamageTests {
    private static let files = [
        "arrays/f4.npy", "arrays/f8.npy", "arrays/version2.npy", "arrays/one.safetensors", "arrays/double.safetensors",
        "arrays/half.safetensors", "arrow/neighbours.stream", "arrow/views.arrow",
    ]
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    /// Reads everything there is to read.
    private func readAll(_ name: String, _ bytes: [UInt8]) throws -> [[Float]] {
        let path = try workspace.write("x" + name.filter { $0 != "/" }, bytes)
        let rows = try VectorFile(path).allRows
        if let array = try? NumpyArray(path) {
            _ = try array.values(array.type == .float64 ? .float64 : .float32, as: array)
        }
        return rows
    }

    @Test(arguments: files)
    func truncationAtEveryByteIsRefused(_ name: String) throws {
        let bytes = try Workspace.bytes(name)
        let whole = try readAll(name, bytes)
        for count in 0..<bytes.count {
            do {
                let rows = try readAll(name, Array(bytes[..<count]))
                Issue.record("\(count) of \(bytes.count) bytes of \(name) gave \(rows.count) of \(whole.count) rows")
            } catch is FormatError {
                continue
            }
        }
    }

    /// Every bit of the head of each file.
    @Test(arguments: files)
    func flippedBitsGiveAnErrorOrRows(_ name: String) throws {
        let bytes = try Workspace.bytes(name)
        var (refused, read) = (0, 0)
        for place in 0..<min(bytes.count, 400) {
            for bit in 0..<8 where bit == place % 8 || place < 130 {
                var flipped = bytes
                flipped[place] ^= 1 << UInt8(bit)
                do {
                    read += try readAll(name, flipped).count
                } catch is FormatError {
                    refused += 1
                }
            }
        }
        #expect(refused > 0 && read > 0, "\(refused) refused, \(read) rows read of \(name)")
    }

    @Test(arguments: files)
    func randomBytesGiveAnErrorOrRows(_ name: String) throws {
        let bytes = try Workspace.bytes(name)
        var random = SplitMix64(seed: 17)
        let hostile: [UInt8] = [
            0x00, 0x01, 0x18, 0x20, 0x22, 0x27, 0x2C, 0x2D, 0x30, 0x39, 0x5B, 0x7B, 0x7F, 0x80, 0xFF,
        ]
        for _ in 0..<400 {
            var changed = bytes
            for _ in 0...random.below(8) { changed[random.below(bytes.count)] = hostile[random.below(hostile.count)] }
            do { _ = try readAll(name, changed) } catch is FormatError { continue }
        }
    }

    /// A header that promises more than memory holds is refused by the file's size before anything is allocated.
    @Test func promisesAreComparedWithTheFile() throws {
        let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 60000), }"
        let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(dictionary.utf8.count), 0] + Array(dictionary.utf8)
        let path = try workspace.write("huge.npy", bytes)
        expectError("240000000000000 bytes of numbers", "huge") { _ = try VectorFile(path) }
    }
}

extension NumpyArray {
    /// The bits of all numbers, whatever they are.
    fileprivate func values(_ type: NumberType, as array: NumpyArray) throws -> Int {
        type == .float64
            ? try array.values(.float64, as: UInt64.self).count
            : array.type == .float32 ? try array.values(.float32, as: UInt32.self).count : 0
    }
}
