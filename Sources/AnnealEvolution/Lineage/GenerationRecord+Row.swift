import GRDB

extension GenerationRecord {
    /// All generations of a lineage, in order.
    static func fetch(_ db: Database) throws -> [GenerationRecord] {
        try Row.fetchAll(db, sql: "SELECT * FROM generation ORDER BY number").map { row in
            GenerationRecord(
                number: row["number"], births: row["births"], born: row["born"], population: row["population"],
                accepted: row["accepted"], refused: row["refused"], rules: row["rules"],
                bestWorth: row["best_worth"], energy: row["energy"], heldOutEnergy: row["held_out_energy"],
                seconds: row["seconds"])
        }
    }
}
