import AnnealRewrite
import Foundation

/// Rules and their constants as files of their own.
public enum RuleFile {
    /// Writes `NAME.txt`, a rule a line in the syntax of `RuleText` with the index of its constant as row, and `NAME.npy`,
    /// the constants. A rule that shares a constant has the row of the rule that it shares it with.
    public static func write(_ result: EvolutionResult, dimension: Int, to name: String) throws {
        let rules = result.rules
        var rows: [[Float]] = []
        var rowOf = [UInt32](repeating: 0, count: rules.count)
        var text = ""
        for (index, evolved) in rules.enumerated() {
            if !evolved.constant.isEmpty {
                rowOf[index] = UInt32(rows.count)
                rows.append(evolved.constant)
            }
            var rule = evolved.rule
            for place in 0..<rule.updates.count {
                if let row = rule.updates[place].operand2 { rule.updates[place].operand2 = rowOf[Int(row)] }
            }
            text += RuleText.print(rule, vocabulary: NoPieces()) + "\n"
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: name + ".txt"), options: .atomic)
        try ArrayFile.write(rows, columns: dimension, to: name + ".npy")
    }
}
