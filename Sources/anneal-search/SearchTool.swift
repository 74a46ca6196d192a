import Anneal
import AnnealPlatform
import AnnealSearch
import ArgumentParser

/// The command line of the index: `anneal-search SUBCOMMAND …`.
@main
struct SearchTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anneal-search",
        abstract: "Index folders of documents and search them by meaning and by words.",
        discussion: """
            An index is one SQLite file, or a schema of a PostgreSQL database. Documents are cut into passages; each has its words (BM25) and its vector, \
            and a search fuses both rankings.

            Start here:
              anneal-search index docs/ --db docs.db
              anneal-search search "how do I turn the light off" --db docs.db
              anneal-search search --explain "how do I turn the light off" --db docs.db

            Exit status: 0 done; 64 wrong usage; 65 the index is damaged, newer, of another model, or no index; 66 no \
            such index or folder; 69 no model, no libpq, no server or no pgvector; 74 reading or writing failed.
            """,
        version: "anneal-search \(Engine.version)",
        subcommands: [IndexCommand.self, SearchCommand.self, CheckCommand.self, MeasureCommand.self, BenchCommand.self])

    static func main() {
        do {
            guard let arguments = RunningProcess.arguments, !arguments.isEmpty else {
                throw SearchToolError(status: 74, "the system does not tell this process its arguments")
            }
            var command = try parseAsRoot(arguments.dropFirst().map(\.argument))
            try command.run()
        } catch let error as SearchToolError {
            error.end()
        } catch let error as IndexError {
            SearchToolError(error).end()
        } catch {
            exit(withError: error)
        }
    }
}
