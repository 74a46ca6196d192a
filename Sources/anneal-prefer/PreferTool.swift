import Anneal
import AnnealEndpoints
public import AnnealPlatform
import AnnealPreferences
public import ArgumentParser

extension Path: ExpressibleByArgument {}

/// The command line of preferences: `anneal-prefer SUBCOMMAND …`.
@main
struct PreferTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anneal-prefer",
        abstract: "Choose words and texts by what a person likes.",
        discussion: """
            Start here:
              anneal-prefer prefer --like ocean --like "deep water" --dislike boat
              anneal-prefer word-of-the-day
              anneal-prefer word-of-the-day liked

            Exit status: 0 done; 64 wrong usage; 65 an unknown word, a malformed list, or a likes file that is none; 66 a file \
            that is missing or unreadable; 69 no model, no list, or no answer of an endpoint; 73 a likes file that cannot be made; 74 a likes file that \
            another program has locked, or reading or writing failed.
            """,
        version: "anneal-prefer \(Engine.version)",
        subcommands: [PreferCommand.self, WordOfTheDayCommand.self, SequencesCommand.self])

    static func main() async {
        do {
            guard let arguments = RunningProcess.arguments, !arguments.isEmpty else {
                throw PreferToolError(status: 74, "the system does not tell this process its arguments")
            }
            var command = try parseAsRoot(arguments.dropFirst().map(\.argument))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as PreferToolError {
            error.end()
        } catch let error as PreferenceError {
            PreferToolError(error).end()
        } catch let error as LikesFileError {
            PreferToolError(error).end()
        } catch let error as EndpointError {
            PreferToolError(status: 69, "\(error)").end()
        } catch {
            exit(withError: error)
        }
    }
}

/// An error that ends the command: its message and the process's exit status, after BSD's `sysexits.h`.
struct PreferToolError: Error {
    let status: Int32
    let message: String

    init(status: Int32, _ message: String) { (self.status, self.message) = (status, message) }

    init(_ error: PreferenceError) {
        let status: Int32 =
            switch error {
            case .list: 66
            case .emptyList, .line, .unknown, .vectors, .exhausted: 65
            case .contradiction, .nothingLiked, .noDirection, .date: 64
            }
        self.init(status: status, "\(error)")
    }

    init(_ error: LikesFileError) {
        let status: Int32 =
            switch error {
            case .missing: 66
            case .notLikes, .newer, .damaged: 65
            case .unopened: 73
            case .locked, .failed: 74
            }
        self.init(status: status, "\(error)")
    }

    /// Says what went wrong on standard error and ends the process.
    func end() -> Never {
        FileDescriptor.standardError.tell("anneal-prefer: \(message)\n")
        RunningProcess.exit(status)
    }
}

extension FileDescriptor {
    func writeLines(_ lines: [String]) throws(PreferToolError) {
        do throws(SystemError) { try write(Array(lines.map { $0 + "\n" }.joined().utf8)) } catch {
            throw PreferToolError(status: 74, "cannot write: \(error)")
        }
    }

    /// Writes to the person who waits. Where nobody can be told anything, nothing is lost by silence.
    func tell(_ text: String) { try? write(Array(text.utf8)) }
}
