import AnnealContainer
import AnnealPlatform

/// Teacher vectors where they lie: a mapped file of records, and beside it the texts, one a line.
///
/// `NAME` holds a ``StoreHeader`` and then a record a text: the key of the text (XXH64 of its bytes, 8 bytes), and the
/// vector in the store's ``TeacherEncoding``. `NAME.texts` holds the texts in the same order. What lies behind the last
/// commit is the torn tail of a writer that was killed: readers do not see it, the next writer cuts it off.
///
///     let store = try TeacherStore(path: "labels")
///     store.copyVector(0, into: row)
///
/// Sendable: nothing changes after the initialiser.
public final class TeacherStore: @unchecked Sendable {
    public let path: String
    public let description: TeacherDescription
    /// Texts, and vectors.
    public let count: Int
    private let file: MappedFile
    private let texts: MappedFile
    private let lines: [Range<Int>]
    private let recordBytes: Int

    /// Gives the memory back that reading took; what is read again comes from the files again.
    func release() {
        file.release()
        texts.release()
    }

    /// Maps a store and checks all of it: header, counts, every record's checksum, and that every text has its key.
    /// - Complexity: O(bytes), at the speed of memory.
    /// - Throws: ``TrainError`` that says what is wrong.
    public init(path: String) throws(TrainError) {
        self.path = path
        file = try MappedFile(path: path)
        let header = try StoreHeader(reading: file.bytes, path: path)
        description = header.description
        recordBytes = description.encoding.recordBytes(width: description.width)
        let room = UInt64(file.bytes.count - StoreHeader.byteCount) / UInt64(recordBytes)
        guard header.commit.records <= room else {
            throw TrainError(place: path, expected: "\(header.commit.records) records", found: "room for \(room)")
        }
        count = Int(header.commit.records)
        let textsPath = Self.textsPath(path)
        texts = try MappedFile(path: textsPath)
        guard UInt64(texts.bytes.count) >= header.commit.textBytes else {
            throw TrainError(
                place: textsPath, expected: "\(header.commit.textBytes) bytes of texts",
                found: "\(texts.bytes.count)")
        }
        lines = texts.lines().filter { $0.upperBound < Int(header.commit.textBytes) }
        guard lines.count == count else {
            throw TrainError(place: textsPath, expected: "\(count) texts", found: "\(lines.count)")
        }
        var checksum: UInt64 = 0
        for index in 0..<count {
            checksum &+= Checksum64.of(record(index), seed: UInt64(index))
            guard key(index) == Self.key(of: text(index)) else {
                throw TrainError(
                    place: "\(textsPath):\(index + 1)", expected: "the text that the vector was made for",
                    found: "another text")
            }
        }
        guard checksum == header.commit.checksum else {
            throw TrainError(place: path, expected: "records as they were written", found: "another checksum")
        }
    }

    /// The file of the texts of a store.
    static func textsPath(_ path: String) -> String { path + ".texts" }

    /// What a text's vector is found by.
    public static func key(of text: UnsafeRawBufferPointer) -> UInt64 { Checksum64.of(text) }

    /// - Precondition: `0 <= index < count`.
    public func key(_ index: Int) -> UInt64 { littleEndian(record(index), 0) }

    /// The bytes of a text, valid as long as the store.
    /// - Precondition: `0 <= index < count`.
    public func text(_ index: Int) -> UnsafeRawBufferPointer { texts[lines[index]] }

    /// Writes one vector, as it was stored.
    /// - Parameter row: room for `description.width` numbers.
    /// - Precondition: `0 <= index < count`.
    /// - Complexity: O(width).
    public func copyVector(_ index: Int, into row: UnsafeMutablePointer<Float>) {
        TeacherRecord.decode(record(index), description, into: row)
    }

    private func record(_ index: Int) -> UnsafeRawBufferPointer {
        precondition(index >= 0 && index < count)
        let start = StoreHeader.byteCount + index * recordBytes
        return file[start..<start + recordBytes]
    }
}
