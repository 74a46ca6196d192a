/// The checked section table of a container: every section inside the file, in order, without gaps or overlaps.
package struct SectionTable {
    package let entries: [SectionEntry]

    /// Checks the table and the padding. The sections' checksums are for whoever reads them.
    /// - Complexity: O(sections).
    package init(
        reading bytes: UnsafeRawBufferPointer, header: FileHeader, kind: ContainerKind
    ) throws(ContainerError) {
        var entries: [SectionEntry] = []
        entries.reserveCapacity(header.sectionCount)
        var end = UInt64(FileHeader.byteCount + header.sectionCount * SectionEntry.byteCount)
        for index in 0..<header.sectionCount {
            let entry = SectionEntry(
                reading: bytes, at: FileHeader.byteCount + index * SectionEntry.byteCount)
            try SectionTable.check(entry, after: entries, kind)
            guard let start = SectionEntry.aligned(end), start <= bytes.count else {
                throw .truncated(expectedBytes: end, foundBytes: UInt64(bytes.count))
            }
            guard entry.offset == start else {
                throw .sectionOffset(entry.tag, expected: start, found: entry.offset)
            }
            guard entry.length <= UInt64(bytes.count) - start else {
                throw .sectionBeyondFile(
                    entry.tag, offset: start, length: entry.length, fileBytes: UInt64(bytes.count))
            }
            try SectionTable.checkPadding(bytes, from: end, to: start)
            end = start + entry.length
            entries.append(entry)
        }
        guard let padded = SectionEntry.aligned(end), padded == bytes.count else {
            throw .header(
                field: "file size", expected: SectionEntry.aligned(end) ?? end, found: UInt64(bytes.count))
        }
        try SectionTable.checkPadding(bytes, from: end, to: padded)
        for tag in kind.required where !entries.contains(where: { $0.tag == tag }) {
            throw .missingSection(tag)
        }
        self.entries = entries
    }

    /// The entry of a section, or nil if the file has none.
    package subscript(tag: SectionTag) -> SectionEntry? {
        entries.first { $0.tag == tag }
    }

    private static func check(
        _ entry: SectionEntry, after earlier: [SectionEntry], _ kind: ContainerKind
    ) throws(ContainerError) {
        guard entry.tag.isPrintable else {
            throw .sectionTag(found: entry.tag.code)
        }
        guard !earlier.contains(where: { $0.tag == entry.tag }) else {
            throw .duplicateSection(entry.tag)
        }
        guard entry.flags <= 1 else {
            throw .sectionFlags(entry.tag, expected: kind.flags(of: entry.tag), found: entry.flags)
        }
        let known = kind.known.firstIndex(of: entry.tag)
        if let known {
            guard entry.flags == kind.flags(of: entry.tag) else {
                throw .sectionFlags(entry.tag, expected: kind.flags(of: entry.tag), found: entry.flags)
            }
            // One order only, so that the same model is always the same bytes.
            if let last = earlier.last, (kind.known.firstIndex(of: last.tag) ?? .max) > known {
                throw .sectionOrder(entry.tag, after: last.tag)
            }
        } else {
            guard entry.flags == 0 else {
                throw .unknownMandatorySection(entry.tag)
            }
            if let last = earlier.last, !kind.known.contains(last.tag),
                last.tag.description > entry.tag.description
            {
                throw .sectionOrder(entry.tag, after: last.tag)
            }
        }
    }

    private static func checkPadding(
        _ bytes: UnsafeRawBufferPointer, from start: UInt64, to end: UInt64
    ) throws(ContainerError) {
        for offset in Int(start)..<Int(end) where bytes[offset] != 0 {
            throw .padding(offset: UInt64(offset), found: bytes[offset])
        }
    }
}
