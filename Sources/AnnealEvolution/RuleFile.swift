import AnnealFormats
import AnnealPlatform
import AnnealRewrite
import AnnealTraining

/// Rules and their constants as files of their own.
public enum RuleFile {
    /// Writes `NAME.txt`, a rule a line in the syntax of `RuleText` with the index of its constant as row, and `NAME.npy`,
    /// the constants. A rule that shares a constant has the row of the rule that it shares it with.
    public static func write(_ result: EvolutionResult, to name: String) throws {
        let set = result.ruleSet()
        var text = ""
        for rule in set.rules { text += RuleText.print(rule, vocabulary: NoPieces()) + "\n" }
        try AtomicFile.write(Array(text.utf8), to: Path(argument: name + ".txt"))
        try NumpyArray.write(set.constants, to: Path(argument: name + ".npy"))
    }
}
