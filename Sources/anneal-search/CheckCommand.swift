import AnnealPlatform
import AnnealSearch
import ArgumentParser

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a whole index file and compare it with its checksums.",
        discussion: """
            Searches compare what they read with its checksum anyway; this reads the rest too: every page, passage, vector \
            and word. A damaged index ends with status 65 and a message that says where.

            Examples:
              anneal-search check --db docs.db
              anneal-search check --db docs.db || anneal-search index docs/ --db docs.db --rebuild
            """)

    @Option(name: .long, help: ArgumentHelp("The index file.", valueName: "file"), completion: .file())
    var db: Path

    func run() throws {
        let check = try IndexCheck(path: db)
        print("\(db): sound: \(check.documents) files, \(check.passages) passages")
        if !check.isSealed {
            print("The words have no checksum, they were compared with the texts: run anneal-search index to its end.")
        }
    }
}
