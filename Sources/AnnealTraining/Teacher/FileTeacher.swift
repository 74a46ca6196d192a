import AnnealFormats
import AnnealPlatform

/// A teacher whose vectors are in a file already: row `i` is the vector of text `i` of the corpus.
public struct FileTeacher: Teacher {
    public let description: TeacherDescription
    public let batchLimit = 8192
    private let file: VectorFile

    /// Opens the vectors of a corpus.
    /// - Parameters:
    ///   - path: an `.npy` or `.safetensors` file of one matrix, or an Arrow file.
    ///   - column: of an Arrow file, the column of the vectors; nil for the only one that holds vectors.
    ///   - textCount: the lines of the corpus: there must be as many rows.
    /// - Throws: ``TrainError``.
    public init(
        path: String, column: String? = nil, textCount: Int, teacher: String, settings: String,
        encoding: TeacherEncoding
    ) throws(TrainError) {
        do throws(FormatError) {
            file = try VectorFile(Path(argument: path), column: column)
        } catch { throw TrainError(error) }
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
        if wanted == nil, (try? Files.status(of: Path(argument: vectors + ".sha256"))) != nil {
            wanted = try bytes(vectors + ".sha256").text
        }
        guard let wanted else { return }
        let digits = wanted.split(whereSeparator: \.isWhitespace).first?.lowercased() ?? ""
        guard digits.utf8.count == 64, digits.allSatisfy(\.isHexDigit) else {
            throw TrainError(
                place: expected == nil ? vectors + ".sha256" : "digest", expected: "a SHA-256 of 64 digits",
                found: "\"\(digits.prefix(80))\"")
        }
        let found = corpus.digest
        guard found == digits else {
            throw TrainError(
                place: corpus.path, expected: "the texts of \(vectors), whose SHA-256 is \(digits)", found: found)
        }
    }

    /// Whether a file is an Arrow file, which may hold texts beside vectors.
    public static func isArrow(_ path: String) throws(TrainError) -> Bool {
        ArrowFile.isArrow(try bytes(path))
    }

    private static func bytes(_ path: String) throws(TrainError) -> FileBytes {
        do throws(FormatError) { return try FileBytes(Path(argument: path)) } catch { throw TrainError(error) }
    }

    /// Checks that the vectors of an Arrow file stand beside the texts of a corpus, if the file holds texts.
    /// - Parameter column: the column of the texts; nil for the only one, if there is one.
    /// - Complexity: O(bytes of the corpus).
    /// - Throws: ``TrainError`` at the first text that differs, or if a column is named and `vectors` is no Arrow file.
    public static func checkTexts(of corpus: CorpusFile, vectors: String, column: String?) throws(TrainError) {
        let file = try bytes(vectors)
        // The texts are read by their address.
        defer { withExtendedLifetime(file) {} }
        guard ArrowFile.isArrow(file) else {
            guard let column else { return }
            throw TrainError(
                place: vectors, expected: "an Arrow file with a column \(column)", found: "another kind of file")
        }
        let found: [Range<Int>]?
        do throws(FormatError) { found = try ArrowFile(file).texts(column: column) } catch { throw TrainError(error) }
        guard let texts = found else { return }
        guard texts.count == corpus.count else {
            throw TrainError(
                place: vectors, expected: "a vector for each of \(corpus.count) texts", found: "\(texts.count)")
        }
        for (row, text) in texts.enumerated() where !file[text].elementsEqual(corpus.bytes(row)) {
            let expected = String(decoding: file[text].prefix(80), as: UTF8.self)
            throw TrainError(
                place: "\(corpus.path):\(row + 1)",
                expected: "\"\(expected)\", as in \(vectors) (or --ignore-texts, if its strings are not the texts)",
                found: "\"\(String(decoding: corpus.bytes(row).prefix(80), as: UTF8.self))\"")
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
