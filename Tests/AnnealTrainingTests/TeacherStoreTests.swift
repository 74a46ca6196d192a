import AnnealPlatform
import Foundation
import TestSupport
import Testing

@testable import AnnealTraining

@Suite struct TeacherStoreTests {
    private let workspace: Workspace
    private let path: String
    private let description = TeacherDescription(teacher: "random", settings: "seed 1", width: 24)

    init() throws {
        workspace = try Workspace()
        path = workspace.file("labels")
    }

    private func vector(_ index: Int, width: Int = 24) -> [Float] {
        var random = SplitMix64(seed: UInt64(index))
        return random.floats(width)
    }

    @discardableResult
    private func append(_ range: Range<Int>, to store: TeacherStoreWriter) -> Int {
        range.count { index in
            Array("text \(index)".utf8).withUnsafeBytes { text in
                vector(index, width: store.description.width).withUnsafeBufferPointer {
                    store.append(text: text, vector: $0)
                }
            }
        }
    }

    private func fill(_ range: Range<Int>, _ description: TeacherDescription? = nil) throws {
        let store = try TeacherStoreWriter(path: path, description: description ?? self.description)
        append(range, to: store)
        try store.flushAndCommit()
    }

    @Test(arguments: TeacherEncoding.allCases)
    func vectorsComeBack(_ encoding: TeacherEncoding) throws {
        var description = description
        description.encoding = encoding
        try fill(0..<50, description)
        let store = try TeacherStore(path: path)
        #expect(store.count == 50)
        #expect(store.description == description)
        var row = [Float](repeating: 0, count: 24)
        for index in 0..<50 {
            #expect(String(decoding: store.text(index), as: UTF8.self) == "text \(index)")
            store.copyVector(index, into: &row)
            let expected = vector(index)
            let tolerance: Float = encoding == .int8 ? 1 / 254 + 1e-6 : 1 / 2048
            for (found, value) in zip(row, expected) { #expect(abs(found - value) <= tolerance) }
        }
    }

    @Test func millionTextsStayUnder500MB() {
        let bytes = 1_000_000 * TeacherEncoding.int8.recordBytes(width: 384) + StoreHeader.byteCount
        #expect(bytes < 500_000_000)
    }

    @Test func knownTextsAreNotAddedAgain() throws {
        try fill(0..<10)
        let store = try TeacherStoreWriter(path: path, description: description)
        #expect(append(5..<12, to: store) == 2)
        try store.flushAndCommit()
        try store.flushAndCommit()
        #expect(try TeacherStore(path: path).count == 12)
    }

    /// What was appended and not committed is not there, whatever of it reached the disk.
    @Test func tornTailIsCutOff() throws {
        try fill(0..<10)
        try fill(10..<13)
        let (vectors, texts) = (try workspace.read("labels"), try workspace.read("labels.texts"))
        for torn in [1, 7, 36, 37, 500] {
            try workspace.write("labels", vectors + [UInt8](repeating: 0xA5, count: torn))
            try workspace.write("labels.texts", texts + Array("half a te".utf8.prefix(torn)))
            #expect(try TeacherStore(path: path).count == 13)
            try fill(13..<15)
            #expect(try TeacherStore(path: path).count == 15)
            #expect(try workspace.read("labels").count == vectors.count + 2 * 36)
        }
    }

    /// A commit that was being written when the power went is not whole; the one before counts.
    @Test func tornCommitFallsBackToTheOneBefore() throws {
        try fill(0..<10)
        try fill(10..<13)
        var vectors = try workspace.read("labels")
        // The first fill committed sequence 1, the second 2, in the first place.
        vectors[StoreHeader.commitOffsets[0] + 9] ^= 1
        try workspace.write("labels", vectors)
        #expect(try TeacherStore(path: path).count == 10)
        try fill(10..<20)
        #expect(try TeacherStore(path: path).count == 20)
    }

    @Test func everyTruncationIsRefused() throws {
        try fill(0..<5)
        let (vectors, texts) = (try workspace.read("labels"), try workspace.read("labels.texts"))
        for length in stride(from: 0, to: vectors.count, by: 13) {
            try workspace.write("labels", Array(vectors[..<length]))
            #expect(throws: TrainError.self) { try TeacherStore(path: path) }
        }
        try workspace.write("labels", vectors)
        for length in 0..<texts.count {
            try workspace.write("labels.texts", Array(texts[..<length]))
            #expect(throws: TrainError.self) { try TeacherStore(path: path) }
        }
    }

    @Test func everyFlippedByteIsRefusedOrHarmless() throws {
        try fill(0..<5)
        let vectors = try workspace.read("labels")
        // The unused commit, and the zeros around the two, say nothing.
        let harmless = StoreHeader.commitOffsets[0] + 40..<StoreHeader.commitOffsets[1]
        for place in [0, 8, 12, 16, 20, 28, 33, 41, 60, 2047, 2048, 3073, 3100, 4096, 4100, 4106, 4109, 4200] {
            var damaged = vectors
            damaged[place] ^= 0x10
            try workspace.write("labels", damaged)
            if harmless.contains(place) || StoreHeader.commitOffsets[0] == place {
                #expect(try TeacherStore(path: path).count == 5)
            } else {
                let count = try? TeacherStore(path: path).count
                // A damaged last commit leaves the empty first one.
                #expect(count == nil || count == 0)
            }
        }
    }

    @Test func exchangedTextIsRefused() throws {
        try fill(0..<5)
        var texts = try workspace.read("labels.texts")
        texts[3] = 0x7A
        try workspace.write("labels.texts", texts)
        let error = #expect(throws: TrainError.self) { try TeacherStore(path: path) }
        #expect(error?.description.contains("labels.texts:1") == true)
    }

    @Test func anotherTeacherIsRefused() throws {
        try fill(0..<5)
        for other in [
            TeacherDescription(teacher: "other", settings: "seed 1", width: 24),
            TeacherDescription(teacher: "random", settings: "seed 2", width: 24),
            TeacherDescription(teacher: "random", settings: "seed 1", width: 25),
            TeacherDescription(teacher: "random", settings: "seed 1", width: 24, encoding: .float16),
        ] {
            #expect(throws: TrainError.self) { try TeacherStoreWriter(path: path, description: other) }
        }
        #expect(throws: TrainError.self) {
            try TeacherStoreWriter(
                path: workspace.file("x"), description: TeacherDescription(teacher: "a\nb", width: 1))
        }
    }

