/// The first 128 bytes of a container. Docs/Format.md has the table of its fields.
package struct FileHeader {
    package static let byteCount = 128
    package static let byteOrderMark: UInt32 = 0x0102_0304
    package static let version: UInt32 = 1

    package static let checksumOffset = 32
    package static let hashOffset = 40
    /// The content hash covers the file from here to its end.
    package static let hashedFrom = 72

    package let sectionCount: Int
    package let checksum: UInt64
    package let contentHash: ContentHash

    /// The checksum of header and section table: all their bytes but the checksum's own.
    /// - Precondition: `tableEnd` bytes lie in `bytes`.
    package static func checksum(of bytes: UnsafeRawBufferPointer, tableEnd: Int) -> UInt64 {
        let before = Checksum64.of(UnsafeRawBufferPointer(rebasing: bytes[..<checksumOffset]))
        return Checksum64.of(UnsafeRawBufferPointer(rebasing: bytes[hashOffset..<tableEnd]), seed: before)
    }

    /// Reads and checks the header of a whole file.
    package init(reading bytes: UnsafeRawBufferPointer, kind: ContainerKind) throws(ContainerError) {
        let present = min(bytes.count, kind.magic.count)
        guard bytes[..<present].elementsEqual(kind.magic[..<present]) else {
            throw .notOfKind(expected: kind.magic, found: Array(bytes[..<present]))
        }
        guard bytes.count >= FileHeader.byteCount else {
            throw .truncated(expectedBytes: UInt64(FileHeader.byteCount), foundBytes: UInt64(bytes.count))
        }
        let mark: UInt32 = bytes.littleEndian(at: 8)
        guard mark == FileHeader.byteOrderMark else {
            throw mark.byteSwapped == FileHeader.byteOrderMark
                ? .otherByteOrder(expected: FileHeader.byteOrderMark, found: mark)
                : .header(field: "byte-order mark", expected: UInt64(FileHeader.byteOrderMark), found: UInt64(mark))
        }
        let version: UInt32 = bytes.littleEndian(at: 12)
        guard version <= FileHeader.version else {
            throw .newerVersion(supported: FileHeader.version, found: version)
        }
        guard version == FileHeader.version else {
            throw .header(field: "format version", expected: UInt64(FileHeader.version), found: UInt64(version))
        }
        let size: UInt32 = bytes.littleEndian(at: 16)
        guard size == FileHeader.byteCount else {
            throw .header(field: "header size", expected: UInt64(FileHeader.byteCount), found: UInt64(size))
        }
        let fileSize: UInt64 = bytes.littleEndian(at: 24)
        guard fileSize <= bytes.count else {
            throw .truncated(expectedBytes: fileSize, foundBytes: UInt64(bytes.count))
        }
        guard fileSize == bytes.count else {
            throw .trailingBytes(expectedBytes: fileSize, foundBytes: UInt64(bytes.count))
        }
        let sections: UInt32 = bytes.littleEndian(at: 20)
        guard sections <= SectionEntry.countLimit else {
            throw .tooManySections(limit: SectionEntry.countLimit, found: Int(clamping: sections))
        }
        sectionCount = Int(sections)
        checksum = bytes.littleEndian(at: FileHeader.checksumOffset)
        contentHash = ContentHash(bytes: Array(bytes[FileHeader.hashOffset..<FileHeader.hashedFrom]))
        let tableEnd = FileHeader.byteCount + sectionCount * SectionEntry.byteCount
        guard tableEnd <= bytes.count else {
            throw .truncated(expectedBytes: UInt64(tableEnd), foundBytes: UInt64(bytes.count))
        }
        let actual = FileHeader.checksum(of: bytes, tableEnd: tableEnd)
        guard actual == checksum else {
            throw .headerChecksum(expected: checksum, found: actual)
        }
        for offset in FileHeader.hashedFrom..<FileHeader.byteCount where bytes[offset] != 0 {
            throw .header(field: "reserved byte \(offset)", expected: 0, found: UInt64(bytes[offset]))
        }
    }
}
