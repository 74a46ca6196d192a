/// A stretch of a file that answers by itself: a declaration with its comment, a section, a part of a long one.
public struct Span: Sendable, Hashable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// A function, a type, a value; of one that holds other declarations, what stands before the first of them.
        case declaration
        /// A heading and the text below it.
        case heading
        /// A later stretch of a long declaration or section; it begins some lines before the one above ends.
        case part
        /// What belongs to no declaration.
        case text
        /// More of a type that is declared elsewhere: `extension`, `impl`.
        case reopening
    }

    /// Where it stands in the file.
    public let bytes: Range<Int>
    /// Its lines, counted from 1.
    public let lines: ClosedRange<Int>
    public let kind: Kind
    /// What it declares, or the words of the heading; empty where there are none.
    public let name: String
    /// The names around it, the outermost first.
    public let enclosing: [String]
    /// What is declared inside it and has no span of its own: the functions in a short function, constants.
    public let members: [String]
    /// The number of the declaration among those of the file: parts of one have the same.
    public let group: Int

    package init(
        bytes: Range<Int>, lines: ClosedRange<Int>, kind: Kind, name: String, enclosing: [String], members: [String],
        group: Int
    ) {
        self.bytes = bytes
        self.lines = lines
        self.kind = kind
        self.name = name
        self.enclosing = enclosing
        self.members = members
        self.group = group
    }
}
