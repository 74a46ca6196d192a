import AnnealFormats
import AnnealRewrite
import Foundation
import GRDB

/// The record of how a model came to be, in one SQLite file: the run's settings and texts, every generation with the
/// hash of its parent, every accepted rule with its constant, and the births of all candidates.
///
/// A generation is one transaction, synced to the disk before the next begins: a kill at any moment loses at most the
/// generation that was running.
public final class LineageStore: Sendable {
    /// The file's path, or a name for one in memory.
    public let path: String
    private let database: DatabaseQueue

    /// Opens or creates a lineage.
    /// - Parameter path: nil keeps it in memory.
    /// - Throws: ``EvolutionError/damaged(path:what:)`` if the file is no lineage of this version.
    public init(path: String?) throws {
        self.path = path ?? "lineage in memory"
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        do {
            if let path {
                database = try DatabaseQueue(path: path, configuration: configuration)
                try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            } else {
                database = try DatabaseQueue(configuration: configuration)
            }
            let found = try database.write { db in
                let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
                if version == 0 && tables == 0 {
                    try LineageSchema.create(db)
                    return LineageSchema.version
                }
                return version
            }
            guard found == LineageSchema.version else {
                throw EvolutionError.damaged(
                    path: self.path, what: "expected a lineage of version \(LineageSchema.version), found \(found)")
            }
        } catch let error as DatabaseError {
            throw EvolutionError.damaged(path: self.path, what: "expected a lineage, found \(error)")
        }
    }

    /// Begins a run, or finds the one that the file holds.
    /// - Returns: the last generation, or nil if there is none.
    /// - Throws: ``EvolutionError/otherRun(what:expected:found:)`` if the file's run has other settings or texts.
    func begin(settings: EvolutionSettings, digest: String) throws -> GenerationRecord? {
        let text = try settings.recorded
        return try database.write { db in
            if let row = try Row.fetchOne(db, sql: "SELECT settings, digest FROM run") {
                guard row["settings"] == text else {
                    throw EvolutionError.otherRun(what: "settings", expected: text, found: row["settings"])
                }
                guard row["digest"] == digest else {
                    throw EvolutionError.otherRun(what: "digest of the texts", expected: digest, found: row["digest"])
                }
            } else {
                let hash = Digest.hex(Array((text + digest).utf8))
                try db.execute(
                    sql: "INSERT INTO run VALUES (1, ?, ?, ?, datetime('now'))", arguments: [text, digest, hash])
            }
            return try GenerationRecord.fetch(db).last
        }
    }

    /// Adds a generation: all of it or nothing.
    func record(
        _ record: GenerationRecord, rules: ArraySlice<AcceptedRule>, firstOrdinal: Int, population: [Candidate]
    ) throws {
        var bytes: [UInt8] = []
        for candidate in population {
            Bytes.append(UInt64(bitPattern: candidate.birth), to: &bytes)
            Bytes.append(candidate.worth.bitPattern, to: &bytes)
        }
        try database.write { db in
            let parent =
                try String.fetchOne(db, sql: "SELECT hash FROM generation ORDER BY number DESC LIMIT 1")
                ?? String.fetchOne(db, sql: "SELECT hash FROM run") ?? ""
            var hashed = Array(parent.utf8) + bytes
            for rule in rules {
                for word in rule.genome.encoded { Bytes.append(word, to: &hashed) }
                hashed += RawFloats.encode(rule.constant)
            }
            try db.execute(
                sql: """
                    INSERT INTO generation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, datetime('now'))
                    """,
                arguments: [
                    record.number, parent, Digest.hex(hashed), record.births, record.born, record.population,
                    record.accepted, record.refused, record.rules, record.bestWorth, record.energy,
                    record.heldOutEnergy, record.seconds,
                ])
            let known = try Int64.fetchOne(db, sql: "SELECT max(birth) FROM birth") ?? 0
            let birth = try db.makeStatement(sql: "INSERT INTO birth VALUES (?, ?, ?, ?, ?)")
            func insert(_ number: Int64, _ parents: SIMD2<Int64>, _ genome: Genome) throws {
                guard number > known else { return }
                var blob: [UInt8] = []
                for word in genome.encoded { Bytes.append(word, to: &blob) }
                try birth.execute(arguments: [number, record.number, parents[0], parents[1], Data(blob)])
            }
            for candidate in population { try insert(candidate.birth, candidate.parents, candidate.genome) }
            for rule in rules { try insert(rule.birth, rule.parents, rule.genome) }
            let statement = try db.makeStatement(
                sql: "INSERT INTO rule VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            for (index, rule) in rules.enumerated() {
                try statement.execute(arguments: [
                    firstOrdinal + index, rule.generation, rule.birth,
                    RuleText.print(rule.genome.rule(row: 0, confidence: 1), vocabulary: NoPieces()), rule.sharedWith,
                    rule.fitness.sites, rule.fitness.texts, rule.fitness.squares, rule.fitness.gain,
                    rule.fitness.crossGain, rule.heldOut.sites, rule.heldOut.gain, rule.fired,
                    Data(RawFloats.encode(rule.constant)),
                ])
            }
            try db.execute(sql: "DELETE FROM population")
            try db.execute(sql: "INSERT INTO population VALUES (?, ?)", arguments: [record.number, Data(bytes)])
        }
    }

