import AnnealTokens

/// Pieces of a ``MergeVocabulary`` while it is read: each is checked, and put where it will be sought.
struct MergePieces {
    let pieces: PieceTable
    private(set) var pairs: CharacterPairs
    private(set) var unknownID: UInt32?
    /// By the byte that they stand for.
    private(set) var byteIDs = [UInt32?](repeating: nil, count: 256)
    private let hasBytes: Bool
    private var userDefinedPieces: [(id: UInt32, text: [UInt8])] = []
    private var userDefinedByteCount = 0

    /// What is wrong with a piece.
    struct Fault {
        let expected: String
        let found: String
    }

    init(_ pieces: PieceTable, _ pairs: CharacterPairs, hasBytes: Bool) {
        self.pieces = pieces
        self.pairs = pairs
        self.hasBytes = hasBytes
    }

    /// Adds the next piece.
    /// - Returns: what is wrong with it.
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ kind: PieceKind, score: Float) -> Fault? {
        guard !bytes.isEmpty else { return Fault(expected: "a text", found: "an empty piece") }
        let id = UInt32(pieces.count)
        switch kind {
        case .normal, .unused:
            // SentencePiece leaves it to the byte's own piece.
            let isZero = bytes.count == 1 && bytes[0] == 0 && hasBytes
            return put(bytes, isSought: !isZero)
        case .userDefined:
            // Converters write spaces for the marks of these pieces, and of these alone.
            let text = Self.marked(bytes)
            userDefinedPieces.append((id, text))
            userDefinedByteCount += text.count
            text.withUnsafeBufferPointer { pairs.insert(piece: $0) }
            guard bytes.contains(0x20) else { return put(bytes, isSought: true) }
            pieces.append(bytes, isSought: false)
            return nil
        case .control:
            pieces.append(bytes, isSought: false)
        case .unknown:
            if let earlier = unknownID {
                return Fault(expected: "one unknown piece", found: "a second, after piece \(earlier)")
            }
            unknownID = id
            pieces.append(bytes, isSought: false)
        case .byte:
            guard let byte = Self.byte(bytes) else {
                return Fault(expected: "a byte piece <0x00> to <0xFF>", found: String(decoding: bytes, as: UTF8.self))
            }
            if let earlier = byteIDs[byte] {
                return Fault(expected: "a piece that is not there yet", found: "the text of piece \(earlier)")
            }
            byteIDs[byte] = id
            pieces.append(bytes, isSought: false)
        }
        return nil
    }

    private mutating func put(_ bytes: UnsafeRawBufferPointer, isSought: Bool) -> Fault? {
        if let earlier = pieces.append(bytes, isSought: isSought) {
            return Fault(expected: "a piece that is not there yet", found: "the text of piece \(earlier)")
        }
        bytes.withMemoryRebound(to: UInt8.self) { pairs.insert(piece: $0) }
        return nil
    }

    /// Bytes that the user-defined pieces take by themselves, while they are gathered and in their table.
    var userDefinedMemory: Int {
        let count = userDefinedPieces.count
        return count == 0
            ? 0
            : UserDefinedPieces.memory(count: count, byteCount: userDefinedByteCount) + 64 * count
                + userDefinedByteCount
    }

    /// The user-defined pieces by themselves; nil where there are none.
    func userDefined() -> UserDefinedPieces? {
        guard !userDefinedPieces.isEmpty else { return nil }
        var found = UserDefinedPieces(
            count: userDefinedPieces.count, byteCount: userDefinedByteCount)
        for piece in userDefinedPieces { piece.text.withUnsafeBufferPointer { found.append($0, id: piece.id) } }
        return found
    }

    /// A piece with the mark for each space.
    static func marked(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        bytes.flatMap { $0 == 0x20 ? MergeVocabulary.mark : [$0] }
    }

    /// The byte that a piece as `<0x0A>` stands for.
    private static func byte(_ piece: UnsafeRawBufferPointer) -> Int? {
        guard piece.count == 6, piece.starts(with: "<0x".utf8), piece[5] == UInt8(ascii: ">"),
            let high = digit(piece[3]), let low = digit(piece[4])
        else { return nil }
        return 16 * high + low
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        default: nil
        }
    }
}
