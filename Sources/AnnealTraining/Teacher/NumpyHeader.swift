import AnnealPlatform
import Foundation

/// The head of an `.npy` file.
/// - SeeAlso: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
enum NumpyHeader {
    static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

    static func read(_ file: MappedFile, path: String) throws(TrainError) -> VectorFile {
        let bytes = file.bytes
        guard bytes.count >= 12, (1...3).contains(bytes[6]) else {
            throw TrainError(
                place: path, expected: "an .npy file of version 1, 2 or 3",
                found: bytes.count >= 12 ? "version \(bytes[6])" : "\(bytes.count) bytes")
        }
        let isShort = bytes[6] == 1
        let length = isShort ? Int(littleEndian(bytes, 8) as UInt16) : Int(littleEndian(bytes, 8) as UInt32)
        let start = (isShort ? 10 : 12) + length
        guard start <= bytes.count else {
            throw TrainError(place: path, expected: "a header of \(length) bytes", found: "\(bytes.count) bytes in all")
        }
        let header = String(decoding: bytes[(start - length)..<start], as: UTF8.self)
        guard let kind = header.firstMatch(of: /'descr':\s*'([^']*)'/)?.output.1,
            let order = header.firstMatch(of: /'fortran_order':\s*(True|False)/)?.output.1,
            let shape = header.firstMatch(of: /'shape':\s*\(\s*(\d+)\s*,\s*(\d+)\s*,?\s*\)/)?.output,
            let rows = Int(shape.1), let columns = Int(shape.2), order == "False"
        else {
            throw TrainError(
                place: path, expected: "a matrix in C order", found: header.trimmingCharacters(in: .whitespaces))
        }
        let number: VectorFile.Number
        switch kind {
        case "<f2": number = .float16
        case "<f4": number = .float32
        case "<f8": number = .float64
        default: throw TrainError(place: path, expected: "numbers of type <f2, <f4 or <f8", found: String(kind))
        }
        return try VectorFile(path: path, file: file, start: start, rows: rows, columns: columns, number: number)
    }
}
