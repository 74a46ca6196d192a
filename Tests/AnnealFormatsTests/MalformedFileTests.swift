import AnnealFormats
import AnnealPlatform
import Testing

/// One malformed file a failure, and what the error says of it.
@Suite struct MalformedFileTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static func bytes(of number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    private static func npy(_ dictionary: String, data: Int = 16, version: UInt8 = 1, minor: UInt8 = 0) -> [UInt8] {
        let header = Array((dictionary + "\n").utf8)
        return magic + [version, minor]
            + (version == 1 ? bytes(of: UInt16(header.count)) : bytes(of: UInt32(header.count)))
            + header + (0..<data).map { UInt8($0 % 64) }
    }

    private static func npy(shape: String, data: Int = 16) -> [UInt8] {
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }", data: data)
    }

    @Test(
        arguments: [
            ([], "another kind"), (Array("text".utf8), "another kind"), (magic, "an npy version inside the file"),
            (magic + [1], "an npy version inside the file"),
            (magic + [1, 0, 1], "the header's length inside the file"),
            (magic + [2, 0, 1, 0, 0], "the header's length inside the file"),
            (npy("{}", version: 9), "found version 9.0"), (npy("{}", version: 0), "found version 0.0"),
            (npy("{}", minor: 1), "found version 1.1"),
            (Array(npy(shape: "(2, 2)")[..<40]), "the header inside the file"),
            (magic + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF], "a header of at most 65536 bytes, found 4294967295"),
            (npy(shape: "(2, 2)", data: 15), "16 bytes of numbers for shape [2, 2], found 15"),
            (npy(shape: "(2, 2)", data: 17), "16 bytes of numbers for shape [2, 2], found 17"),
            (npy(shape: "(2, 3)"), "24 bytes of numbers"), (npy(shape: "(1, 2)"), "8 bytes of numbers"),
            (npy(shape: "(4,)"), "two dimensions"), (npy(shape: "()", data: 4), "two dimensions"),
            (npy(shape: "(2, 2, 1)"), "two dimensions"), (npy(shape: "(2, 0)", data: 0), "found 2 x 0"),
            (npy(shape: "(-2, -2)"), "a count of at least zero"), (npy(shape: "(2, 2"), "a count of at least zero"),
            (npy(shape: "(2 2)"), "the end of the shape"), (npy(shape: "[2, 2]"), "a shape"),
            (npy(shape: "(9000000000000000000, 8000)"), "fits its file of"),
            (npy(shape: "(4611686018427387904, 4)"), "fits its file of"),
            (npy(shape: "(9223372036854775807, 0)", data: 0), "fits its file of"),
            (npy(shape: "(99999999999999999999, 2)"), "a count below 2^63"),
            (npy(shape: "(" + String(repeating: "1, ", count: 33) + ")"), "at most 32 dimensions"),
            (npy("{'descr': '<f4', 'fortran_order': False, }"), "the key shape"),
            (npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}"), "each once"),
            (npy("{'descr': '<f4', 'order': 1, 'fortran_order': False, 'shape': (2, 2)}"), "found \"order\""),
            (npy("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2)}"), "True or False"),
            (npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2)}"), "Fortran order"),
            (npy("{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (2, 2)}"), "without escapes"),
            (npy("{'descr': '<f4"), "the end of a string"), (npy("{'descr': [('x', '<f4')], "), "a structure"),
            (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)} x"), "nothing behind the dictionary"),
            (npy("('descr', '<f4')"), "a dictionary"), (npy(""), "a dictionary"),
            (npy("{'descr' '<f4'}"), "a colon"), (npy("{'descr': '<f4' 'shape': (2, 2)}"), "a comma"),
        ] as [([UInt8], String)])
    func npyFiles(_ bytes: [UInt8], _ words: String) throws {
        let path = try workspace.write("a.npy", bytes)
        expectError(words, String(decoding: bytes.prefix(200), as: UTF8.self)) { _ = try VectorFile(path) }
    }

    /// What others may write so as well.
    @Test(
        arguments: [
            "{'descr':'<f4','fortran_order':False,'shape':(2,2)}",
            "{ \"shape\" : ( 2L , 2L ) , \"fortran_order\" : False , \"descr\" : \"<f4\" }   ",
        ])
    func otherSpellingsOfTheDictionary(_ dictionary: String) throws {
        let file = try VectorFile(workspace.write("a.npy", Self.npy(dictionary)))
        #expect(file.rows == 2 && file.columns == 2 && file.number == .float32)
    }

    private static func safetensors(_ json: String, data: Int = 16) -> [UInt8] {
        bytes(of: UInt64(json.utf8.count)) + Array(json.utf8) + (0..<data).map { UInt8($0 % 64) }
    }

    private static func tensor(
        _ shape: String = "[2,2]", type: String = "F32", place: String = "[0,16]", data: Int = 16
    ) -> [UInt8] {
        safetensors(#"{"v":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(place)}}"#, data: data)
    }

    @Test(
        arguments: [
            ([], "the header's length inside the file"), ([1, 0], "the header's length inside the file"),
            (bytes(of: UInt64.max) + [1], "in all"), (bytes(of: UInt64(0)) + [1], "in all"),
            (bytes(of: UInt64(3)) + [0x7B, 0x7D], "in all"),
            (safetensors("{}"), "one matrix, found 0"), (safetensors("{"), "a key"), (safetensors("[]"), "an object"),
            (safetensors("{} x"), "the end of the header"),
            (tensor(data: 15), "tensors of 16 bytes in all, found 15"),
            (tensor(place: "[99,115]"), "tensors of 115 bytes in all, found 16"),
            (tensor(place: "[16,0]"), "the first not beyond the second"),
            (tensor(place: "[0]"), "two offsets"), (tensor(place: "[-4,12]"), "at least zero"),
            (tensor(place: "[0,15]"), "tensors of 15 bytes in all, found 16"),
            (tensor(place: "[0,15]", data: 15), "as many bytes as the shape [2, 2] of F32 has, found 15"),
            (tensor(type: "I8"), "found I8"),
            (tensor("[-2,-2]"), "at least zero"), (tensor("[2.0,2]"), "',' or ']'"),
            (tensor("[4]"), "one matrix, found 0"),
            (tensor("[9223372036854775807,9223372036854775807]"), "as many bytes"),
            (tensor("[9223372036854775808,2]"), "a number below 2^63"),
            (tensor("[0,0]", place: "[0,0]", data: 0), "1...65536 columns"), (tensor("2"), "a shape"),
            (safetensors(#"{"v":{"dtype":"F32","shape":[2,2]}}"#), "without one of them"),
            (safetensors(#"{"v":1}"#), "a tensor"), (safetensors(#"{"v":{"dtype":1}}"#), "a type"),
            (
                safetensors(
                    #"{"v":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"v":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#
                ), "each name once"
            ),
            (
                safetensors(#"{"__metadata__":"# + String(repeating: "[", count: 100_000)), "256 levels of nesting"
            ),
            (
                safetensors(#"{"v":{"x":"# + String(repeating: #"{"a":"#, count: 100_000)), "256 levels of nesting"
            ),
        ] as [([UInt8], String)])
    func safetensorsFiles(_ bytes: [UInt8], _ words: String) throws {
        let path = try workspace.write("a.safetensors", bytes)
        expectError(words, String(decoding: bytes.prefix(200), as: UTF8.self)) { _ = try VectorFile(path) }
    }

    @Test func metadataAndOtherTensorsAreLeftOut() throws {
        let json = #"""
            {"__metadata__":{"a":"é\n","b":[1,{"c":null}]},"w":{"dtype":"X","shape":[7],"data_offsets":[0,4]}, \#
            "v":{"data_offsets":[4,12],"extra":true,"shape":[1,2],"dtype":"F32"}} 
            """#
        let file = try VectorFile(workspace.write("a.safetensors", Self.safetensors(json, data: 12)))
        #expect(file.rows == 1 && file.columns == 2)
    }

    @Test func filesThatCannotBeOpenedAreNamed() throws {
        for path: Path in ["/no/such.npy", workspace.file(".")] {
            let error = #expect(throws: FormatError.self) { try VectorFile(path) }
            #expect(error?.path == path && error?.expected == "a readable file")
        }
        let path = try workspace.write("a.npy", Self.npy(shape: "(2, 2)"))
        expectError("an Arrow file with a column text", "a column") { _ = try VectorFile(path, column: "text") }
    }
}
