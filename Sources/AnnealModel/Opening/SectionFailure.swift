import AnnealContainer

/// A section whose checksum is wrong.
struct SectionFailure {
    /// In the table.
    let place: Int
    let error: ContainerError

    /// The first of some sections whose checksum is wrong; nil if none is.
    /// - Parameter places: of the sections in the table, ascending.
    /// - Complexity: O(bytes of the sections), at the speed of ``Checksum64``.
    init?(_ reader: SectionReader, _ places: [Int], _ storage: FileStorage) {
        for place in places {
            let entry = reader.table.entries[place]
            // The table has each of its sections.
            guard let bytes = reader.optional(entry.tag) else { continue }
            storage.populate(bytes)
            let actual = Checksum64.of(bytes)
            if actual == entry.checksum { continue }
            self.place = place
            error = .sectionChecksum(entry.tag, expected: entry.checksum, found: actual)
            return
        }
        return nil
    }
}
