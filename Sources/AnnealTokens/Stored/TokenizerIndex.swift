/// What opening a SentencePiece model computes, as bytes that are read where they lie: the pieces, the trie, the sums'
/// terms, and what the vocabulary's texts say. With it a tokenizer is there without being built.
///
/// Little-endian. A header of 64 bytes: version (UInt32), flags (UInt32), the checksum of the model (UInt64), the
/// number of pieces (UInt32) and of units (UInt32), the trie's root (UInt64), the letters that are pieces (UInt64), where
/// in the model the character map starts and how long it is (UInt32 each), zero. Behind it the units (UInt64), the
/// bounds of scores by first byte (256 Float), the pieces (16 bytes), each unit's piece (UInt32), and the terms of the
/// sums (a Float a piece and one more).
///
/// Only unigram models without user-defined pieces have one. Nothing in it is trusted where memory is at stake: `init`
/// and ``TokenizerTables`` check every number that leads anywhere, in one pass, so that wrong numbers give an error or a
/// wrong segmentation, never a read out of bounds. Whether it is the model's own is for the checksum to say.
struct TokenizerIndex {
    struct Flags: OptionSet {
        let rawValue: UInt32
        static let wordsStandAlone = Flags(rawValue: 1)
        static let classesStandAlone = Flags(rawValue: 2)
        static let spacesStay = Flags(rawValue: 4)
        static let byteFallback = Flags(rawValue: 8)
        static let whitespaceAsSuffix = Flags(rawValue: 16)
        static let addDummyPrefix = Flags(rawValue: 32)
        static let removeExtraWhitespaces = Flags(rawValue: 64)
        static let escapeWhitespaces = Flags(rawValue: 128)
        static let endsWordsInside = Flags(rawValue: 256)
        static let known = Flags(rawValue: 511)
        /// Those that an index of version 1 may have.
        static let first = Flags(rawValue: 255)
    }

    /// Grows with every change of what is derived, or how: another version is built anew. An index is written in the
    /// lowest version that has its flags, so that an index of version 1 stays what it was.
    static let versions: ClosedRange<UInt32> = 1...2
    static let headerBytes = 64

    let flags: Flags
    /// Of the model that this was derived from.
    let source: UInt64
    let root: UInt64
    let letters: UInt64
    let characterMap: Range<Int>
    let units: UnsafeBufferPointer<UInt64>
    let scoreBounds: UnsafeBufferPointer<Float>
    let pieces: UnsafeBufferPointer<ModelFile.Piece>
    let ids: UnsafeBufferPointer<UInt32>
    let pathScores: UnsafeBufferPointer<Float>

    /// The version in which an index with some flags is written.
    static func version(of flags: Flags) -> UInt32 {
        flags.isSubset(of: .first) ? versions.lowerBound : versions.upperBound
    }

