import AnnealPlatform
import Foundation
import Testing

@testable import AnnealTraining

/// Corpora and teachers in files that pyarrow and numpy have written.
@Suite struct FileTeacherTests {
    private static let width = 5
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static func fixture(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../AnnealFormatsTests/Fixtures/\(name)").standardized.path
    }

    private static func vector(_ row: Int) -> [Float] { (0..<width).map { Float(row * width + $0) / 8 - 2 } }

    private static func text(_ row: Int) -> String { "text \(row)" + (row % 3 == 2 ? "é" : "") }

    @Test(arguments: [("arrow/fixed32.arrow", nil), ("arrow/two.arrow", "body")] as [(String, String?)])
    func corpusIsAColumn(_ name: String, _ column: String?) throws {
        let corpus = try CorpusFile(path: Self.fixture(name), column: column)
        #expect((0..<corpus.count).map(corpus.line) == (0..<7).map { .text(Self.text($0)) })
    }

    @Test(
        arguments: [
            ("arrow/fixed16.arrow", nil, "a column of texts"), ("arrow/two.arrow", nil, "--text-column NAME"),
            ("arrow/fixed32.arrow", "embedding", "found embedding (fixed_size_list"),
        ] as [(String, String?, String)])
    func corpusThatCannotBeReadIsRefused(_ name: String, _ column: String?, _ words: String) throws {
        let path = Self.fixture(name)
        let error = #expect(throws: TrainError.self) { try CorpusFile(path: path, column: column) }
        #expect(error?.place == path)
        #expect(error?.description.contains(words) == true, "\(String(describing: error)) has no \(words)")
    }

    @Test func textsBesideTheVectorsMustBeThoseOfTheCorpus() throws {
        let lines = (0..<7).map(Self.text)
        let vectors = Self.fixture("arrow/fixed32.arrow")
        let same = try CorpusFile(path: workspace.write("same.txt", lines.joined(separator: "\n")))
        try FileTeacher.checkTexts(of: same, vectors: vectors, column: nil)
        try FileTeacher.checkTexts(of: same, vectors: Self.fixture("arrow/fixed16.arrow"), column: nil)
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
        let path = Self.fixture("arrow/large64.arrow")
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

    @Test func otherNumberOfTextsIsRefused() throws {
        let path = Self.fixture("arrays/f4.npy")
        let error = #expect(throws: TrainError.self) {
            try FileTeacher(path: path, textCount: 4, teacher: "t", settings: "", encoding: .int8)
        }
        #expect(error == TrainError(place: path, expected: "a vector for each of 4 texts", found: "3"))
    }
}
