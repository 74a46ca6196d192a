/// What is wrong in a model's text form or in a rule patch, and where.
public struct ModelTextError: Error, Equatable, Sendable, CustomStringConvertible {
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

    /// `line:column: expected …, found …`, as compilers print it.
    public var description: String {
        "\(line):\(column): expected \(expected), found \(found)"
    }
}
