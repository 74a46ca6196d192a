import ArgumentParser

/// A command of another executable, as help and shell completion show it.
///
/// `Sibling.handOver()` runs it before arguments are parsed, so nothing here ever sees its options.
protocol SiblingCommand: ParsableCommand {
    static var name: String { get }
    static var product: String { get }
    static var abstract: String { get }
    /// What `swift build -c release` needs to make the executable.
    static var buildArguments: String { get }
}

extension SiblingCommand {
    static var buildArguments: String { "--product \(product)" }

    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: "Carried out by \(product). 'anneal \(name) --help' has its options.")
    }

    func run() throws {
        throw CommandError(.usage, "the command comes first: anneal \(Self.name) …")
    }
}
