/// Writes containers: the same sections always give the same bytes.
package enum ContainerWriter {
    /// Header, table, sections and padding around sections.
    package static func layOut(
        _ sections: [(tag: SectionTag, bytes: [UInt8])], as kind: ContainerKind
    ) throws(ContainerError) -> [UInt8] {
        guard sections.count <= SectionEntry.countLimit else {
            throw .tooManySections(limit: SectionEntry.countLimit, found: sections.count)
        }
        let tableEnd = FileHeader.byteCount + sections.count * SectionEntry.byteCount
        var entries: [SectionEntry] = []
        var end = aligned(tableEnd)
        for section in sections {
            let checksum = section.bytes.withUnsafeBytes { Checksum64.of($0) }
            entries.append(
                SectionEntry(
                    tag: section.tag, flags: kind.flags(of: section.tag),
                    offset: UInt64(end), length: UInt64(section.bytes.count), checksum: checksum))
            end = aligned(end + section.bytes.count)
        }
        let fileSize = end
        return [UInt8](unsafeUninitializedCapacity: fileSize) { buffer, count in
            buffer.initialize(repeating: 0)
            let file = UnsafeMutableRawBufferPointer(buffer)
            for (section, entry) in zip(sections, entries) {
                let start = Int(entry.offset)
                UnsafeMutableRawBufferPointer(rebasing: file[start..<(start + section.bytes.count)])
                    .copyBytes(from: section.bytes)
            }
            seal(file, entries: entries, as: kind)
            count = fileSize
        }
    }

    /// Writes table and header over a file whose sections are in place.
    package static func seal(_ file: UnsafeMutableRawBufferPointer, entries: [SectionEntry], as kind: ContainerKind) {
        for (index, entry) in entries.enumerated() {
            entry.write(to: file, at: FileHeader.byteCount + index * SectionEntry.byteCount)
        }
        file.copyBytes(from: kind.magic)
        file.setLittleEndian(FileHeader.byteOrderMark, at: 8)
        file.setLittleEndian(FileHeader.version, at: 12)
        file.setLittleEndian(UInt32(FileHeader.byteCount), at: 16)
        file.setLittleEndian(UInt32(truncatingIfNeeded: entries.count), at: 20)
        file.setLittleEndian(UInt64(file.count), at: 24)
        reseal(file, tableEnd: FileHeader.byteCount + entries.count * SectionEntry.byteCount)
    }

    /// Computes the content hash, then the header's checksum, which covers the hash.
    package static func reseal(_ file: UnsafeMutableRawBufferPointer, tableEnd: Int) {
        let bytes = UnsafeRawBufferPointer(file)
        let hash = ContentHash(of: UnsafeRawBufferPointer(rebasing: bytes[FileHeader.hashedFrom...]))
        for (index, byte) in hash.bytes.enumerated() { file[FileHeader.hashOffset + index] = byte }
        file.setLittleEndian(
            FileHeader.checksum(of: bytes, tableEnd: tableEnd), at: FileHeader.checksumOffset)
    }

    private static func aligned(_ value: Int) -> Int {
        (value + SectionEntry.alignment - 1) / SectionEntry.alignment * SectionEntry.alignment
    }
}
