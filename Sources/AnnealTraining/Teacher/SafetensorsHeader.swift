import AnnealPlatform
import Foundation

/// The head of a `.safetensors` file: 8 bytes of length, then that many bytes of JSON.
enum SafetensorsHeader {
    private struct Tensor: Decodable {
        let dtype: String
        let shape: [Int]
        let place: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype
            case shape
            case place = "data_offsets"
        }
    }

    /// An entry of the header: a tensor, or the file's metadata, which say nothing here.
    private enum Entry: Decodable {
        case tensor(Tensor)
        case other

        init(from decoder: any Decoder) throws {
            self = (try? Tensor(from: decoder)).map { .tensor($0) } ?? .other
        }
    }

    /// Reads the one matrix of the file.
    static func read(_ file: MappedFile, path: String) throws(TrainError) -> VectorFile {
        let bytes = file.bytes
        let length: UInt64 = bytes.count >= 8 ? littleEndian(bytes, 0) : 0
        guard length > 0, length <= UInt64(max(0, bytes.count - 8)) else {
            throw TrainError(
                place: path, expected: "a safetensors header inside the file", found: "\(bytes.count) bytes in all")
        }
        let data = 8 + Int(length)
        let entries: [String: Entry]
        do {
            entries = try JSONDecoder().decode([String: Entry].self, from: Data(bytes[8..<data]))
        } catch {
            throw TrainError(place: path, expected: "a safetensors header in JSON", found: "\(error)")
        }
        let matrices = entries.compactMap { name, entry -> Tensor? in
            if case .tensor(let tensor) = entry, tensor.shape.count == 2 { tensor } else { nil }
        }
        guard matrices.count == 1, let matrix = matrices.first, matrix.place.count == 2 else {
            throw TrainError(place: path, expected: "one matrix", found: "\(matrices.count)")
        }
        let number: VectorFile.Number
        switch matrix.dtype {
        case "F16": number = .float16
        case "BF16": number = .bfloat16
        case "F32": number = .float32
        case "F64": number = .float64
        default: throw TrainError(place: path, expected: "numbers of type F16, BF16, F32 or F64", found: matrix.dtype)
        }
        let first = matrix.place[0]
        guard first >= 0, first <= bytes.count - data else {
            throw TrainError(place: path, expected: "a matrix inside the file", found: "offset \(first)")
        }
        return try VectorFile(
            path: path, file: file, start: data + first, rows: matrix.shape[0], columns: matrix.shape[1],
            number: number)
    }
}
