import ArgumentParser

/// Where the index lies.
struct IndexOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The index file.", valueName: "file"), completion: .file())
    var db: String
}
