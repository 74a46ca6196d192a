import AnnealPlatform

/// What is kept of a file for searching it: where its passages lie, the vector of each in bytes, the words of each.
///
/// One stretch of memory, in the form in which a cache has it on disk: numbers of 32 bits, little-endian, then bytes.
/// `@unchecked Sendable`: the bytes are never written after `init`, and live as long as their owner.
struct FileDigest: @unchecked Sendable {
    /// A passage.
    struct Passage {
        static let byteCount = 36
        /// In the file.
        var start: UInt32 = 0
        var end: UInt32 = 0
        var firstLine: UInt32 = 0
        var lastLine: UInt32 = 0
        /// Parts of one declaration have the same.
        var group: UInt32 = 0
        var kind: UInt32 = 0
        /// Distinct words of the name.
        var nameWords: UInt32 = 0
        /// Words, each as often as it occurs.
        var length: UInt32 = 0
        /// What the bytes of the vector are multiplied with.
        var scale: Float = 0
    }

    /// Where a word occurs: passage, how often, and whether also in the name or in the names around it.
    struct Posting {
        let value: UInt32
        static let passagesMax = 1 << 21
        static let countMax = (1 << 8) - 1

        init(value: UInt32) { self.value = value }
        init(passage: Int, count: Int, inName: Bool, inEnclosing: Bool) {
            value =
                UInt32(passage) << 11 | UInt32(min(count, Posting.countMax)) << 3 | (inName ? 2 : 0)
                | (inEnclosing ? 1 : 0)
        }
        var passage: Int { Int(value >> 11) }
        var count: Int { Int(value >> 3 & 255) }
        var inName: Bool { value & 2 != 0 }
        var inEnclosing: Bool { value & 1 != 0 }
    }

    static let headBytes = 16
    let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject
    let passageCount: Int
    let postingCount: Int
    let dimension: Int
    /// What ``FileNature`` the content has.
    let nature: UInt32

    /// - Parameter bytes: as ``DigestBuilder`` makes them; they live as long as `owner`.
    /// - Returns: nil for bytes that cannot be a digest: every number that leads anywhere is checked.
    /// - Complexity: O(passages + postings).
    init?(_ bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        guard bytes.count >= Self.headBytes, UInt(bitPattern: bytes.baseAddress) % 4 == 0 else { return nil }
        func number(_ index: Int) -> Int {
            Int(UInt32(littleEndian: bytes.load(fromByteOffset: index * 4, as: UInt32.self)))
        }
        (passageCount, postingCount, dimension) = (number(0), number(1), number(2))
        nature = UInt32(number(3))
        let wanted = Self.headBytes + passageCount * (Passage.byteCount + dimension) + postingCount * 8
        guard dimension <= 4096, passageCount <= Posting.passagesMax, wanted <= bytes.count, bytes.count < wanted + 4
        else {
            return nil
        }
        self.bytes = bytes
        self.owner = owner
        for index in 0..<postingCount where posting(index).passage >= passageCount { return nil }
        for index in 0..<passageCount {
            let passage = passage(index)
            guard passage.start <= passage.end, passage.firstLine <= passage.lastLine, passage.firstLine > 0 else {
                return nil
            }
        }
    }

    /// - Precondition: `index < passageCount`.
    @inline(__always)
    func passage(_ index: Int) -> Passage {
        // In bounds: the room was compared with the counts.
        bytes.loadUnaligned(fromByteOffset: Self.headBytes + index * Passage.byteCount, as: Passage.self)
    }

    private var wordsStart: Int { Self.headBytes + passageCount * Passage.byteCount }

    @inline(__always)
    private func word(_ index: Int) -> UInt32 { bytes.load(fromByteOffset: wordsStart + index * 4, as: UInt32.self) }

    @inline(__always)
    private func posting(_ index: Int) -> Posting {
        Posting(value: bytes.load(fromByteOffset: wordsStart + (postingCount + index) * 4, as: UInt32.self))
    }

    /// The vectors, ``dimension`` signed bytes a passage.
    var vectors: UnsafeBufferPointer<Int8> {
        let start = wordsStart + postingCount * 8
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + passageCount * dimension]).assumingMemoryBound(
            to: Int8.self)
    }

    /// Calls `body` with each passage that has a word.
    /// - Complexity: O(log words + passages with it).
    @inline(__always)
    func forEachPosting(of hash: UInt32, _ body: (Posting) -> Void) {
        var (low, high) = (0, postingCount)
        while low < high {
            let middle = (low + high) / 2
            if word(middle) < hash { low = middle + 1 } else { high = middle }
        }
        while low < postingCount, word(low) == hash {
            body(posting(low))
            low += 1
        }
    }
}

/// Memory of a digest that was just made.
final class DigestMemory {
    let bytes: UnsafeMutableRawBufferPointer
    init(byteCount: Int) { bytes = .allocate(byteCount: byteCount, alignment: 16) }
    deinit { bytes.deallocate() }
}
