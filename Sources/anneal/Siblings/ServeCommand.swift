import ArgumentParser

struct ServeCommand: SiblingCommand {
    static let name = "serve"
    static let product = "anneal-serve"
    static let abstract = "Answer requests over the network."
    // A package of its own, for it brings a web server.
    static let buildArguments = "--package-path Service --product anneal-serve"
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
