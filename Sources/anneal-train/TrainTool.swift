import AnnealPlatform
import AnnealTraining
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
        subcommands: [
            LabelCommand.self, TrainCommand.self, EvolveCommand.self, LineageCommand.self, FloatsCommand.self,
            ReduceCommand.self, SecondCommand.self, WordsCommand.self,
        ])

    /// What the system says of its own errors begins with their codes; everybody else's are written to be read.
    private static func message(of error: any Error) -> String {
        type(of: error) == NSError.self || error is CocoaError || error is POSIXError
            ? error.localizedDescription : "\(error)"
    }

    static func main() async {
        AtomicFile.removePartialFilesOnSignals()
        do {
            guard let all = RunningProcess.arguments, !all.isEmpty else {
                throw TrainError(
                    place: "arguments", expected: "a system that tells this process its arguments", found: "none")
            }
            var command = try parseAsRoot(all.dropFirst().map(\.argument))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error where exitCode(for: error) != .failure {
            // Help, or wrong usage.
            exit(withError: error)
        } catch {
            FileHandle.standardError.write(Data("anneal-train: \(message(of: error))\n".utf8))
            RunningProcess.exit(65)
        }
    }
}
