import AnnealSearch
import AnnealJSON
import ArgumentParser
import Foundation

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how long searches of an index take.",
        discussion: """
            Every query is searched by vectors, by words and by both, after one search that reads vectors and lengths \
            into memory; a search is everything from the text of the query to the passages that are handed out.

            Examples:
              anneal-search index million.txt --as lines --db million.db
              anneal-search bench --db million.db --queries questions.txt --threads 2
            """)

    @OptionGroup var index: IndexOptions
    @Option(help: ArgumentHelp("Queries, one a line.", valueName: "file"), completion: .file())
    var queries: String
    @Option(help: ArgumentHelp("Use at most this many queries.", valueName: "n"))
    var limit = 200
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var engine: EngineOptions

    func run() throws {
        guard let text = try? String(contentsOfFile: queries, encoding: .utf8) else {
            throw SearchToolError(status: 66, "cannot read \(queries) as UTF-8")
        }
        let texts = text.split(separator: "\n").prefix(limit).map(String.init)
        guard !texts.isEmpty else { throw SearchToolError(status: 65, "\(queries): expected queries, found none") }
        let searcher = try SearchIndex(at: index.location(), engine: try engine.engine(), threads: engine.threadCount)
        let counts = try searcher.counts()
        let clock = ContinuousClock()
        let first = try clock.measure { _ = try searcher.search(texts[0]) }
        var times: [SearchMode: [Double]] = [:]
        for query in texts {
            for by in SearchMode.allCases {
                let taken = try clock.measure { _ = try searcher.search(query, mode: by) }
                times[by, default: []].append(taken / .milliseconds(1))
            }
        }
        report(times.mapValues { $0.sorted() }, first: first / .milliseconds(1), passages: counts.passages)
    }

    private func report(_ times: [SearchMode: [Double]], first: Double, passages: Int) {
        func place(_ sorted: [Double], _ share: Double) -> Double { sorted[Int(Double(sorted.count - 1) * share)] }
        if json {
            var json = JSONText()
            json.object { json in
                json.value("passages", passages)
                json.value("threads", engine.threadCount)
                json.value("kernel", ScanKernel.available[0].name)
                json.value("first_ms", first)
                for by in SearchMode.allCases {
                    let sorted = times[by] ?? []
                    json.object(by.rawValue) { json in
                        json.value("p50_ms", place(sorted, 0.5))
                        json.value("p95_ms", place(sorted, 0.95))
                        json.value("max_ms", place(sorted, 1))
                    }
                }
            }
            print(json.text)
            return
        }
        func cell(_ value: Double) -> String { String(format: "%.1f", value) }
        print("\(passages) passages, \(engine.threadCount) threads, kernel \(ScanKernel.available[0].name)")
        print("first search, which reads vectors and lengths: \(cell(first)) ms\n")
        print("| by | median, ms | 95 of 100 below, ms | longest, ms |\n|---|---|---|---|")
        for by in SearchMode.allCases {
            let sorted = times[by] ?? []
            let cells = [0.5, 0.95, 1].map { cell(place(sorted, $0)) }
            print("| \(by.rawValue) | " + cells.joined(separator: " | ") + " |")
        }
    }
}
