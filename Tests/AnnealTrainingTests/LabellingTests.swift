import Foundation
import Testing

@testable import AnnealTraining

/// A teacher made of a function.
private struct FunctionTeacher: Teacher {
    var description = TeacherDescription(teacher: "function", width: 4)
    var batchLimit = 3
    var asked: [String] = []
    var answer: @Sendable ([(number: Int, text: String)]) throws -> [Float] = { texts in
        texts.flatMap { [Float($0.text.utf8.count), 1, 2, 3] }
    }

    mutating func vectors(of texts: [(number: Int, text: String)]) throws -> [Float] {
        asked += texts.map(\.text)
        return try answer(texts)
    }
}

@Suite struct LabellingTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func store() throws -> TeacherStoreWriter {
        try TeacherStoreWriter(path: workspace.file("labels"), description: FunctionTeacher().description)
    }

    @Test func linesThatAreNoTextsAreCounted() async throws {
        var bytes = Array("one\n\n  \t\none\ntwo\r\n".utf8)
        bytes += [0xFF, 0xFE, 0x0A, 0x61, 0x00, 0x62, 0x0A]
        bytes += [UInt8](repeating: 0x61, count: CorpusFile.textLimit + 1) + [0x0A]
        bytes += Array("a\tlast line without an end".utf8)
        let corpus = try CorpusFile(path: workspace.write("corpus.txt", bytes))
        var teacher = FunctionTeacher()
        let summary = try await Labelling.run(corpus, teacher: &teacher, into: store())
        #expect(
            summary
                == Labelling.Summary(added: 3, known: 1, empty: 2, binary: 2, tooLong: 1))
        #expect(teacher.asked == ["one", "two", "a\tlast line without an end"])
        let stored = try TeacherStore(path: workspace.file("labels"))
        #expect(stored.count == 3)
        #expect(String(decoding: stored.text(1), as: UTF8.self) == "two")
    }

    @Test func killedRunGoesOn() async throws {
        let lines = (0..<20).map { "line \($0)" }
        let corpus = try CorpusFile(path: workspace.write("corpus.txt", lines.joined(separator: "\n")))
        var teacher = FunctionTeacher()
        teacher.answer = { texts in
            if texts.contains(where: { $0.number == 10 }) {
                throw TrainError(place: "teacher", expected: "an answer", found: "none")
            }
            return texts.flatMap { _ in [1, 2, 3, 4] as [Float] }
        }
        await #expect(throws: TrainError.self) {
            _ = try await Labelling.run(corpus, teacher: &teacher, into: store())
        }
        #expect(try TeacherStore(path: workspace.file("labels")).count == 9)
        var second = FunctionTeacher()
        let summary = try await Labelling.run(corpus, teacher: &second, into: store())
        #expect(summary == Labelling.Summary(added: 11, known: 9))
        #expect(second.asked == Array(lines[9...]))
    }

    @Test(
        arguments: [
            ([1, .nan, 0, 0], "finite"), ([1, .infinity, 0, 0], "finite"), ([0, 0, 0, 0], "direction"),
            ([1, 2, 3], "vectors"),
            ([1, 2, 3, 4, 5], "vectors"),
        ] as [([Float], String)])
    func badVectorsAreRefused(_ vector: [Float], _ words: String) async throws {
        let corpus = try CorpusFile(path: workspace.write("corpus.txt", "a\nb\nc\nd\ne\n"))
        var teacher = FunctionTeacher()
        teacher.answer = { texts in
            texts.flatMap { $0.number == 4 ? vector : [1, 2, 3, 4] }
        }
        let error = await #expect(throws: TrainError.self) {
            _ = try await Labelling.run(corpus, teacher: &teacher, into: store())
        }
        #expect(error?.description.contains(words) == true)
        // The first batch stays; of the bad one nothing does.
        #expect(try TeacherStore(path: workspace.file("labels")).count == 3)
    }

    /// Whatever says nothing of the texts is no check of them.
    @Test(arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "0", count: 64)])
    func digestsThatAreNotThoseOfTheTextsAreRefused(_ digest: String) throws {
        let corpus = try CorpusFile(path: workspace.write("corpus.txt", "abc"))
        #expect(throws: TrainError.self) {
            try FileTeacher.checkDigest(of: corpus, vectors: workspace.file("v.npy"), expected: digest)
        }
        try workspace.write("v.npy.sha256", digest + "\n")
        #expect(throws: TrainError.self) {
            try FileTeacher.checkDigest(of: corpus, vectors: workspace.file("v.npy"), expected: nil)
        }
        try workspace.write("v.npy.sha256", corpus.digest.uppercased() + "  corpus.txt\n")
        try FileTeacher.checkDigest(of: corpus, vectors: workspace.file("v.npy"), expected: nil)
    }

    @Test func digestIsThatOfTheFile() throws {
        let corpus = try CorpusFile(path: workspace.write("corpus.txt", "abc"))
        #expect(corpus.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
