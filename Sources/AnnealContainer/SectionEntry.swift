/// One line of the section table: where a section lies, and its checksum.
public struct SectionEntry: Hashable, Sendable {
    /// Bytes of an entry in the file.
    package static let byteCount = 32
    /// Every section starts at a multiple of this many bytes.
    package static let alignment = 64
    /// The most sections that a file may have.
    package static let countLimit = 64

    /// The section's name.
    public let tag: SectionTag
    /// Bit 0: a reader that does not know the section must refuse the file. The other bits are zero.
    public let flags: UInt32
    /// Bytes from the start of the file.
    public let offset: UInt64
    /// Bytes, without the padding that follows.
    public let length: UInt64
    /// XXH64 of the section's bytes.
    public let checksum: UInt64

    package init(tag: SectionTag, flags: UInt32, offset: UInt64, length: UInt64, checksum: UInt64) {
        self.tag = tag
        self.flags = flags
        self.offset = offset
        self.length = length
        self.checksum = checksum
    }

    /// Reads an entry.
    /// - Precondition: `bytes` holds `byteCount` bytes from `position`.
    init(reading bytes: UnsafeRawBufferPointer, at position: Int) {
        tag = SectionTag(code: bytes.littleEndian(at: position))
        flags = bytes.littleEndian(at: position + 4)
        offset = bytes.littleEndian(at: position + 8)
        length = bytes.littleEndian(at: position + 16)
        checksum = bytes.littleEndian(at: position + 24)
    }

    package func write(to bytes: UnsafeMutableRawBufferPointer, at position: Int) {
        bytes.setLittleEndian(tag.code, at: position)
        bytes.setLittleEndian(flags, at: position + 4)
        bytes.setLittleEndian(offset, at: position + 8)
        bytes.setLittleEndian(length, at: position + 16)
        bytes.setLittleEndian(checksum, at: position + 24)
    }

    /// `value` rounded up to the alignment, or nil on overflow.
    package static func aligned(_ value: UInt64) -> UInt64? {
        let (sum, overflow) = value.addingReportingOverflow(UInt64(alignment - 1))
        return overflow ? nil : sum & ~UInt64(alignment - 1)
    }
}
