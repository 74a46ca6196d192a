/// The vocabulary of a model of byte pairs, in few megabytes: pieces, a score for each, and what it takes to cut a text
/// into parts that can be merged one by one.
struct MergeVocabulary: Sendable {
    let pieces: PieceTable
    let scores: [Float]
    /// Characters that some piece has side by side.
    let pairs: CharacterPairs
    /// Pieces that are found before anything is merged, and stay as they are; nil where there are none.
    let userDefined: UserDefinedPieces?
    /// The pieces of single bytes, 256 or none.
    let byteIDs: [UInt32]
    /// The piece for what no other covers; where there are pieces of bytes, no text has it.
    let unknownID: UInt32?
    /// Whether a space goes before a text.
    let addsSpaceBefore: Bool

    /// U+2581, which stands for a space.
    static let mark: [UInt8] = [0xE2, 0x96, 0x81]
}

/// Pieces that are sought in a text from each place on, the longest first.
struct UserDefinedPieces: Sendable {
    let pieces: PieceTable
    /// The ids that they have in the vocabulary.
    private(set) var ids: [UInt32] = []
    private var firstBytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// What they will take, in bytes.
    static func memory(count: Int, byteCount: Int) -> Int {
        PieceTable.memory(count: count, byteCount: byteCount) + 4 * count
    }

    init(count: Int, byteCount: Int) {
        pieces = PieceTable(count: count, byteCount: byteCount)
        ids.reserveCapacity(count)
    }

    /// - Precondition: the piece is not empty.
    mutating func append(_ piece: UnsafeBufferPointer<UInt8>, id: UInt32) {
        pieces.append(UnsafeRawBufferPointer(piece), isSought: true)
        ids.append(id)
        let bit: UInt64 = 1 << UInt64(piece[0] & 63)
        switch piece[0] >> 6 {
        case 0: firstBytes.0 |= bit
        case 1: firstBytes.1 |= bit
        case 2: firstBytes.2 |= bit
        default: firstBytes.3 |= bit
        }
    }

    /// The bytes of the longest that a text begins with, and its id; nil where there is none.
    func longestMatch(_ text: UnsafeBufferPointer<UInt8>) -> (id: UInt32, count: Int)? {
        guard let first = text.first else { return nil }
        let bits = first < 64 ? firstBytes.0 : first < 128 ? firstBytes.1 : first < 192 ? firstBytes.2 : firstBytes.3
        guard bits >> UInt64(first & 63) & 1 == 1, let found = pieces.longestPrefix(of: text) else { return nil }
        return (ids[Int(found.id)], found.count)
    }
}
