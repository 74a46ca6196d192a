import ArgumentParser

struct ServeCommand: SiblingCommand {
    static let name = "serve"
    static let product = "anneal-serve"
    static let abstract = "Answer requests over the network."
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
