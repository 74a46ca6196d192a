/// A request that is refused, whatever it came over: its kind, and a sentence that says what was expected and what was
/// found. Each protocol has a status of its own for a kind.
public struct Refusal: Error, Equatable, Sendable {
    public enum Kind: Sendable {
        /// A field that must have something has nothing.
        case empty
        /// A value that cannot be used.
        case invalid
        /// Too many texts, or too large ones.
        case tooLarge
        /// Token ids that the model does not have.
        case tokens
        /// A name that nothing has.
        case notFound
        /// No known key.
        case unauthorized
        /// More than is worked on at once.
        case overloaded
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public static func empty(_ field: String) -> Refusal { Refusal(.empty, "`\(field)` cannot be empty") }
    public static func invalid(_ message: String) -> Refusal { Refusal(.invalid, message) }
    public static func tooLarge(_ message: String) -> Refusal { Refusal(.tooLarge, message) }
    public static func overloaded(_ message: String) -> Refusal { Refusal(.overloaded, message) }
    public static let unknownKey = Refusal(.unauthorized, "expected a known API key")
    /// A prompt, of which the models have none.
    public static func prompt(_ name: String) -> Refusal {
        .invalid("`prompt_name`: expected no prompt, for the model has none; found \(shown(name))")
    }

    /// A client's words as they are repeated to it: no more than is needed to know them again.
    /// - Complexity: O(1) in the length of `words`.
    public static func shown(_ words: some StringProtocol) -> String {
        let limit = 80
        let kept = words.prefix(limit)
        return kept.endIndex == words.endIndex ? String(kept) : "\(kept)…"
    }
}
