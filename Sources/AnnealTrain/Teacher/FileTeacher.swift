import Foundation

/// A teacher whose vectors are in a file already: row `i` is the vector of text `i` of the corpus.
public struct FileTeacher: Teacher {
    public let description: TeacherDescription
    public let batchLimit = 8192
    private let file: VectorFile

    /// Opens the vectors of a corpus.
    /// - Parameters:
    ///   - path: an `.npy` or `.safetensors` file of one matrix.
    ///   - textCount: the lines of the corpus: there must be as many rows.
    /// - Throws: ``TrainError``.
    public init(
        path: String, textCount: Int, teacher: String, settings: String, encoding: TeacherEncoding
    ) throws(TrainError) {
        file = try VectorFile(path: path)
        guard file.rows == textCount else {
            throw TrainError(place: path, expected: "a vector for each of \(textCount) texts", found: "\(file.rows)")
        }
        description = TeacherDescription(
            teacher: teacher, settings: settings, width: file.columns, encoding: encoding)
    }

    /// Checks that vectors were made for a corpus.
    /// - Parameters:
    ///   - vectors: the path of the vectors; beside it `NAME.sha256` may hold the digest of their texts.
    ///   - expected: the digest, where the caller knows it.
    /// - Complexity: O(bytes of the corpus) if there is a digest, else O(1).
    /// - Throws: ``TrainError`` if the corpus is another.
    public static func checkDigest(of corpus: CorpusFile, vectors: String, expected: String?) throws(TrainError) {
        var wanted = expected
        if wanted == nil, FileManager.default.fileExists(atPath: vectors + ".sha256") {
            wanted = try MappedFile(path: vectors + ".sha256").text
        }
        guard let digits = wanted?.split(whereSeparator: \.isWhitespace).first?.lowercased() else { return }
        let found = corpus.digest
        guard found == digits else {
            throw TrainError(
                place: corpus.path, expected: "the texts of \(vectors), whose SHA-256 is \(digits)", found: found)
        }
    }

    public func vectors(of texts: [(number: Int, text: String)]) -> [Float] {
        var result = [Float](repeating: 0, count: texts.count * file.columns)
        result.withUnsafeMutableBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            for (place, text) in texts.enumerated() {
                file.copyRow(text.number, into: base + place * file.columns)
            }
        }
        return result
    }
}
