import ArgumentParser

/// The command line of training: `anneal-train SUBCOMMAND …`, or `anneal SUBCOMMAND …`.
@main
struct TrainTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anneal-train",
        abstract: "From texts and a teacher to a model.",
        discussion: """
            First label: store a teacher's vectors for a corpus, once. Then train: fit a model to them.

              anneal-train label corpus.txt --vectors vectors.npy --teacher all-MiniLM-L6-v2 --output labels
              anneal-train train --labels labels --tokenizer tokenizer.model --output model.anneal
            """,
        subcommands: [LabelCommand.self, TrainCommand.self, EvolveCommand.self, LineageCommand.self])
}
