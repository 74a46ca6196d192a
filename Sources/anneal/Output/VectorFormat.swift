/// The forms in which `embed` writes vectors.
enum VectorFormat: String, CaseIterable, Sendable {
    /// NumPy, float32, C order, shape (lines, dimension).
    case npy
    /// One JSON object a line.
    case jsonl
    /// Bare little-endian float32, row behind row.
    case f32
    /// One tensor `embeddings`, float32.
    case safetensors
    /// Numbers separated by spaces, one vector a line.
    case text

    /// The bytes in front of the rows. Fixed, so that the number of rows can be filled in at the end.
    var headerSize: Int {
        switch self {
        case .npy: 128
        case .safetensors: 256
        case .jsonl, .f32, .text: 0
        }
    }

    var isBinary: Bool {
        switch self {
        case .npy, .f32, .safetensors: true
        case .jsonl, .text: false
        }
    }

    /// The header for `rows` rows; empty for formats without one.
    func header(rows: Int, dimension: Int) -> [UInt8] {
        switch self {
        case .jsonl, .f32, .text:
            return []
        case .npy:
            // NumPy format 1.0: magic, version, length of the dictionary, the dictionary padded to a multiple of 64.
            let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(dimension)), }"
            var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(dictionary.utf8)
            bytes += [UInt8](repeating: 0x20, count: headerSize - 1 - bytes.count) + [0x0A]
            return bytes
        case .safetensors:
            // Length of the JSON as 64 bits little-endian, then the JSON padded with spaces.
            let json =
                "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[\(rows),\(dimension)],"
                + "\"data_offsets\":[0,\(rows * dimension * 4)]}}"
            let length = UInt64(headerSize - 8)
            var bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(json.utf8)
            bytes += [UInt8](repeating: 0x20, count: headerSize - bytes.count)
            return bytes
        }
    }

    /// The endings of files that ask for the format, in small letters.
    var endings: [String] {
        switch self {
        case .npy: ["npy"]
        case .jsonl: ["jsonl", "ndjson"]
        case .f32: ["f32", "bin"]
        case .safetensors: ["safetensors"]
        case .text: ["txt"]
        }
    }

    /// The format that a file's ending asks for, whatever the case of its letters; text for a name without an ending.
    /// - Throws: ``CommandError`` with ``ExitStatus/usage`` if no format has the ending.
    init(ending path: String) throws(CommandError) {
        let name = path.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).last ?? path.utf8[...]
        guard let dot = name.lastIndex(of: 0x2E) else {
            self = .text
            return
        }
        let ending = String(decoding: name[name.index(after: dot)...], as: UTF8.self)
        guard let format = VectorFormat.allCases.first(where: { $0.endings.contains(ending.lowercased()) }) else {
            let known = VectorFormat.allCases.flatMap(\.endings).map { ".\($0)" }.joined(separator: ", ")
            throw CommandError(
                .usage, "--output: expected a name that ends in \(known), found \"\(path)\"",
                hint: "Or say the format with --format.")
        }
        self = format
    }
}
