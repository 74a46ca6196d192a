import AnnealTrain
import ArgumentParser
import Foundation

/// The command line of training: `anneal-train SUBCOMMAND …`, which `anneal SUBCOMMAND …` runs.
@main
struct TrainTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anneal-train",
        abstract: "From texts and a teacher to a model.",
        discussion: """
            First label: store a teacher's vectors for a corpus, once. Then train: fit a model to them.

              anneal-train label corpus.txt --vectors vectors.npy --teacher all-MiniLM-L6-v2 --output labels
              anneal-train train --labels labels --tokenizer tokenizer.model --output model.anneal

            Exit status: 0 done; 64 wrong usage; 65 anything else that went wrong, said on standard error.
            """,
        subcommands: [LabelCommand.self, TrainCommand.self, EvolveCommand.self, LineageCommand.self])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as TrainError {
            FileHandle.standardError.write(Data("anneal-train: \(error)\n".utf8))
            Foundation.exit(65)
        } catch {
            exit(withError: error)
        }
    }
}
