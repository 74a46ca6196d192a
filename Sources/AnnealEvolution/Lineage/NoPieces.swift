import AnnealRewrite

/// A vocabulary without pieces: rules print with token ids.
struct NoPieces: Vocabulary {
    func pieceID(of piece: String) -> UInt32? { nil }
    func piece(of id: UInt32) -> String? { nil }
}
