import Anneal
import AnnealPlatform
import ArgumentParser

/// The command line: `anneal SUBCOMMAND …`.
@main
struct AnnealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anneal",
        abstract: "Text embeddings that are compiled, not inferred.",
        discussion: """
            A text becomes a short program, learned rules rewrite the program, and a small integer machine runs it and \
            leaves one vector. Every step can be printed.

            Start here:
              anneal explain "turn the light off"
              anneal compare "turn the light off" "switch off the lamp"
              echo "some text" | anneal embed
              anneal embed --output vectors.npy < texts.txt

            Exit status: 0 done; 64 wrong usage; 65 malformed input, rule or assembly; 66 an input is missing or \
            unreadable; 69 the model is missing, corrupt or of another version; 73 the output cannot be created; \
            74 reading or writing failed; of grep 1 for nothing found and 2 for an error; 127 the executable of a command is not there; 128 + signal when a signal \
            ended it (141: the reader of a pipe went away).

            'anneal NAME …' runs an executable 'anneal-NAME' that lies beside this one or on PATH. Training is in anneal-train, \
            search in anneal-search, preferences in anneal-prefer, serving in anneal-serve and anneal-grpc; each is built by name, as in \
            'swift build -c release --product anneal-train'.
            """,
        version: "anneal \(Engine.version)",
        subcommands: [
            EmbedCommand.self, ExplainCommand.self, CompareCommand.self, TokenizeCommand.self, InspectCommand.self,
            DisassembleCommand.self, AssembleCommand.self, EvalCommand.self, BenchCommand.self, CodesCommand.self,
            IDsCommand.self, GGUFCommand.self, LookupCommand.self, PackCommand.self, UnpackCommand.self,
            ClusterCommand.self, ManifoldCommand.self, CompleteCommand.self, SingCommand.self, ListenCommand.self,
            CarriersCommand.self, GrepCommand.self, MCPCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "Training",
                subcommands: [
                    TrainCommand.self, LabelCommand.self, EvolveCommand.self, LineageCommand.self, FloatsCommand.self,
                    ReduceCommand.self, WordsCommand.self,
                ]),
            CommandGroup(
                name: "Search",
                subcommands: [IndexCommand.self, SearchCommand.self, CheckCommand.self, MeasureCommand.self]),
            CommandGroup(
                name: "Preferences", subcommands: [PreferCommand.self, WordOfTheDayCommand.self, SequencesCommand.self]),
            CommandGroup(name: "Serving", subcommands: [ServeCommand.self, GRPCCommand.self]),
        ])

    /// The commands that executables beside this one carry out.
    static var siblings: [any SiblingCommand.Type] {
        configuration.groupedSubcommands.flatMap { $0.subcommands.compactMap { $0 as? any SiblingCommand.Type } }
    }

    /// Whether this executable carries out a command itself.
    static func isOwn(_ name: String) -> Bool {
        configuration.ungroupedSubcommands.contains { $0.configuration.commandName == name }
    }

    static func main() {
        do {
            guard let all = RunningProcess.arguments, !all.isEmpty else {
                throw CommandError(.inputOutput, "the system does not tell this process its arguments")
            }
            let arguments = all.dropFirst().map { $0.argument }
            try Sibling.handOver(arguments)
            if [[], ["help"], ["-h"], ["--help"]].contains(arguments) {
                throw CleanExit.message(helpMessage() + Sibling.helpOfOthers)
            }
            var command = try parseAsRoot(arguments)
            try command.run()
        } catch let error as CommandError {
            fail(error)
        } catch {
            // As other programs of its name: 1 is for nothing found, so wrong usage is 2.
            if isGrep, exitCode(for: error) == .validationFailure {
                try? Descriptor.standardError.write(fullMessage(for: error) + "\n")
                RunningProcess.exit(ExitStatus.searchFailed.rawValue)
            }
            exit(withError: error)
        }
    }

    private static var isGrep: Bool {
        RunningProcess.arguments?.dropFirst().first?.argument == GrepCommand.configuration.commandName
    }
}
