package import AnnealContainer

/// The sections of a codec's file and of a file of codes: this is the one place where they are declared.
extension SectionTag {
    /// Which codec it is, and its counts. See ``CodecHead``.
    static let head = SectionTag(known: "HEAD")
    /// The mean of the vectors: an Int16 a number.
    static let mean = SectionTag(known: "MEAN")
    /// The principal components: `dimension` Int16 each.
    static let axes = SectionTag(known: "AXES")
    /// For each component its weight and what undoes it, two Int32.
    static let weights = SectionTag(known: "WGHT")
    /// For each component the variance of the vectors of training, a Float.
    static let variances = SectionTag(known: "VARI")
    /// For each layer its bytes and its number of steps; for each step its bits, its number of components, and these: UInt32.
    static let steps = SectionTag(known: "STEP")
    /// The words of all steps, 256 Int16 a component.
    static let words = SectionTag(known: "WORD")
    /// Of a file of codes: the codes, one behind the other.
    static let codes = SectionTag(known: "CODE")
}

extension ContainerKind {
    /// The model of a code.
    static let codec = ContainerKind(
        letters: "ANNC", known: [.head, .mean, .axes, .weights, .variances, .steps, .words], required: [.head])
    /// Codes that one codec made.
    static let codes = ContainerKind(letters: "ANNV", known: [.head, .codes], required: [.head, .codes])
}

extension OpenContainer {
    /// A section's bytes, valid as long as this value.
    package func bytes(_ tag: SectionTag, noun: String) throws(CodecError) -> UnsafeRawBufferPointer {
        guard let bytes = self[tag] else { throw .container(.missingSection(tag), noun: noun) }
        return bytes
    }

    /// A copy of a section of little-endian integers.
    /// - Parameters:
    ///   - count: how many there have to be; nil for any number.
    ///   - noun: what the file should be.
    package func integers<Value: FixedWidthInteger & BitwiseCopyable>(
        _ tag: SectionTag, count: Int? = nil, of type: Value.Type = Value.self, noun: String = "codec"
    ) throws(CodecError) -> [Value] {
        let bytes = try bytes(tag, noun: noun)
        let size = MemoryLayout<Value>.size
        let expected = count ?? bytes.count / size
        guard bytes.count == expected * size else {
            throw .sectionLength(tag, expectedBytes: expected * size, foundBytes: bytes.count)
        }
        return (0..<expected).map { bytes.littleEndian(at: $0 * size) }
    }
}
