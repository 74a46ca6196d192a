import ArgumentParser

struct FloatsCommand: SiblingCommand {
    static let name = "floats"
    static let product = "anneal-train"
    static let abstract = "Embed texts with a training run's constants as floats."
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
