import AnnealPlatform
import Testing

@testable import AnnealFormats

/// The files were written by pyarrow: `Fixtures/arrow.py`.
@Suite struct ArrowFileTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static func text(_ row: Int) -> String { "text \(row)" + (row % 3 == 2 ? "é" : "") }

    /// The texts of a column.
    private static func texts(_ path: Path, column: String? = nil) throws -> [String]? {
        let file = try FileBytes(path)
        return try ArrowFile(file).texts(column: column)?.map { String(decoding: file[$0], as: UTF8.self) }
    }

    @Test(
        arguments: [
            ("fixed32.arrow", nil), ("fixed32.stream", nil), ("fixed16.arrow", nil), ("list32.stream", nil),
            ("large64.arrow", nil), ("old.arrow", nil), ("neighbours.arrow", nil), ("neighbours.stream", nil),
            ("two.arrow", "first"), ("two.arrow", "second"),
        ] as [(String, String?)])
    func vectorsOfEveryForm(_ name: String, _ column: String?) throws {
        let file = try VectorFile(Workspace.fixture("arrow/" + name), column: column)
        #expect(file.allRows == fixtureRows(0..<7))
    }

    @Test(
        arguments: [
            ("fixed32.arrow", nil), ("fixed32.stream", nil), ("list32.stream", nil), ("large64.arrow", nil),
            ("neighbours.arrow", nil), ("neighbours.stream", nil), ("none.arrow", nil), ("two.arrow", "title"),
            ("two.arrow", "body"),
        ] as [(String, String?)])
    func textsOfEveryForm(_ name: String, _ column: String?) throws {
        #expect(try Self.texts(Workspace.fixture("arrow/" + name), column: column) == (0..<7).map(Self.text))
    }

    /// Short texts stand in their views, longer ones elsewhere.
    @Test func viewsOfTexts() throws {
        let path = try Workspace.fixture("arrow/views.arrow")
        #expect((try VectorFile(path)).allRows == fixtureRows(0..<7))
        #expect(
            try Self.texts(path)
                == (0..<7).map { Self.text($0) + ($0 % 2 == 1 ? " long enough for a buffer" : "") })
    }

    @Test func slicesAreReadFromTheirFirstRow() throws {
        let path = try Workspace.fixture("arrow/slice.arrow")
        #expect((try VectorFile(path)).allRows == fixtureRows(2..<6))
        #expect(try Self.texts(path) == (2..<6).map(Self.text))
    }

    @Test func fileWithoutRows() throws {
        let path = try Workspace.fixture("arrow/empty.arrow")
        #expect(try VectorFile(path).rows == 0)
        #expect(try Self.texts(path) == [])
    }

    @Test(
        arguments: [
            ("lz4.arrow", nil, "compressed with LZ4"), ("zstd.stream", nil, "compressed with ZSTD"),
            ("lz4.arrow", nil, #"compression="uncompressed""#),
            ("null.arrow", nil, "no nulls in embedding, found 1 nulls among 3"),
            ("null-number.arrow", nil, "no nulls in numbers of embedding, found 1 nulls among 15"),
            ("ragged.arrow", nil, "vectors of 5 numbers in every row of embedding, found 4 in row 4"),
            ("two.arrow", nil, "first (fixed_size_list[5]<float32>), second (list<float64>)"),
            ("two.arrow", nil, "--column NAME"),
            ("two.arrow", "third", "a column third of vectors"),
            ("two.arrow", "title", "found title (utf8)"),
            ("none.arrow", nil, "the columns text (utf8), number (integer)"),
            ("neighbours.arrow", "kind", "kind (dictionary of utf8)"),
        ] as [(String, String?, String)])
    func vectorsThatCannotBeReadAreRefused(_ name: String, _ column: String?, _ words: String) throws {
        let path = try Workspace.fixture("arrow/" + name)
        let error = #expect(throws: FormatError.self) { try VectorFile(path, column: column) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error)) has no \(words)")
    }

    @Test(
        arguments: [
            ("two.arrow", nil, "title (utf8), body (large_utf8)"), ("two.arrow", nil, "--text-column NAME"),
            ("null-text.arrow", nil, "no nulls in text"),
            ("fixed32.arrow", "embedding", "found embedding (fixed_size_list"),
        ] as [(String, String?, String)])
    func textsThatCannotBeReadAreRefused(_ name: String, _ column: String?, _ words: String) throws {
        let path = try Workspace.fixture("arrow/" + name)
        let error = #expect(throws: FormatError.self) { try Self.texts(path, column: column) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error)) has no \(words)")
    }

    /// One malformed file a failure: bytes that are replaced in a good file, and what the error says of it.
    @Test func malformedFilesAreRefused() throws {
        let file = try Workspace.bytes("arrow/fixed32.arrow")
        let stream = try Workspace.bytes("arrow/fixed32.stream")
        let mark = ArrowMessage.continuation
        let footer = file.count - 10
        let length = file[footer..<footer + 4].withUnsafeBytes { Int($0.littleEndian(at: 0) as Int32) }
        func changed(_ bytes: [UInt8], _ place: Int, _ new: [UInt8]) -> [UInt8] {
            var bytes = bytes
            bytes.replaceSubrange(place..<place + new.count, with: new)
            return bytes
        }
        let bad: [([UInt8], String)] = [
            (Array("FEA1".utf8) + [0, 0, 0, 0], "Feather version 1"),
            (Array("ARROW1".utf8), "cut off"),
            (Array("ARROW1\0\0".utf8) + [0, 0, 0, 0] + Array("ARROW1".utf8), "root of a message inside the file"),
            (changed(file, file.count - 1, [0x32]), "cut off"),
            (changed(file, footer, [0xFF, 0xFF, 0xFF, 0xFF]), "the footer inside the file"),
            (changed(file, footer, [0xFF, 0xFF, 0xFF, 0x7F]), "the footer inside the file"),
            (changed(file, footer - length, [0xFF, 0xFF, 0xFF, 0x7F]), "a table inside the file"),
            (mark, "a message inside the file"),
            (mark + [0, 0, 0, 0], "a schema first"),
            (mark + [16, 0, 0, 0], "a message inside the file"),
            (mark + [0xF0, 0xFF, 0xFF, 0xFF], "a message inside the file"),
            (stream + [0], "nothing behind the end of the stream, found 1 bytes"),
            (Array(stream.dropLast(8)), "a mark of its end"),
            (Array(stream.dropLast(8)) + stream, "one schema"),
            (Array(stream.dropLast(8)) + [1, 0, 0, 0, 0, 0, 0, 0], "Arrow 0.15 or later"),
        ]
        for (bytes, words) in bad {
            let path = try workspace.write("bad.arrow", bytes)
            let error = #expect(throws: FormatError.self) { try VectorFile(path) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error)) has no \(words)")
        }
    }

    @Test(arguments: ["fixed32.arrow", "list32.stream"])
    func truncationAtEveryByteIsRefused(_ name: String) throws {
        let bytes = try Workspace.bytes("arrow/" + name)
        for count in 0..<bytes.count {
            let path = try workspace.write("cut.arrow", Array(bytes[..<count]))
            #expect(throws: FormatError.self, "\(count) bytes") { try VectorFile(path) }
        }
    }

    /// Whatever a byte becomes, there is an error, or a file whose every row can be read. One bit of each byte.
    @Test(arguments: ["fixed32.arrow", "list32.stream", "large64.arrow"])
    func flippedBitsNeverCrash(_ name: String) throws {
        let bytes = try Workspace.bytes("arrow/" + name)
        var (refused, read) = (0, 0)
        var random = SplitMix64(seed: 5)
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let path = try workspace.write("flipped.arrow", flipped)
            do {
                let file = try VectorFile(path)
                read += file.allRows.count
                _ = try Self.texts(path)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 200 && read > 1000, "\(refused) refused, \(read) rows read of \(name)")
    }

    /// Many bytes at once, in the parts that describe the file: seeded, so that a failure can be had again.
    @Test(arguments: ["neighbours.stream", "views.arrow"])
    func randomBytesNeverCrash(_ name: String) throws {
        let bytes = try Workspace.bytes("arrow/" + name)
        var random = SplitMix64(seed: 17)
        for _ in 0..<600 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                changed[Int.random(in: 0..<bytes.count, using: &random)] =
                    [0x00, 0x01, 0x7F, 0x80, 0xFF, 0x18].randomElement(using: &random) ?? 0
            }
            let path = try workspace.write("changed.arrow", changed)
            _ = try? (VectorFile(path)).allRows
            _ = try? Self.texts(path)
        }
    }
}
