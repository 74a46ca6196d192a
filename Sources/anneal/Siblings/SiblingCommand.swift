import ArgumentParser

/// A command of another executable, as help and shell completion show it.
///
/// `Sibling.handOver()` runs it before arguments are parsed, so nothing here ever sees its options.
protocol SiblingCommand: ParsableCommand {
    static var name: String { get }
    static var product: String { get }
    static var abstract: String { get }
    /// The folder of the package that makes the executable; nil for the main package.
    static var package: String? { get }
}

extension SiblingCommand {
    static var package: String? { nil }

    /// What `swift build -c release` needs to make the executable.
    static var buildArguments: String { (package.map { "--package-path \($0) " } ?? "") + "--product \(product)" }

    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: "Carried out by \(product). 'anneal \(name) --help' has its options.")
    }

    func run() throws {
        throw CommandError(.usage, "the command comes first: anneal \(Self.name) …")
    }
}

// The commands of the other executables: what help and completion show of them.

struct LabelCommand: SiblingCommand {
    static let name = "label"
    static let product = "anneal-train"
    static let abstract = "Store a teacher's vectors for a corpus, once."
}

struct TrainCommand: SiblingCommand {
    static let name = "train"
    static let product = "anneal-train"
    static let abstract = "Fit a model to stored teacher vectors."
}

struct EvolveCommand: SiblingCommand {
    static let name = "evolve"
    static let product = "anneal-train"
    static let abstract = "Evolve rewrite rules on what a student's vectors lack."
}

struct LineageCommand: SiblingCommand {
    static let name = "lineage"
    static let product = "anneal-train"
    static let abstract = "Print how a model came to be."
}

struct FloatsCommand: SiblingCommand {
    static let name = "floats"
    static let product = "anneal-train"
    static let abstract = "Embed texts with the constants that training had before they became integers."
}

struct ReduceCommand: SiblingCommand {
    static let name = "reduce"
    static let product = "anneal-train"
    static let abstract = "Reduce a teacher's vectors to the dimensions of a model, as training does."
}

struct WordsCommand: SiblingCommand {
    static let name = "words"
    static let product = "anneal-train"
    static let abstract = "Train the word model that 'anneal pack' codes texts with."
}

struct IndexCommand: SiblingCommand {
    static let name = "index"
    static let product = "anneal-search"
    static let abstract = "Bring an index up to date with folders and files."
}

struct SearchCommand: SiblingCommand {
    static let name = "search"
    static let product = "anneal-search"
    static let abstract = "Find the passages that answer a query best."
}

struct CheckCommand: SiblingCommand {
    static let name = "check"
    static let product = "anneal-search"
    static let abstract = "Read a whole index file and compare it with its checksums."
}

struct MeasureCommand: SiblingCommand {
    static let name = "measure"
    static let product = "anneal-search"
    static let abstract = "Measure how well words, vectors and both together retrieve."
}

struct PreferCommand: SiblingCommand {
    static let name = "prefer"
    static let product = "anneal-prefer"
    static let abstract = "Rank words or texts by what a person likes and dislikes."
}

struct WordOfTheDayCommand: SiblingCommand {
    static let name = "word-of-the-day"
    static let product = "anneal-prefer"
    static let abstract = "Pick a word a day, and learn from what is liked and skipped."
}

struct SequencesCommand: SiblingCommand {
    static let name = "sequences"
    static let product = "anneal-prefer"
    static let abstract = "Learn which concept follows which, for 'anneal prefer --next'."
}

struct ServeCommand: SiblingCommand {
    static let name = "serve"
    static let product = "anneal-serve"
    static let package: String? = "Services"
    static let abstract = "Serve embeddings over HTTP, as OpenAI and text-embeddings-inference do."
}

struct GRPCCommand: SiblingCommand {
    static let name = "grpc"
    static let product = "anneal-grpc"
    static let package: String? = "Services"
    static let abstract = "Serve embeddings over gRPC, as text-embeddings-inference does."
}
