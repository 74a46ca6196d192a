/// A SentencePiece model file made of what a GGUF file has of one, so that the tokenizer of such files reads it.
///
/// Field numbers: https://github.com/google/sentencepiece/blob/v0.2.3/src/sentencepiece_model.proto
struct SentencePieceModel {
    private(set) var bytes: [UInt8] = []

    /// - Parameter byteCount: room for so many bytes of pieces.
    init(byteCount: Int) { bytes.reserveCapacity(byteCount + 64) }

    /// Bytes that a piece takes beside its text, at most.
    static let pieceOverhead = 16

    mutating func append(piece: some Collection<UInt8>, score: Float, kind: UInt8) {
        // Text, score and kind, each behind a byte of field and wire type.
        let count = 1 + SentencePieceModel.length(of: piece.count) + piece.count + 5 + 2
        append(field: 1, length: count)
        append(field: 1, length: piece.count)
        bytes.append(contentsOf: piece)
        bytes.append(2 << 3 | 5)
        withUnsafeBytes(of: score.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        append(field: 3, value: kind)
    }

    /// The settings, behind the pieces.
    /// - Parameter modelKind: 1 for unigram, 2 for byte pairs.
    mutating func append(
        modelKind: UInt8, byteFallback: Bool, characterMap: [UInt8], addsSpaceBefore: Bool, removesSpaces: Bool
    ) {
        append(field: 2, length: 2 + 3)
        append(field: 3, value: modelKind)
        append(varint: 35 << 3)
        bytes.append(byteFallback ? 1 : 0)
        let mapCount =
            characterMap.isEmpty ? 0 : 1 + SentencePieceModel.length(of: characterMap.count) + characterMap.count
        append(field: 3, length: mapCount + 6)
        if !characterMap.isEmpty {
            append(field: 2, length: characterMap.count)
            bytes.append(contentsOf: characterMap)
        }
        append(field: 3, value: addsSpaceBefore ? 1 : 0)
        append(field: 4, value: removesSpaces ? 1 : 0)
        append(field: 5, value: 1)
    }

    private mutating func append(field: UInt8, value: UInt8) {
        bytes.append(field << 3)
        bytes.append(value)
    }

    private mutating func append(field: UInt8, length: Int) {
        bytes.append(field << 3 | 2)
        append(varint: length)
    }

    private mutating func append(varint value: Int) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Bytes of a number as protocol buffers write it.
    private static func length(of value: Int) -> Int { max(1, (Int.bitWidth - value.leadingZeroBitCount + 6) / 7) }
}
