/// What is wrong in a text that a person wrote, and where: in assembly, in rules, in a model's text form or a patch of it.
public struct TextError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public let line: Int
    /// Counted from 1, in Unicode scalars.
    public let column: Int
    public let expected: String
    public let found: String

    public init(line: Int, column: Int, expected: String, found: String) {
        self.line = line
        self.column = column
        self.expected = expected
        self.found = found
    }

    /// The error at its line of a larger text, for a line that was read on its own.
    public func at(line: Int) -> TextError {
        TextError(line: line, column: column, expected: expected, found: found)
    }

    /// `line:column: expected …, found …`, as compilers print it.
    public var description: String { "\(line):\(column): expected \(expected), found \(found)" }
}
