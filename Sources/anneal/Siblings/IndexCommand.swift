import ArgumentParser

struct IndexCommand: SiblingCommand {
    static let name = "index"
    static let product = "anneal-search"
    static let abstract = "Make an index of texts."
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
