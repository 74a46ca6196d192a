import AnnealProgram
import AnnealRewrite

extension TextError {
    /// A rule that the table of a model refuses.
    init(_ error: RuleTableError, line: Int) {
        self.init(line: line, column: 1, expected: "a rule that this model can run", found: "\(error)")
    }
}
