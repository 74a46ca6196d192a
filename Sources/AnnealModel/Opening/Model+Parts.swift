import AnnealContainer
import AnnealMachine

extension Model {
    /// Everything the model says, as plain arrays: ``ModelWriter`` makes the same file of them.
    /// - Complexity: O(bytes of the file), all copied.
    public var parts: ModelParts {
        var parts = ModelParts()
        parts.metadata = metadata
        parts.tokenizer = bytes(of: .tokenizer) ?? []
        parts.tokenCount = shape.tokenCount
        parts.dimension = shape.dimension
        parts.exponent = shape.exponent
        parts.scales = values(.scales)
        parts.rows.reserveCapacity(shape.rowCount * shape.dimension)
        for row in 0..<shape.rowCount { parts.rows += constants.bytes(of: row) }
        parts.gainTable = values(.gains)
        parts.roles = values(.roles)
        if codes != nil {
            parts.context = ModelParts.Context(
                codes: values(.codes), tanhTable: values(.tanhTable), inverseRoots: values(.inverseRoots),
                placeRows: values(.placeRows), places: values(.places))
        }
        if shape.classCount > 0, let section = view(of: .classes) {
            let boundary = (shape.tokenCount + 1) * 4
            parts.classes = ModelParts.Classes(
                names: classNames,
                offsets: Array(
                    UnsafeRawBufferPointer(rebasing: section[..<boundary]).assumingMemoryBound(to: UInt32.self)),
                members: Array(
                    UnsafeRawBufferPointer(rebasing: section[boundary...]).assumingMemoryBound(to: UInt16.self)))
        }
        parts.constantNames = constantNames
        parts.ruleWords = Array(ruleWords)
        parts.ruleCount = shape.ruleCount
        parts.critic = critic
        parts.storesIndexes = sections.contains { SectionTag.indexes.contains($0.tag) }
        parts.extras = sections.filter { !ContainerKind.model.known.contains($0.tag) }.map {
            ModelParts.Extra(tag: $0.tag, bytes: bytes(of: $0.tag) ?? [])
        }
        return parts
    }

    /// The elements of a section, whose length was checked on opening; none where the section is absent.
    private func values<Element: BitwiseCopyable>(_ tag: SectionTag) -> [Element] {
        guard let section = view(of: tag) else { return [] }
        return Array(section.assumingMemoryBound(to: Element.self))
    }
}
