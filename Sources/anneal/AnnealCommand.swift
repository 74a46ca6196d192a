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
            74 reading or writing failed; 128 + signal when a signal ended it (141: the reader of a pipe went away).
            """,
        version: "anneal 0.1.0",
        subcommands: [
            EmbedCommand.self, ExplainCommand.self, CompareCommand.self, TokenizeCommand.self, InspectCommand.self,
            DisassembleCommand.self, AssembleCommand.self, EvalCommand.self, BenchCommand.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as CommandError {
            fail(error)
        } catch {
            exit(withError: error)
        }
    }
}
