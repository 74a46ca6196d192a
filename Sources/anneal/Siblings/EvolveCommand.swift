import ArgumentParser

struct EvolveCommand: SiblingCommand {
    static let name = "evolve"
    static let product = "anneal-train"
    static let abstract = "Let rules evolve, a generation at a time."
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
