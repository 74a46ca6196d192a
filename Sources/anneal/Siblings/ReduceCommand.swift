import ArgumentParser

struct ReduceCommand: SiblingCommand {
    static let name = "reduce"
    static let product = "anneal-train"
    static let abstract = "Reduce a teacher's vectors to a model's dimensions."
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