    /// The accepted rules, in order.
    func rules() throws -> [AcceptedRule] {
        try database.read { db in
            let sql = """
                SELECT rule.*, birth.parent1, birth.parent2, birth.genome FROM rule JOIN birth USING (birth)
                ORDER BY ordinal
                """
            var rules: [AcceptedRule] = []
            let rows = try Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() {
                var fitness = Fitness()
                fitness.sites = row["sites"]
                fitness.texts = row["texts"]
                fitness.squares = row["squares"]
                fitness.gain = row["gain"]
                fitness.crossGain = row["cross_gain"]
                var heldOut = Fitness()
                heldOut.sites = row["held_out_sites"]
                heldOut.gain = row["held_out_gain"]
                rules.append(
                    AcceptedRule(
                        genome: try genome(row), birth: row["birth"],
                        parents: SIMD2(row["parent1"], row["parent2"]), generation: row["generation"],
                        constant: RawFloats.decode([UInt8](row["constant"] as Data)), sharedWith: row["shared_with"],
                        fitness: fitness, heldOut: heldOut, fired: row["fired"]))
            }
            return rules
        }
    }

    /// The population that the last generation left, the best first.
    func population() throws -> [Candidate] {
        try database.read { db in
            let bytes = [UInt8](try Data.fetchOne(db, sql: "SELECT candidates FROM population") ?? Data())
            var known: [Int64: (Genome, SIMD2<Int64>)] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT birth, parent1, parent2, genome FROM birth")
            while let row = try rows.next() {
                known[row["birth"]] = (try genome(row), SIMD2(row["parent1"], row["parent2"]))
            }
            return try stride(from: 0, to: bytes.count - 15, by: 16).map { at in
                let number = Int64(bitPattern: Bytes.word(bytes, at))
                guard let (genome, parents) = known[number] else {
                    throw EvolutionError.damaged(path: path, what: "expected candidate \(number), found none")
                }
                return Candidate(
                    genome: genome, birth: number, parents: parents,
                    worth: Double(bitPattern: Bytes.word(bytes, at + 8)))
            }
        }
    }

    /// A candidate's birth, or nil if it was never worth recording.
    func birth(_ number: Int64) throws -> (genome: Genome, parents: SIMD2<Int64>, generation: Int)? {
        try database.read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM birth WHERE birth = ?", arguments: [number])
            else { return nil }
            return (try genome(row), SIMD2(row["parent1"], row["parent2"]), row["generation"])
        }
    }

    private func genome(_ row: Row) throws -> Genome {
        let bytes = [UInt8](row["genome"] as Data)
        guard bytes.count == 40,
            let genome = Genome(encoded: stride(from: 0, to: 40, by: 8).map { Bytes.word(bytes, $0) })
        else { throw EvolutionError.damaged(path: path, what: "expected a genome of 40 bytes, found \(bytes.count)") }
        return genome
    }

    /// The generations so far, in order.
    public func generations() throws -> [GenerationRecord] { try database.read { try GenerationRecord.fetch($0) } }

    /// Notes a model that was made of the last generation.
    /// - Parameters:
    ///   - hash: the model's content hash.
    ///   - detail: settings and figures, `name=value`, a line each.
    public func recordModel(hash: String, detail: String, seconds: Double) throws {
        let parent = try database.read { db in
            try String.fetchOne(db, sql: "SELECT hash FROM generation ORDER BY number DESC LIMIT 1") ?? ""
        }
        try record(LineageStep(name: "model", hash: hash, parent: parent, detail: detail, seconds: seconds))
    }

    /// Notes a stage of making a model.
    public func record(_ step: LineageStep) throws {
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO step (name, hash, parent, detail, seconds, finished)
                    VALUES (?, ?, ?, ?, ?, datetime('now'))
                    """,
                arguments: [step.name, step.hash, step.parent, step.detail, step.seconds])
        }
    }

    /// Reads with SQL of one's own.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try database.read(body) }
}