    /// Whether bytes are an index of a version that is known, so that they may be read as one.
    static func isReadable(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 4 && versions.contains(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    }

    /// The bytes of an index.
    static func byteCount(pieces: Int, units: Int) -> Int {
        headerBytes + 8 * units + 4 * 256 + 16 * pieces + 4 * units + 4 * (pieces + 1)
    }

    /// A view of an index.
    /// - Parameters:
    ///   - bytes: aligned to eight bytes; they must outlive the view.
    ///   - model: the SentencePiece model.
    /// - Precondition: ``isReadable(_:)``.
    /// - Throws: `invalidIndex`.
    init(_ bytes: UnsafeRawBufferPointer, of model: UnsafeRawBufferPointer) throws(TokenizerError) {
        guard bytes.count >= Self.headerBytes, let base = bytes.baseAddress else {
            throw .invalidIndex(part: "length", expected: "at least \(Self.headerBytes)", found: "\(bytes.count)")
        }
        func number(_ offset: Int) -> Int {
            Int(clamping: UInt32(littleEndian: base.load(fromByteOffset: offset, as: UInt32.self)))
        }
        func word(_ offset: Int) -> UInt64 { UInt64(littleEndian: base.load(fromByteOffset: offset, as: UInt64.self)) }
        flags = Flags(rawValue: UInt32(truncatingIfNeeded: number(4)))
        source = word(8)
        let pieceCount = number(16)
        let unitCount = number(20)
        root = word(24)
        letters = word(32)
        let mapStart = number(40)
        let mapCount = number(44)
        let known = number(0) == Int(Self.versions.lowerBound) ? Flags.first : Flags.known
        guard flags.isSubset(of: known) else {
            throw .invalidIndex(part: "flags", expected: "at most \(known.rawValue)", found: "\(flags.rawValue)")
        }
        for offset in stride(from: 48, to: Self.headerBytes, by: 8) where word(offset) != 0 {
            throw .invalidIndex(part: "reserved bytes", expected: "0", found: "\(word(offset))")
        }
        guard unitCount >= 256, unitCount <= PieceTrie.unitLimit, unitCount % 256 == 0 else {
            throw .invalidIndex(
                part: "units", expected: "a multiple of 256 up to \(PieceTrie.unitLimit)", found: "\(unitCount)")
        }
        guard pieceCount > 0, pieceCount < PieceTrie.unitLimit else {
            throw .invalidIndex(
                part: "pieces", expected: "1 to \(PieceTrie.unitLimit - 1)", found: "\(pieceCount)")
        }
        guard mapCount <= model.count, mapStart <= model.count - mapCount else {
            throw .invalidIndex(
                part: "character map", expected: "inside \(model.count) bytes",
                found: "\(mapCount) bytes from \(mapStart)")
        }
        characterMap = mapStart..<mapStart + mapCount
        let expected = Self.byteCount(pieces: pieceCount, units: unitCount)
        guard bytes.count == expected else {
            throw .invalidIndex(part: "length", expected: "\(expected)", found: "\(bytes.count)")
        }
        // In bounds: the length was just compared with the sum of the parts.
        var next = base + Self.headerBytes
        func part<Element: BitwiseCopyable>(_ count: Int) -> UnsafeBufferPointer<Element> {
            defer { next += count * MemoryLayout<Element>.stride }
            return UnsafeBufferPointer(start: next.assumingMemoryBound(to: Element.self), count: count)
        }
        units = part(unitCount)
        scoreBounds = part(256)
        pieces = part(pieceCount)
        ids = part(unitCount)
        pathScores = part(pieceCount + 1)
    }

    /// The trie, after a look at every unit: none leads outside, none is reached by a zero byte, which ends a word, and
    /// no score is beyond the largest of the vocabulary.
    /// - Throws: `invalidIndex`.
    /// - Complexity: O(units), without branches.
    func trie(largestScore: Float) throws(TokenizerError) -> PieceTrie {
        guard let base = units.baseAddress, let idBase = ids.baseAddress else {
            throw .invalidIndex(part: "units", expected: "some", found: "none")
        }
        let count = UInt32(units.count)
        let pieceCount = UInt32(pieces.count)
        let largest = largestScore.bitPattern
        var bad: UInt32 = 0
        for index in 0..<units.count {
            let low = UInt32(truncatingIfNeeded: base[index])
            let magnitude = UInt32(truncatingIfNeeded: base[index] >> 32) & 0x7FFF_FFFF
            // A block of 256 units begins at every base.
            bad |= low >> PieceTrie.baseShift | 0xFF >= count ? 1 : 0
            bad |= low & PieceTrie.labelMask == 0 ? 1 : 0
            bad |= low & UInt32(PieceTrie.usableMark) != 0 && magnitude > largest ? 1 : 0
            bad |= idBase[index] >= pieceCount ? 1 : 0
        }
        guard bad == 0, UInt32(truncatingIfNeeded: root) >> PieceTrie.baseShift | 0xFF < count else {
            throw .invalidIndex(
                part: "units", expected: "transitions, pieces and scores of the vocabulary",
                found: "one that leads outside")
        }
        return PieceTrie(units: base, ids: idBase, unitCount: units.count, capacity: nil, root: root)
    }
}
