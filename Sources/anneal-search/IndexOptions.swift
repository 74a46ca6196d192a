import AnnealPlatform
import AnnealSearch
import ArgumentParser

/// Where the index lies.
struct IndexOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The index file.", valueName: "file"), completion: .file())
    var db: Path?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Instead of a file: a PostgreSQL database with pgvector, postgres://user@host/database. With ?schema=NAME the "
                + "index has that schema, else the schema 'anneal'. Leave passwords to PGPASSWORD or ~/.pgpass.",
            valueName: "url"))
    var store: String?

    func validate() throws {
        guard (db == nil) != (store == nil) else {
            throw ValidationError("expected --db FILE or --store URL, found \(db == nil ? "neither" : "both").")
        }
    }

    func location() throws(IndexError) -> IndexLocation {
        if let store { .postgres(try PostgresURL(store)) } else { .file(db ?? "") }
    }
}
