import AnnealRewrite

/// A vocabulary whose pieces are given in the order of their ids.
struct TestVocabulary: Vocabulary {
    let pieces: [String]

    func pieceID(of piece: String) -> UInt32? { pieces.firstIndex(of: piece).map { UInt32($0) } }
    func piece(of id: UInt32) -> String? { id < pieces.count ? pieces[Int(id)] : nil }
}
