/// The side from which a text is cut that is longer than it may be, for clients that ask for it.
public enum CutSide: Sendable {
    case left
    case right

    /// What is left of a text: at most `limit` bytes of UTF-8, and no code point in half.
    /// - Complexity: O(`limit`); O(1) for a text that is short enough.
    /// - Precondition: `limit >= 0`.
    public func cut(_ text: String, toBytes limit: Int) -> String {
        let utf8 = text.utf8
        let excess = utf8.count - limit
        guard excess > 0 else { return text }
        switch self {
        case .right:
            var end = utf8.index(utf8.startIndex, offsetBy: limit)
            while UTF8.isContinuation(utf8[end]) { end = utf8.index(before: end) }
            return String(text[..<end])
        case .left:
            var start = utf8.index(utf8.startIndex, offsetBy: excess)
            while start < utf8.endIndex, UTF8.isContinuation(utf8[start]) { start = utf8.index(after: start) }
            return String(text[start...])
        }
    }
}
