import AnnealRewrite

extension ModelTextError {
    /// What is wrong with a rule that was parsed on its own, at its line of the whole text.
    init(_ error: RuleTextError, line: Int) {
        self.init(line: line, column: error.column, expected: error.expected, found: error.found)
    }

    /// A rule that the table of a model refuses.
    init(_ error: RuleTableError, line: Int) {
        self.init(line: line, column: 1, expected: "a rule that this model can run", found: "\(error)")
    }
}
