import AnnealContainer
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
            let extras = sections.firstIndex { !ContainerKind.model.known.contains($0.tag) } ?? sections.count
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

    /// The bytes of a file of sections.
    static func layOut(_ sections: [(tag: SectionTag, bytes: [UInt8])]) throws(ModelError) -> [UInt8] {
        do throws(ContainerError) { return try ContainerWriter.layOut(sections, as: .model) } catch {
            throw .container(error)
        }
    }
}
