/// What a container holds: how its file is told from others, and its sections in the order in which they lie.
package struct ContainerKind: Sendable {
    /// The first eight bytes. Not ASCII at first, then a line end of each kind and an end-of-file character: what a
    /// transfer as text destroys.
    package let magic: [UInt8]
    /// Every section of this version. One order only, so that the same content is always the same bytes.
    package let known: [SectionTag]
    /// The known sections that a reader may pass over.
    package let optional: [SectionTag]
    /// The sections that no such file is without.
    package let required: [SectionTag]

    /// - Parameter letters: the four letters after the first byte.
    package init(letters: StaticString, known: [SectionTag], optional: [SectionTag] = [], required: [SectionTag]) {
        precondition(letters.utf8CodeUnitCount == 4)
        magic = [0x89] + (0..<4).map { letters.utf8Start[$0] } + [0x0d, 0x0a, 0x1a]
        self.known = known
        self.optional = optional
        self.required = required
    }

    /// Bit 0: a reader that does not know the section must refuse the file.
    package func flags(of tag: SectionTag) -> UInt32 { known.contains(tag) && !optional.contains(tag) ? 1 : 0 }
}
