import AnnealContainer

/// The sections of a model of completions: this is the one place where they are declared.
extension SectionTag {
    /// The hash of the embedding model, 32 bytes, and then ``CompletionHead``.
    static let head = SectionTag(known: "HEAD")
    /// The words, folded and in the order of their bytes, and as texts have them; the ends of each: UInt32.
    static let foldedBytes = SectionTag(known: "FOLD")
    static let foldedEnds = SectionTag(known: "FEND")
    static let spelledBytes = SectionTag(known: "SPEL")
    static let spelledEnds = SectionTag(known: "SEND")
    /// How often each word was seen: UInt32.
    static let counts = SectionTag(known: "SEEN")
    /// Behind how many different words each was seen: UInt32.
    static let continuations = SectionTag(known: "CONT")
    /// Bigrams: where the row of each first word begins: UInt32; second words: UInt16; counts: ``CountCode``.
    static let bigramStarts = SectionTag(known: "BROW")
    static let bigramWords = SectionTag(known: "BWRD")
    static let bigramCounts = SectionTag(known: "BCNT")
    /// Trigrams: a row for each bigram.
    static let trigramStarts = SectionTag(known: "TROW")
    static let trigramWords = SectionTag(known: "TWRD")
    static let trigramCounts = SectionTag(known: "TCNT")
    /// The carriers: a row of floats of unit length for each concept.
    static let centres = SectionTag(known: "CARR")
    /// Words of concepts: a row for each, as of bigrams.
    static let conceptStarts = SectionTag(known: "KROW")
    static let conceptWords = SectionTag(known: "KWRD")
    static let conceptCounts = SectionTag(known: "KCNT")
}

extension ContainerKind {
    /// A model of completions.
    static let completions: ContainerKind = {
        let all: [SectionTag] = [
            .head, .foldedBytes, .foldedEnds, .spelledBytes, .spelledEnds, .counts, .continuations, .bigramStarts,
            .bigramWords, .bigramCounts, .trigramStarts, .trigramWords, .trigramCounts, .centres, .conceptStarts,
            .conceptWords, .conceptCounts,
        ]
        return ContainerKind(letters: "ANNP", known: all, required: all)
    }()
}

extension OpenContainer {
    /// A section that every such file has.
    func section(_ tag: SectionTag) throws(CompletionError) -> UnsafeRawBufferPointer {
        guard let bytes = self[tag] else { throw .container(.missingSection(tag)) }
        return bytes
    }
}

/// The integers of a section, where they lie in the mapped file.
///
/// `@unchecked Sendable`: nothing writes to the bytes, which the container keeps.
struct SectionIntegers<Value: FixedWidthInteger & BitwiseCopyable>: @unchecked Sendable {
    let count: Int
    private let bytes: UnsafeRawPointer

    init(_ container: OpenContainer, _ tag: SectionTag, count: Int) throws(CompletionError) {
        let section = try container.section(tag)
        let expected = count * MemoryLayout<Value>.size
        guard section.count == expected else {
            throw .sectionLength(tag, expectedBytes: expected, foundBytes: section.count)
        }
        self.count = count
        // A section lies inside the file, and so has an address even if it is empty.
        bytes = section.baseAddress ?? UnsafeRawPointer(bitPattern: 64)!
    }

    @inline(__always)
    subscript(index: Int) -> Value {
        assert(index >= 0 && index < count)
        // Aligned: a section begins at a multiple of 64.
        return Value(littleEndian: bytes.load(fromByteOffset: index &* MemoryLayout<Value>.size, as: Value.self))
    }
}
