/// A token and the bytes of the original text that it stands for.
public struct Token: Equatable, Hashable, Sendable {
    public var id: UInt32
    /// Byte offset in the original text of the first byte that the token covers.
    public var start: UInt32
    /// Byte offset after the last byte that the token covers. Equal to `start` for a token that adds no text of its
    /// own, such as all but the last byte piece of a character.
    public var end: UInt32

    public init(id: UInt32, start: UInt32, end: UInt32) {
        self.id = id
        self.start = start
        self.end = end
    }
}
