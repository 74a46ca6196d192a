import Foundation
import Testing

@testable import AnnealTraining

@Suite struct VectorFileTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func numpy(
        _ shape: String, descr: String = "<f4", order: String = "False", data: Int, version: UInt8 = 1
    ) -> [UInt8] {
        var header = Array("{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape), }\n".utf8)
        while (header.count + 10) % 64 != 0 { header.insert(0x20, at: header.count - 1) }
        let length = version == 1 ? littleEndianBytes(UInt16(header.count)) : littleEndianBytes(UInt32(header.count))
        return NumpyHeader.magic + [version, 0] + length + header + (0..<data).map { UInt8($0 % 64) }
    }

    private func safetensors(_ json: String, data: Int) -> [UInt8] {
        littleEndianBytes(UInt64(json.utf8.count)) + Array(json.utf8) + (0..<data).map { UInt8($0 % 64) }
    }

    @Test func numbersOfEveryType() throws {
        let values: [Float] = [0.5, -1.25, 3, -0.0625]
        var files: [(String, [UInt8])] = []
        let single = values.flatMap { littleEndianBytes($0.bitPattern) }
        let double = values.flatMap { littleEndianBytes(Double($0).bitPattern) }
        let half = values.flatMap { littleEndianBytes(HalfPrecision.bits($0)) }
        let brain = values.flatMap { littleEndianBytes(UInt16($0.bitPattern >> 16)) }
        for (name, data) in [("<f4", single), ("<f8", double), ("<f2", half)] {
            for version: UInt8 in [1, 2] {
                files.append(("a.npy", numpy("(2, 2)", descr: name, data: 0, version: version) + data))
            }
        }
        for (name, data) in [("F32", single), ("F64", double), ("F16", half), ("BF16", brain)] {
            let json = """
                {"__metadata__":{"a":"b"},"v":{"dtype":"\(name)","shape":[2,2],"data_offsets":[0,\(data.count)]}}
                """
            files.append(("a.safetensors", safetensors(json, data: 0) + data))
        }
        for (name, bytes) in files {
            let file = try VectorFile(path: workspace.write(name, bytes))
            #expect(file.rows == 2 && file.columns == 2)
            var row: [Float] = [0, 0]
            file.copyRow(0, into: &row)
            #expect(row == [0.5, -1.25])
            file.copyRow(1, into: &row)
            #expect(row == [3, -0.0625])
        }
    }

    @Test func malformedFilesAreRefused() throws {
        let bad: [(String, [UInt8], String)] = [
            ("a.npy", [], "another kind"),
            ("a.npy", Array("text".utf8), "another kind"),
            ("a.npy", NumpyHeader.magic, "6 bytes"),
            ("a.npy", numpy("(2, 2)", data: 16, version: 9), "version 9"),
            ("a.npy", Array(numpy("(2, 2)", data: 16)[..<40]), "in all"),
            ("a.npy", numpy("(2, 2)", data: 15), "15 bytes"),
            ("a.npy", numpy("(4,)", data: 16), "C order"),
            ("a.npy", numpy("(2, 2, 1)", data: 16), "C order"),
            ("a.npy", numpy("(2, 2)", order: "True", data: 16), "C order"),
            ("a.npy", numpy("(2, 2)", descr: ">f4", data: 16), ">f4"),
            ("a.npy", numpy("(2, 2)", descr: "<i4", data: 16), "<i4"),
            ("a.npy", numpy("(2, 0)", data: 16), "2 x 0"),
            ("a.npy", numpy("(9000000000000000000, 8000)", data: 16), "16 bytes"),
            ("a.npy", numpy("(99999999999999999999, 2)", data: 16), "C order"),
            ("a.safetensors", [1, 0], "2 bytes"),
            ("a.safetensors", safetensors("{}", data: 4), "0"),
            ("a.safetensors", safetensors("{", data: 4), "JSON"),
            ("a.safetensors", littleEndianBytes(UInt64.max) + [1], "in all"),
            (
                "a.safetensors",
                safetensors(#"{"v":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#, data: 15), "15 bytes"
            ),
            (
                "a.safetensors",
                safetensors(#"{"v":{"dtype":"I8","shape":[2,2],"data_offsets":[0,4]}}"#, data: 4), "I8"
            ),
            (
                "a.safetensors",
                safetensors(#"{"v":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}"#, data: 16), "-2"
            ),
            (
                "a.safetensors",
                safetensors(#"{"v":{"dtype":"F32","shape":[2,2],"data_offsets":[99,115]}}"#, data: 16), "99"
            ),
        ]
        for (name, bytes, words) in bad {
            let path = try workspace.write(name, bytes)
            let error = #expect(throws: TrainError.self) { try VectorFile(path: path) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error)) has no \(words)")
        }
    }

    @Test func otherNumberOfTextsIsRefused() throws {
        let path = try workspace.write("a.npy", numpy("(2, 2)", data: 16))
        #expect(throws: TrainError.self) {
            try FileTeacher(path: path, textCount: 3, teacher: "t", settings: "", encoding: .int8)
        }
    }
}