    @Test func secondWriterIsRefused() throws {
        let store = try TeacherStoreWriter(path: path, description: description)
        #expect(throws: TrainError.self) { try TeacherStoreWriter(path: path, description: description) }
        append(0..<1, to: store)
    }

    /// Half a header is all that a writer left that was killed at once.
    @Test func halfAHeaderBeginsAnew() throws {
        try fill(0..<1)
        let vectors = try workspace.read("labels")
        try workspace.write("labels", Array(vectors[..<1000]))
        try workspace.write("labels.texts", "")
        try fill(0..<3)
        #expect(try TeacherStore(path: path).count == 3)
    }

    /// A short file, or texts without vectors, are no store that was begun: they are somebody's.
    @Test func filesThatAreNoStoreAreLeftAlone() throws {
        for (vectors, texts) in [("a note", ""), ("\u{89}", "some texts\n"), ("", "some texts\n")] {
            let bytes = vectors == "\u{89}" ? [0x89] : Array(vectors.utf8)
            try workspace.write("labels", bytes)
            try workspace.write("labels.texts", texts)
            #expect(throws: TrainError.self) { try TeacherStoreWriter(path: path, description: description) }
            #expect(try workspace.read("labels") == bytes)
            #expect(try workspace.read("labels.texts") == Array(texts.utf8))
        }
        try workspace.write("labels", Array(StoreHeader.encode(description)[..<3000]))
        try workspace.write("labels.texts", "")
        _ = try TeacherStoreWriter(path: path, description: description)
        #expect(try TeacherStore(path: path).count == 0)
    }
}
