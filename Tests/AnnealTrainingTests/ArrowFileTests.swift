import AnnealPlatform
import Foundation
import Testing

@testable import AnnealTraining

/// The files were written by pyarrow: `Fixtures/arrow.py`.
@Suite struct ArrowFileTests {
    private static let width = 5
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static func fixture(_ name: String) throws -> String {
        try #require(Bundle.module.path(forResource: "Fixtures/arrow/\(name)", ofType: nil))
    }

    private static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
    }

    private static func vector(_ row: Int) -> [Float] { (0..<width).map { Float(row * width + $0) / 8 - 2 } }

    private static func text(_ row: Int) -> String { "text \(row)" + (row % 3 == 2 ? "é" : "") }

    private static func rows(_ file: VectorFile) -> [[Float]] {
        (0..<file.rows).map { row in
            var vector = [Float](repeating: .nan, count: file.columns)
            file.copyRow(row, into: &vector)
            return vector
        }
    }

    @Test(
        arguments: [
            ("fixed32.arrow", nil), ("fixed32.stream", nil), ("fixed16.arrow", nil), ("list32.stream", nil),
            ("large64.arrow", nil), ("old.arrow", nil), ("neighbours.arrow", nil), ("neighbours.stream", nil),
            ("two.arrow", "first"), ("two.arrow", "second"),
        ] as [(String, String?)])
    func vectorsOfEveryForm(_ name: String, _ column: String?) throws {
        let file = try VectorFile(path: Self.fixture(name), column: column)
        #expect(Self.rows(file) == (0..<7).map(Self.vector))
    }

    @Test(
        arguments: [
            ("fixed32.arrow", nil), ("fixed32.stream", nil), ("list32.stream", nil), ("large64.arrow", nil),
            ("neighbours.arrow", nil), ("neighbours.stream", nil), ("none.arrow", nil), ("two.arrow", "title"),
            ("two.arrow", "body"),
        ] as [(String, String?)])
    func textsOfEveryForm(_ name: String, _ column: String?) throws {
        let corpus = try CorpusFile(path: Self.fixture(name), column: column)
        #expect((0..<corpus.count).map(corpus.line) == (0..<7).map { .text(Self.text($0)) })
    }

    /// Short texts stand in their views, longer ones elsewhere.
    @Test func viewsOfTexts() throws {
        let path = try Self.fixture("views.arrow")
        #expect(Self.rows(try VectorFile(path: path)) == (0..<7).map(Self.vector))
        let corpus = try CorpusFile(path: path)
        #expect(
            (0..<corpus.count).map(corpus.line)
                == (0..<7).map { .text(Self.text($0) + ($0 % 2 == 1 ? " long enough for a buffer" : "")) })
    }

    @Test func slicesAreReadFromTheirFirstRow() throws {
        let path = try Self.fixture("slice.arrow")
        #expect(Self.rows(try VectorFile(path: path)) == (2..<6).map(Self.vector))
        let corpus = try CorpusFile(path: path)
        #expect((0..<corpus.count).map(corpus.line) == (2..<6).map { .text(Self.text($0)) })
    }

    @Test func fileWithoutRows() throws {
        let path = try Self.fixture("empty.arrow")
        #expect(try VectorFile(path: path).rows == 0)
        #expect(try CorpusFile(path: path).count == 0)
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
        let path = try Self.fixture(name)
        let error = #expect(throws: TrainError.self) { try VectorFile(path: path, column: column) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error)) has no \(words)")
    }

    @Test(
        arguments: [
            ("two.arrow", nil, "title (utf8), body (large_utf8)"), ("two.arrow", nil, "--text-column NAME"),
            ("fixed16.arrow", nil, "a column of texts"), ("null-text.arrow", nil, "no nulls in text"),
            ("fixed32.arrow", "embedding", "found embedding (fixed_size_list"),
        ] as [(String, String?, String)])
    func textsThatCannotBeReadAreRefused(_ name: String, _ column: String?, _ words: String) throws {
        let path = try Self.fixture(name)
        let error = #expect(throws: TrainError.self) { try CorpusFile(path: path, column: column) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error)) has no \(words)")
    }

    /// One malformed file a failure: bytes that are replaced in a good file, and what the error says of it.
    @Test func malformedFilesAreRefused() throws {
        let file = try Self.bytes("fixed32.arrow")
        let stream = try Self.bytes("fixed32.stream")
        let mark = ArrowMessage.continuation
        let footer = file.count - 10
        let length = file[footer..<footer + 4].withUnsafeBytes { Int(littleEndian($0, 0) as Int32) }
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
            let error = #expect(throws: TrainError.self) { try VectorFile(path: path) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error)) has no \(words)")
        }
    }

    @Test(arguments: ["fixed32.arrow", "list32.stream"])
    func truncationAtEveryByteIsRefused(_ name: String) throws {
        let bytes = try Self.bytes(name)
        for count in 0..<bytes.count {
            let path = try workspace.write("cut.arrow", Array(bytes[..<count]))
            #expect(throws: TrainError.self, "\(count) bytes") { try VectorFile(path: path) }
        }
    }

    /// Whatever a byte becomes, there is an error, or a file whose every row can be read. One bit of each byte.
    @Test(arguments: ["fixed32.arrow", "list32.stream", "large64.arrow"])
    func flippedBitsNeverCrash(_ name: String) throws {
        let bytes = try Self.bytes(name)
        var (refused, read) = (0, 0)
        var random = SplitMix64(seed: 5)
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let path = try workspace.write("flipped.arrow", flipped)
            do {
                let file = try VectorFile(path: path)
                read += Self.rows(file).count
                let corpus = try CorpusFile(path: path)
                for row in 0..<corpus.count { _ = corpus.line(row) }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 200 && read > 1000, "\(refused) refused, \(read) rows read of \(name)")
    }

    /// Many bytes at once, in the parts that describe the file: seeded, so that a failure can be had again.
    @Test(arguments: ["neighbours.stream", "views.arrow"])
    func randomBytesNeverCrash(_ name: String) throws {
        let bytes = try Self.bytes(name)
        var random = SplitMix64(seed: 17)
        for _ in 0..<600 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                changed[Int.random(in: 0..<bytes.count, using: &random)] =
                    [0x00, 0x01, 0x7F, 0x80, 0xFF, 0x18].randomElement(using: &random) ?? 0
            }
            let path = try workspace.write("changed.arrow", changed)
            _ = try? Self.rows(VectorFile(path: path))
            _ = try? CorpusFile(path: path)
        }
    }

    @Test func textsBesideTheVectorsMustBeThoseOfTheCorpus() throws {
        let lines = (0..<7).map(Self.text)
        let vectors = try Self.fixture("fixed32.arrow")
        let same = try CorpusFile(path: workspace.write("same.txt", lines.joined(separator: "\n")))
        try FileTeacher.checkTexts(of: same, vectors: vectors, column: nil)
        try FileTeacher.checkTexts(of: same, vectors: Self.fixture("fixed16.arrow"), column: nil)
        let other = try CorpusFile(
            path: workspace.write("other.txt", (lines[..<4] + ["other"] + lines[5...]).joined(separator: "\n")))
        let error = #expect(throws: TrainError.self) {
            try FileTeacher.checkTexts(of: other, vectors: vectors, column: nil)
        }
        #expect(error?.place == other.path + ":5" && error?.found == "\"other\"")
        let fewer = try CorpusFile(path: workspace.write("fewer.txt", "one"))
        #expect(throws: TrainError.self) { try FileTeacher.checkTexts(of: fewer, vectors: vectors, column: nil) }
        #expect(throws: TrainError.self) {
            try FileTeacher.checkTexts(of: same, vectors: same.path, column: "text")
        }
    }

    @Test func oneFileLabelsItself() async throws {
        let path = try Self.fixture("large64.arrow")
        let corpus = try CorpusFile(path: path)
        var teacher = try FileTeacher(
            path: path, textCount: corpus.count, teacher: "t", settings: "", encoding: .float16)
        let writer = try TeacherStoreWriter(path: workspace.file("labels"), description: teacher.description)
        _ = try await Labelling.run(corpus, teacher: &teacher, into: writer)
        let store = try TeacherStore(path: workspace.file("labels"))
        #expect(store.count == 7)
        var row = [Float](repeating: 0, count: Self.width)
        for index in 0..<7 {
            store.copyVector(index, into: &row)
            #expect(row == Self.vector(index))
            #expect(String(decoding: store.text(index), as: UTF8.self) == Self.text(index))
        }
    }
}
