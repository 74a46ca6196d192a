import ArgumentParser

struct LineageCommand: SiblingCommand {
    static let name = "lineage"
    static let product = "anneal-train"
    static let abstract = "Show where a generation or a model came from."
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
