import Anneal
import AnnealEval
import AnnealPlatform
import AnnealSearch
import AnnealJSON
import AnnealPlatform
import ArgumentParser
import Foundation

struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Measure how well words, vectors and both together retrieve.",
        discussion: """
            The folder has a folder for each set, with corpus.tsv (id, text), queries.tsv (id, text) and qrels.tsv \
            (query id, document id, relevance). Each corpus is indexed, one passage a document, in a temporary index; \
            queries without a relevant document are left out. Prints nDCG@10 x 100.

            Examples:
              anneal-search measure eval/retrieval
              anneal-search measure eval/retrieval --codes 32
              anneal-search measure eval/retrieval --store postgres://writer@localhost/texts
            """)

    @Argument(help: "The folder.", completion: .directory)
    var directory: String
    @Option(help: "naive, compiled or annealed: how vectors are made.")
    var mode: Mode = .compiled
    @Option(
        help: ArgumentHelp(
            "Keep the temporary index in a schema of its own in this PostgreSQL database.", valueName: "url"))
    var store: String?
    @OptionGroup var codes: CodesOptions
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var engine: EngineOptions

    func run() throws {
        let engine = try engine.engine()
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        } catch {
            throw SearchToolError(status: 66, "cannot read \(directory): \(error.localizedDescription)")
        }
        var scores: [(name: String, values: [SearchMode: Double])] = []
        for name in names where FileManager.default.fileExists(atPath: "\(directory)/\(name)/corpus.tsv") {
            let set: RetrievalSet
            do throws(EvalError) {
                set = try RetrievalSet(directory: Path(argument: directory).appending(name))
            } catch {
                throw SearchToolError(status: 65, "\(error)")
            }
            scores.append((name, try measure(set, engine)))
        }
        guard !scores.isEmpty else { throw SearchToolError(status: 66, "\(directory): expected sets, found none") }
        json ? printJSON(scores) : printTable(scores)
    }

    private func measure(_ set: RetrievalSet, _ engine: Engine) throws -> [SearchMode: Double] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "anneal-measure-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let corpus = folder.appendingPathComponent("corpus.txt").path
        try Data(set.texts.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: corpus))
        let location = try temporary(folder.path)
        let indexer = try Indexer(
            at: location, engine: engine, mode: mode, vectors: codes.storage(model: self.engine.model),
            threads: self.engine.threadCount)
        let values: [SearchMode: Double]
        do {
            _ = try indexer.update([Path(corpus)], kind: .lines)
            try indexer.close()
            values = try gains(set, try SearchIndex(at: location, engine: engine, threads: self.engine.threadCount))
        } catch {
            // The first error says more than one of the tidying up.
            try? location.remove()
            throw error
        }
        try location.remove()
        return values
    }

    private func temporary(_ folder: String) throws(IndexError) -> IndexLocation {
        guard let store else { return .file(Path(folder + "/index.db")) }
        let number = String(UInt64.random(in: .min ... .max), radix: 16)
        return .postgres(try PostgresURL(store, schema: "anneal_measure_\(number)"))
    }

    private func gains(_ set: RetrievalSet, _ index: SearchIndex) throws(IndexError) -> [SearchMode: Double] {
        var values: [SearchMode: Double] = [:]
        for by in SearchMode.allCases {
            var sum = 0.0
            for query in set.queries {
                // A line of the corpus is a document; lines count from 1.
                let ranked = try index.search(query.text, mode: by, limit: 10).map { $0.passage.line - 1 }
                sum += DiscountedGain.normalized(ranked, relevance: query.relevance, cutoff: 10)
            }
            values[by] = 100 * sum / Double(set.queries.count)
        }
        return values
    }

    private func printTable(_ scores: [(name: String, values: [SearchMode: Double])]) {
        func cell(_ value: Double) -> String { String(format: "%.2f", value) }
        let words = store == nil ? "BM25" : "ts_rank"
        print("| set | words (\(words)) | vectors | hybrid |\n|---|---|---|---|")
        let order: [SearchMode] = [.words, .vectors, .hybrid]
        for (name, values) in scores {
            print("| \(name) | " + order.map { cell(values[$0] ?? .nan) }.joined(separator: " | ") + " |")
        }
        let means = order.map { by in scores.reduce(0) { $0 + ($1.values[by] ?? .nan) } / Double(scores.count) }
        print("| mean | " + means.map(cell).joined(separator: " | ") + " |")
    }

    private func printJSON(_ scores: [(name: String, values: [SearchMode: Double])]) {
        var json = JSONText()
        json.object { json in
            for (name, values) in scores {
                json.object(name) { json in
                    for by in SearchMode.allCases { json.value(by.rawValue, values[by] ?? .nan) }
                }
            }
        }
        print(json.text)
    }
}
