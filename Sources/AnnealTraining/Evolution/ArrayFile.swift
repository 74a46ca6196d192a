import Foundation

/// Arrays in files of the npy format, version 1: what evolution reads and writes when it runs alone.
///
/// Only what is needed: little-endian, C order, one or two dimensions.
/// - SeeAlso: NumPy Enhancement Proposal 1.
public enum ArrayFile {
    /// What is wrong with a file.
    public struct Fault: Error, CustomStringConvertible {
        public let path: String
        public let expected: String
        public let found: String

        public var description: String { "\(path): expected \(expected), found \(found)" }
    }

    /// Reads numbers of one type.
    /// - Parameter type: `<f4`, `<u4` or `<i8`, as the format names it; it must fit `Value`.
    /// - Throws: ``Fault``, or what reading the file throws.
    public static func read<Value: BitwiseCopyable>(
        _ path: String, type: String, as: Value.Type
    ) throws -> (shape: [Int], values: [Value]) {
        let data = try map(path)
        let (shape, start) = try header(data, path, type)
        let count = try check(data, path, start, shape, MemoryLayout<Value>.size)
        let values = [Value](unsafeUninitializedCapacity: count) { buffer, filled in
            data.copyBytes(to: buffer, from: start..<start + count * MemoryLayout<Value>.size)
            filled = count
        }
        return (shape, values)
    }

    /// Reads a matrix of 32-bit floats.
    /// - Throws: as ``read(_:type:as:)``.
    public static func matrix(_ path: String) throws -> Matrix {
        let data = try map(path)
        let (shape, start) = try header(data, path, "<f4")
        guard shape.count == 2 else { throw Fault(path: path, expected: "two dimensions", found: "\(shape.count)") }
        let bytes = 4 * (try check(data, path, start, shape, 4))
        let matrix = Matrix(rows: shape[0], columns: shape[1])
        data.copyBytes(
            to: UnsafeMutableRawBufferPointer(start: matrix.storage, count: bytes), from: start..<start + bytes)
        return matrix
    }

    /// Writes a matrix of 32-bit floats, beside its place and then renamed.
    public static func write(_ matrix: Matrix, to path: String) throws {
        var head = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(matrix.rows), \(matrix.columns)), }"
        head += String(repeating: " ", count: 63 - (10 + head.utf8.count) % 64) + "\n"
        var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
        withUnsafeBytes(of: UInt16(head.utf8.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: head.utf8)
        let values = UnsafeBufferPointer(start: matrix.storage, count: matrix.rows * matrix.columns)
        data.append(contentsOf: Bytes.of(Array(values)))
        try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private static func map(_ path: String) throws(Fault) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch {
            throw Fault(path: path, expected: "a readable file", found: error.localizedDescription)
        }
    }

    /// The numbers of an array.
    /// - Throws: if the file does not hold just these.
    private static func check(
        _ data: Data, _ path: String, _ start: Int, _ shape: [Int], _ size: Int
    ) throws(Fault) -> Int {
        var bytes = size
        for count in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: count)
            guard !overflow else {
                throw Fault(path: path, expected: "an array that fits its file", found: "one of shape \(shape)")
            }
            bytes = product
        }
        guard data.count - start == bytes else {
            throw Fault(path: path, expected: "\(bytes) bytes of numbers", found: "\(data.count - start)")
        }
        return bytes / size
    }

    private static func header(_ data: Data, _ path: String, _ type: String) throws -> (shape: [Int], start: Int) {
        guard data.count >= 10, data.prefix(8) == Data([0x93] + Array("NUMPY".utf8) + [1, 0]) else {
            throw Fault(path: path, expected: "an npy file of version 1.0", found: "\(data.count) other bytes")
        }
        let length = Int(data[8]) | Int(data[9]) << 8
        guard data.count >= 10 + length else {
            throw Fault(path: path, expected: "a header of \(length) bytes", found: "\(data.count - 10)")
        }
        let text = String(decoding: data[10..<10 + length], as: UTF8.self)
        guard text.contains("'descr': '\(type)'"), text.contains("'fortran_order': False"),
            let open = text.firstIndex(of: "("), let close = text.firstIndex(of: ")")
        else { throw Fault(path: path, expected: "type \(type) in C order", found: text) }
        var shape: [Int] = []
        for part in text[text.index(after: open)..<close].split(separator: ",") {
            let digits = part.trimmingCharacters(in: .whitespaces)
            guard !digits.isEmpty else { continue }
            guard let count = Int(digits), count >= 0, count < 1 << 40 else {
                throw Fault(path: path, expected: "a shape of counts", found: text)
            }
            shape.append(count)
        }
        guard !shape.isEmpty, shape.count <= 2 else {
            throw Fault(path: path, expected: "one or two dimensions", found: "\(shape.count)")
        }
        return (shape, 10 + length)
    }
}
