/// Names of tokens, for rules as text.
public protocol Vocabulary {
    /// The id of a piece, or nil.
    func pieceID(of piece: String) -> UInt32?
    /// The piece of an id, or nil.
    func piece(of id: UInt32) -> String?
}
