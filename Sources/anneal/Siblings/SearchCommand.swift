import ArgumentParser

struct SearchCommand: SiblingCommand {
    static let name = "search"
    static let product = "anneal-search"
    static let abstract = "Find the nearest texts in an index."
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
