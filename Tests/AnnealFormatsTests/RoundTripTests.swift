import AnnealFormats
import AnnealPlatform
import Foundation
import Testing

/// The bytes of vectors in a format, as `embed` writes them.
func encode(_ rows: [[Float]], _ format: VectorFormat, empty: Set<Int> = []) throws -> [UInt8] {
    let writer = try #require(format.writer)
    var output = ByteBuffer()
    for (row, vector) in rows.enumerated() {
        vector.withUnsafeBufferPointer {
            writer.append($0, row: row, isEmpty: empty.contains(row), to: &output)
        }
    }
    let header = writer.header(rows: rows.count, columns: rows.first?.count ?? 0)
    #expect(header.count == writer.headerSize)
    return header + Array(output.bytes)
}

/// What is written reads back as the same bits, by readers that are slow and obvious, and by ours where there is one.
@Suite struct RoundTripTests {
    private static let special: [Float] = [
        0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNormalMagnitude, .greatestFiniteMagnitude, .pi, 1 / 3, 1e-7,
        16_777_215,
    ]

    private static func rows(_ random: inout SplitMix64) -> [[Float]] {
        let (count, width) = (random.below(6), 1 + random.below(40))
        return (0..<count).map { _ in
            (0..<width).map { _ in
                if random.below(4) == 0 { return special[random.below(special.count)] }
                let number = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
                return number.isFinite ? number : random.normal()
            }
        }
    }

    @Test(arguments: 0..<60)
    func randomArrays(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let rows = Self.rows(&random)
        let bits = rows.map { $0.map(\.bitPattern) }
        let empty = Set(rows.indices.filter { _ in random.below(3) == 0 })
        let workspace = try Workspace()
        for format in VectorFormat.written {
            let bytes = try encode(rows, format, empty: empty)
            let found = try Self.reference(bytes, format.name, width: rows.first?.count ?? 0, empty: empty)
            #expect(found.map { $0.map(\.bitPattern) } == bits, "seed \(seed), \(format.name)")
            // A header of ours states the width; without a row there is none.
            guard format.readsFiles, !rows.isEmpty else { continue }
            let path = try workspace.write("a.\(format.name)", bytes)
            let file = try VectorFile(path)
            #expect(file.rows == rows.count && file.columns == rows[0].count)
            #expect(file.allRows.map { $0.map(\.bitPattern) } == bits, "seed \(seed), \(format.name)")
        }
    }

    @Test func matrixWritesTheSameFileAsRows() throws {
        let workspace = try Workspace()
        let rows = fixtureRows(0..<3)
        let matrix = Matrix(rows: 3, columns: 5)
        for (index, number) in rows.joined().enumerated() { matrix.storage[index] = number }
        try NumpyArray.write(matrix, to: workspace.file("matrix.npy"))
        #expect(try Files.content(of: workspace.file("matrix.npy")) == (try encode(rows, .npy)))
        #expect(throws: FileError.self) { try NumpyArray.write(matrix, to: workspace.file("absent/matrix.npy")) }
    }

    @Test func largestShapesFitTheirHeaders() {
        for format in VectorFormat.written {
            let header = format.writer?.header(rows: 1_000_000_000_000, columns: 65_536)
            #expect(header?.count == format.writer?.headerSize, "\(format.name)")
        }
    }

    @Test(
        arguments: [
            ("a.npy", "npy"), ("a.NPY", "npy"), ("x.tar/a.f32", "f32"), ("a.bin", "f32"), ("a.jsonl", "jsonl"),
            ("a.ndjson", "jsonl"), ("a.safetensors", "safetensors"), ("a.txt", "text"), ("a", "text"),
            ("b.npy/a", "text"),
            ("a.csv", nil), ("a.arrow", nil), ("a.", nil), (".npy", "npy"),
        ] as [(String, String?)])
    func endingsName(_ path: String, _ name: String?) {
        #expect(VectorFormat.forWriting(Path(path))?.name == name)
    }

    /// Reads numbers back without any of our code.
    private static func reference(
        _ bytes: [UInt8], _ name: String, width: Int, empty: Set<Int>
    ) throws -> [[Float]] {
        func floats(_ bytes: ArraySlice<UInt8>) -> [[Float]] {
            let numbers = stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { at in
                Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) })
            }
            return stride(from: 0, to: numbers.count, by: max(1, width)).map { Array(numbers[$0..<$0 + width]) }
        }
        let lines = {
            String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        }
        switch name {
        case "f32": return floats(bytes[...])
        case "npy":
            #expect(bytes[..<10] == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0])
            let dictionary = String(decoding: bytes[10..<128], as: UTF8.self)
            let shape = try #require(dictionary.firstMatch(of: /\((\d+), (\d+)\)/)?.output)
            #expect(
                dictionary.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': ") && dictionary.hasSuffix("\n")
            )
            #expect(Int(shape.2) == width)
            let rows = floats(bytes[128...])
            #expect(Int(shape.1) == rows.count)
            return rows
        case "safetensors":
            let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
            let header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any]
            let tensor = try #require(header?["embeddings"] as? [String: Any])
            let rows = floats(bytes[(8 + length)...])
            #expect(tensor["dtype"] as? String == "F32" && tensor["shape"] as? [Int] == [rows.count, width])
            #expect(tensor["data_offsets"] as? [Int] == [0, bytes.count - 8 - length])
            return rows
        case "text":
            return lines().map { line in line.split(separator: " ").map { Float($0) ?? .nan } }
        case "jsonl":
            return try lines().enumerated().map { row, line in
                let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                #expect(object["index"] as? Int == row)
                #expect((object["empty"] as? Bool ?? false) == empty.contains(row))
                // As text, for Foundation's numbers are of 64 bits and would be rounded twice.
                let start = try #require(line.range(of: "\"embedding\":[")).upperBound
                return line[start...].dropLast(2).split(separator: ",").map { Float($0) ?? .nan }
            }
        default:
            Issue.record("no reference for the format \(name)")
            return []
        }
    }
}
