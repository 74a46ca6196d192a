import AnnealContainer
import Foundation

/// The first 4,096 bytes of a store.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | magic `89 41 4E 4C 42 0D 0A 1A` |
/// | 8 | 4 | version: 1 |
/// | 12 | 4 | numbers of a vector |
/// | 16 | 4 | encoding: 0 bytes with a scale, 1 half precision |
/// | 20 | 4 | bytes of the teacher's name |
/// | 24 | 4 | bytes of the settings |
/// | 28 | 4 | zero |
/// | 32 | 8 | XXH64 of bytes 0 ..< 32, then 40 ..< 2,048 |
/// | 40 | … | the name, the settings, zeros up to 2,048 |
/// | 2,048 | 40 | commit |
/// | 3,072 | 40 | commit |
///
/// Integers are little-endian. A commit says how much of the files behind it is whole: sequence number, records, bytes of
/// text, checksum of the records, and the XXH64 of these four. Commits are written in turn, so that one is always whole;
/// the one with the higher number counts.
struct StoreHeader {
    static let byteCount = 4096
    static let magic: [UInt8] = [0x89, 0x41, 0x4E, 0x4C, 0x42, 0x0D, 0x0A, 0x1A]
    static let version: UInt32 = 1
    static let commitOffsets = [2048, 3072]
    static let commitBytes = 40
    private static let fixedBytes = 2048

    /// How much of a store is whole.
    struct Commit: Equatable {
        var sequence: UInt64 = 0
        var records: UInt64 = 0
        var textBytes: UInt64 = 0
        /// The wrapping sum over the records of their XXH64, seeded with their number.
        var checksum: UInt64 = 0

        var encoded: [UInt8] {
            var bytes: [UInt8] = []
            for value in [sequence, records, textBytes, checksum] { bytes += littleEndianBytes(value) }
            bytes += littleEndianBytes(bytes.withUnsafeBytes { Checksum64.of($0) })
            return bytes
        }

        /// Nil where the bytes are no whole commit.
        init?(_ bytes: UnsafeRawBufferPointer) {
            precondition(bytes.count == StoreHeader.commitBytes)
            let body = UnsafeRawBufferPointer(rebasing: bytes[..<32])
            guard Checksum64.of(body) == littleEndian(bytes, 32) else { return nil }
            sequence = littleEndian(bytes, 0)
            records = littleEndian(bytes, 8)
            textBytes = littleEndian(bytes, 16)
            checksum = littleEndian(bytes, 24)
        }

        init() {}
    }

    let description: TeacherDescription
    let commit: Commit

    /// The fixed part and a first, empty commit.
    static func encode(_ description: TeacherDescription) -> [UInt8] {
        var bytes = magic
        let name = Array(description.teacher.utf8)
        let settings = Array(description.settings.utf8)
        for value in [
            version, UInt32(description.width), description.encoding.rawValue, UInt32(name.count),
            UInt32(settings.count), 0,
        ] { bytes += littleEndianBytes(value) }
        var rest = name + settings
        rest += [UInt8](repeating: 0, count: fixedBytes - 40 - rest.count)
        bytes += littleEndianBytes(checksum(bytes, rest))
        bytes += rest
        bytes += [UInt8](repeating: 0, count: byteCount - fixedBytes)
        bytes.replaceSubrange(commitOffsets[0]..<commitOffsets[0] + commitBytes, with: Commit().encoded)
        return bytes
    }

    init(reading bytes: UnsafeRawBufferPointer, path: String) throws(TrainError) {
        guard bytes.count >= Self.byteCount else {
            throw TrainError(
                place: path, expected: "a store of teacher vectors, at least \(Self.byteCount) bytes",
                found: "\(bytes.count) bytes")
        }
        guard bytes[..<8].elementsEqual(Self.magic) else {
            throw TrainError(place: path, expected: "a store of teacher vectors", found: "another kind of file")
        }
        let version: UInt32 = littleEndian(bytes, 8)
        guard version == Self.version else {
            throw TrainError(place: path, expected: "a store of version \(Self.version)", found: "version \(version)")
        }
        let stored: UInt64 = littleEndian(bytes, 32)
        guard Self.checksum(Array(bytes[..<32]), Array(bytes[40..<Self.fixedBytes])) == stored else {
            throw TrainError(place: path, expected: "a whole header", found: "one whose checksum differs")
        }
        let width: UInt32 = littleEndian(bytes, 12)
        let code: UInt32 = littleEndian(bytes, 16)
        let nameCount: UInt32 = littleEndian(bytes, 20)
        let settingsCount: UInt32 = littleEndian(bytes, 24)
        guard let encoding = TeacherEncoding(rawValue: code),
            UInt64(nameCount) + UInt64(settingsCount) <= UInt64(TeacherDescription.textLimit)
        else {
            throw TrainError(place: path, expected: "a known encoding", found: "number \(code)")
        }
        let settingsStart = 40 + Int(nameCount)
        description = TeacherDescription(
            teacher: String(decoding: bytes[40..<settingsStart], as: UTF8.self),
            settings: String(decoding: bytes[settingsStart..<settingsStart + Int(settingsCount)], as: UTF8.self),
            width: Int(width), encoding: encoding)
        try description.check(path)
        let commits = Self.commitOffsets.compactMap {
            Commit(UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + Self.commitBytes]))
        }
        guard let latest = commits.max(by: { $0.sequence < $1.sequence }) else {
            throw TrainError(place: path, expected: "a whole commit", found: "two whose checksums differ")
        }
        commit = latest
    }

    private static func checksum(_ head: [UInt8], _ rest: [UInt8]) -> UInt64 {
        let seed = head.withUnsafeBytes { Checksum64.of($0) }
        return rest.withUnsafeBytes { Checksum64.of($0, seed: seed) }
    }
}

/// The integer at an offset.
/// - Precondition: it lies inside the bytes.
func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Value {
    Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
}

func littleEndianBytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
