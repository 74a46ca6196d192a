import AnnealRewrite
import AnnealTokens
struct RuleLines {
    init(_ tokenizer: Tokenizer, classNames: [String]) {}
    func print(_ rule: Rule) -> String { "" }
    func rule(in line: String, line number: Int) throws(ModelTextError) -> Rule { throw ModelTextError(line: number, column: 1, expected: "", found: "") }
}
