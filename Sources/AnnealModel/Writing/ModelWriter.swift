import AnnealPlatform

/// Writes model files: the same parts always give the same bytes, and a file is there whole or not at all.
public enum ModelWriter {
    /// The bytes of a model file, checked: what this returns, ``Model`` opens.
    /// - Complexity: O(bytes); the content hash is most of the time.
    /// - Throws: the ``ModelError`` that opening the bytes gives.
    public static func encode(_ parts: ModelParts) throws(ModelError) -> [UInt8] {
        var sections = try sections(of: parts)
        if parts.storesIndexes {
            let model = try Model(bytes: layOut(sections))
            let extras = sections.firstIndex { !SectionTag.known.contains($0.tag) } ?? sections.count
            sections.insert(contentsOf: IndexSections.make(of: model), at: extras)
        }
        let bytes = try layOut(sections)
        _ = try Model(bytes: bytes)
        return bytes
    }

    /// Writes a model file: beside the target first, flushed to the disk, then renamed over it.
    ///
    /// A reader that has the old file open keeps it. Whatever fails, nothing half written stays behind.
    /// - Throws: ``ModelError/unwritable(path:operation:code:)``, or what ``encode(_:)`` throws.
    public static func write(_ parts: ModelParts, to path: String) throws(ModelError) {
        try write(encode(parts), to: path)
    }

    /// Writes the bytes of ``encode(_:)`` to a file.
    static func write(_ bytes: [UInt8], to path: String) throws(ModelError) {
        try AtomicFile.write(to: path) { (file) throws(ModelError) in
            try file.append(bytes)
        }
    }

    /// The sections of parts, in the order of the file, without the indexes.
    static func sections(of parts: ModelParts) throws(ModelError) -> [(tag: SectionTag, bytes: [UInt8])] {
        let shape = parts.shape
        try shape.check()
        guard parts.roles.count == shape.roleCount * 3 * parts.dimension else {
            throw .sectionLength(
                .roles, expectedBytes: UInt64(shape.roleCount * 3 * parts.dimension),
                foundBytes: UInt64(parts.roles.count))
        }
        var sections: [(tag: SectionTag, bytes: [UInt8])] = []
        sections.append((.metadata, try TextLines.encode(parts.metadata.lines, as: .metadata)))
        sections.append((.tokenizer, parts.tokenizer))
        sections.append((.shape, shape.encoded))
        sections.append((.gains, littleEndian(parts.gainTable)))
        sections.append((.scales, littleEndian(parts.scales)))
        let packed = PackedRows(of: parts)
        let rest = parts.rows.dropFirst(parts.tokenCount * parts.dimension).dropFirst(packed.count * parts.dimension)
        sections.append((.rows, littleEndian(Array(parts.rows.prefix(parts.tokenCount * parts.dimension) + rest))))
        if packed.count > 0 { sections.append((.packedRows, packed.bytes)) }
        if !parts.roles.isEmpty { sections.append((.roles, littleEndian(parts.roles))) }
        if let context = parts.context {
            sections.append((.codes, littleEndian(context.codes)))
            sections.append((.tanhTable, context.tanhTable))
            sections.append((.inverseRoots, littleEndian(context.inverseRoots)))
            if !context.placeRows.isEmpty { sections.append((.placeRows, context.placeRows)) }
            if !context.places.isEmpty { sections.append((.places, littleEndian(context.places))) }
        }
        if let classes = parts.classes, !classes.names.isEmpty {
            sections.append((.classes, littleEndian(classes.offsets) + littleEndian(classes.members)))
            sections.append((.classNames, try TextLines.encode(classes.names, as: .classNames)))
        }
        if let names = parts.constantNames {
            sections.append((.constantNames, try TextLines.encode(names, as: .constantNames)))
        }
        sections.append((.rules, littleEndian(parts.ruleWords)))
        if let critic = parts.critic { sections.append((.critic, littleEndian(critic))) }
        for extra in parts.extras.sorted(by: { $0.tag.description < $1.tag.description }) {
            sections.append((extra.tag, extra.bytes))
        }
        return sections
    }

    /// Header, table, sections and padding around sections.
    static func layOut(_ sections: [(tag: SectionTag, bytes: [UInt8])]) throws(ModelError) -> [UInt8] {
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
                    tag: section.tag, flags: SectionTag.known.contains(section.tag) && section.tag.isMandatory ? 1 : 0,
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
            seal(file, entries: entries)
            count = fileSize
        }
    }

    /// Writes table and header over a file whose sections are in place.
    static func seal(_ file: UnsafeMutableRawBufferPointer, entries: [SectionEntry]) {
        for (index, entry) in entries.enumerated() {
            entry.write(to: file, at: FileHeader.byteCount + index * SectionEntry.byteCount)
        }
        file.copyBytes(from: FileHeader.magic)
        file.setLittleEndian(FileHeader.byteOrderMark, at: 8)
        file.setLittleEndian(FileHeader.version, at: 12)
        file.setLittleEndian(UInt32(FileHeader.byteCount), at: 16)
        file.setLittleEndian(UInt32(truncatingIfNeeded: entries.count), at: 20)
        file.setLittleEndian(UInt64(file.count), at: 24)
        reseal(file, tableEnd: FileHeader.byteCount + entries.count * SectionEntry.byteCount)
    }

    /// Computes the content hash, then the header's checksum, which covers the hash.
    static func reseal(_ file: UnsafeMutableRawBufferPointer, tableEnd: Int) {
        let bytes = UnsafeRawBufferPointer(file)
        let hash = ContentHash(of: UnsafeRawBufferPointer(rebasing: bytes[FileHeader.hashedFrom...]))
        for (index, byte) in hash.bytes.enumerated() { file[FileHeader.hashOffset + index] = byte }
        file.setLittleEndian(
            FileHeader.checksum(of: bytes, tableEnd: tableEnd), at: FileHeader.checksumOffset)
    }

    private static func aligned(_ value: Int) -> Int {
        (value + SectionEntry.alignment - 1) / SectionEntry.alignment * SectionEntry.alignment
    }

    private static func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ values: [Value]) -> [UInt8] {
        let width = MemoryLayout<Value>.size
        return [UInt8](unsafeUninitializedCapacity: values.count * width) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(buffer)
            for (index, value) in values.enumerated() { target.setLittleEndian(value, at: index * width) }
            count = values.count * width
        }
    }
}
