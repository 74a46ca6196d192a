/// A part of a document that is found on its own.
public struct Passage: Sendable, Equatable {
    /// The headings it stands under, or the line that opens its function; empty for none.
    public let heading: String
    public let text: String
    /// The line of the document on which it begins, from 1.
    public let line: Int

    /// The text whose vector stands for the passage: its headings say what it is about.
    var embedded: String { heading.isEmpty ? text : heading + "\n" + text }

    public init(heading: String, text: String, line: Int) {
        self.heading = heading
        self.text = text
        self.line = line
    }
}
