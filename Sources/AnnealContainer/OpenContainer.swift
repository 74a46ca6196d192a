/// A checked container: header, table and checksums are right, and its sections can be read.
///
/// `@unchecked Sendable`: nothing writes to the bytes, which the storage keeps.
package struct OpenContainer: @unchecked Sendable {
    package let contentHash: ContentHash
    package let byteCount: Int
    private let storage: FileStorage
    private let table: SectionTable

    /// - Complexity: O(bytes), one pass of checksums.
    package init(_ storage: FileStorage, as kind: ContainerKind) throws(ContainerError) {
        let header = try FileHeader(reading: storage.bytes, kind: kind)
        table = try SectionTable(reading: storage.bytes, header: header, kind: kind)
        contentHash = header.contentHash
        byteCount = storage.bytes.count
        self.storage = storage
        for entry in table.entries {
            let found = Checksum64.of(section(entry))
            guard found == entry.checksum else {
                throw .sectionChecksum(entry.tag, expected: entry.checksum, found: found)
            }
        }
    }

    /// A section's bytes, valid as long as this value; nil if the file has none.
    package subscript(tag: SectionTag) -> UnsafeRawBufferPointer? { table[tag].map { section($0) } }

    private func section(_ entry: SectionEntry) -> UnsafeRawBufferPointer {
        // In bounds: the table has checked offset and length against the file.
        UnsafeRawBufferPointer(rebasing: storage.bytes[Int(entry.offset)..<Int(entry.offset + entry.length)])
    }
}
