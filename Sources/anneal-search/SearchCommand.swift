import Anneal
import AnnealPlatform
import AnnealSearch
import AnnealJSON
import ArgumentParser

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find the passages that answer a query best.",
        discussion: """
            By default a passage is ranked by its cosine with the query plus half of its BM25 over the best BM25. \
            PostgreSQL has no BM25: there words are ranked by its ts_rank. --explain shows how each hit's score comes about, \
            its place by words and by vectors, and which words of the query and the passage make the cosine. JSON has the \
            same: score = cosine + word_weight x word_share; what a hit has not counts as 0.

            With '-' as the query, queries are read from standard input, one a line; the index is opened once. A query that \
            fails has its error in its place; the others are answered, and the exit status is the first error's.

            Examples:
              anneal-search search "turn the light off" --db docs.db
              anneal-search search -k 3 --explain "turn the light off" --db docs.db
              anneal-search search --by words --json "light switch" --db docs.db
            """)

    @Argument(help: "The query, or '-' for queries from standard input.")
    var query: String
    @OptionGroup var index: IndexOptions
    @Option(name: .shortAndLong, help: ArgumentHelp("How many passages.", valueName: "n"))
    var k = 10
    @Option(help: "hybrid, vectors or words.")
    var by: SearchMode = .hybrid
    @Flag(help: "Show why each passage was found.")
    var explain = false
    @Flag(help: "Print JSON, one object a query.")
    var json = false
    @OptionGroup var engine: EngineOptions

    func validate() throws {
        if !(1...1000).contains(k) { throw ValidationError("-k must be 1...1000, found \(k).") }
    }

    func run() throws {
        let opened = try engine.engine()
        let searcher = try SearchIndex(at: index.location(), engine: opened, threads: engine.threadCount)
        let output = FileDescriptor.standardOutput
        guard query == "-" else { return try output.writeLine(answer(query, searcher)) }
        var failure: IndexError?
        while let line = readLine() {
            let text: String
            do throws(IndexError) { text = try answer(line, searcher) } catch {
                text = report(error, of: line)
                failure = failure ?? error
            }
            // Who asks through a pipe waits for the answer before the next question.
            try output.writeLine(text)
        }
        if let failure { throw ExitCode(SearchToolError(failure).status) }
    }

    /// Said of a query that has no vector.
    private static let unknown = "no known word in the query"

    /// A query that fails has its error where its answer would be, and the next one is answered.
    private func report(_ error: IndexError, of query: String) -> String {
        guard json else { return "Error: \(error)\n" }
        var json = JSONText()
        json.object { json in
            json.value("query", query)
            json.value("error", "\(error)")
        }
        return json.text
    }

    private func answer(_ query: String, _ searcher: SearchIndex) throws(IndexError) -> String {
        let hits = try searcher.search(query, mode: by, limit: k)
        let isKnown = by == .words ? true : try searcher.knows(query)
        if json {
            var json = JSONText()
            try write(hits, query, isKnown, searcher, to: &json)
            return json.text
        }
        var lines: [String] = []
        if !isKnown { lines.append(SearchCommand.unknown) }
        if hits.isEmpty { lines.append("Nothing found.") }
        for (number, hit) in hits.enumerated() {
            lines += [HitText.title(hit, number: number + 1), HitText.excerpt(hit.passage.text)]
            if explain { lines.append(HitText.reasons(hit, by, try searcher.explain(query, hit))) }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private func write(
        _ hits: [SearchHit], _ query: String, _ isKnown: Bool, _ searcher: SearchIndex, to json: inout JSONText
    ) throws(IndexError) {
        var reasons: [[(left: String, right: String, part: Double)]] = []
        if explain { for hit in hits { reasons.append(HitText.pairs(try searcher.explain(query, hit))) } }
        json.object { json in
            json.value("query", query)
            if by == .hybrid { json.value("word_weight", SearchIndex.wordWeight) }
            if !isKnown { json.value("note", SearchCommand.unknown) }
            json.array("hits") { json in
                for (number, hit) in hits.enumerated() {
                    json.object { json in
                        json.path(hit.path)
                        json.value("line", hit.passage.line)
                        json.value("heading", hit.passage.heading)
                        json.value("text", hit.passage.text)
                        json.value("score", hit.score)
                        if let cosine = hit.cosine { json.value("cosine", cosine) }
                        if let share = hit.wordShare { json.value("word_share", share) }
                        if let rank = hit.vectorRank { json.value("vector_rank", rank) }
                        if let rank = hit.wordRank { json.value("word_rank", rank) }
                        guard explain else { return }
                        json.array("parts") { json in
                            for pair in reasons[number] {
                                json.object { json in
                                    json.value("query", pair.left)
                                    json.value("passage", pair.right)
                                    json.value("part", pair.part)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
