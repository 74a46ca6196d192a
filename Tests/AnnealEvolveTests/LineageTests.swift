import Foundation
import GRDB
import Testing

@testable import AnnealEvolution

extension LineageStore {
    /// The hashes of the generations, in order.
    func hashes() throws -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT hash FROM generation ORDER BY number") }
    }
}

@Suite struct LineageTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "anneal-lineage-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    @Test("each generation names its parent by hash, and the file is reopened whole")
    func chains() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try LineageStore(path: path("run.lineage"))
        let result = try EvolutionTests.run(EvolutionTests.settings(), store)
        let again = try LineageStore(path: path("run.lineage"))
        let rules = try again.rules()
        #expect(rules.map(\.genome) == result.accepted.map(\.genome))
        #expect(rules.map(\.constant) == result.accepted.map(\.constant))
        let rows = try again.read { try Row.fetchAll($0, sql: "SELECT parent, hash FROM generation ORDER BY number") }
        for (one, next) in zip(rows, rows.dropFirst()) { #expect(one["hash"] as String == next["parent"]) }
        try again.recordModel(hash: "0123456789abcdef", detail: "texts=2\nteacher=none", seconds: 3)
        let report = try LineageReport(again).lines(best: 3).joined(separator: "\n")
        let last: String = try #require(rows.last?["hash"])
        for part in [
            "model 0123456789ab from \(last.prefix(12)), 3.0 s", "    teacher=none", "generation", "attach 2",
            "the rules of the highest gain", "settings",
        ] {
            #expect(report.contains(part), "\(part)")
        }
        let pictures = try LineageReport(again).pictures()
        #expect(Set(pictures.map(\.name)) == ["fitness", "size", "kinds", "births"])
        for picture in pictures {
            let parser = XMLDocumentCheck(picture.document)
            #expect(parser.isWellFormed, "\(picture.name)")
        }
    }

    @Test("another run's settings or texts, and another file, are refused by name")
    func refuses() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try LineageStore(path: path("run.lineage"))
        var settings = EvolutionTests.settings()
        settings.generations = 1
        _ = try EvolutionTests.run(settings, store)
        settings.seed = 9
        #expect { try EvolutionTests.run(settings, store) } throws: { "\($0)".contains("settings") }
        settings.seed = 1
        let plot = Plot(seed: 3)
        #expect {
            try Evolution.run(
                texts: plot.input, heldOut: plot.input, tokens: plot.tokens, settings: settings, lineage: store)
        } throws: { "\($0)".contains("digest") }
        try Data("no database, but long enough to be looked at as one".utf8).write(to: URL(filePath: path("text")))
        #expect(throws: EvolutionError.self) { try LineageStore(path: path("text")) }
        let other = try DatabaseQueue(path: path("other.sqlite"))
        try other.write { try $0.execute(sql: "CREATE TABLE something (x)") }
        #expect(throws: EvolutionError.self) { try LineageStore(path: path("other.sqlite")) }
    }

    @Test("a chart of nothing, of one point and of odd numbers is still a picture")
    func oddCharts() {
        let chart = Chart(title: "a < b & \"c\"", xName: "x", yName: "y")
        for points in [[], [(x: 1.0, y: 1.0)], [(x: .nan, y: 1), (x: 2, y: .infinity), (x: 3, y: -4)]] {
            let document = chart.lines([Chart.Series(name: "s", points: points)])
            #expect(XMLDocumentCheck(document).isWellFormed && !document.contains("nan") && !document.contains("inf"))
        }
        #expect(XMLDocumentCheck(chart.bars([])).isWellFormed)
        #expect(!XMLDocumentCheck("<svg><text></svg>").isWellFormed)
    }
}

/// Whether tags nest and nothing is left open: what SVG needs of XML here.
struct XMLDocumentCheck {
    let isWellFormed: Bool

    init(_ document: String) {
        var open: [Substring] = []
        var rest = document[...]
        var isFine = true
        while let start = rest.firstIndex(of: "<"), isFine {
            isFine = !rest[..<start].contains(">")
            guard let end = rest[start...].firstIndex(of: ">") else {
                isFine = false
                break
            }
            let tag = rest[rest.index(after: start)..<end]
            if tag.hasPrefix("/") {
                isFine = isFine && open.popLast() == tag.dropFirst()
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
            isFine = isFine && tag.count(where: { $0 == "\"" }) % 2 == 0
            rest = rest[rest.index(after: end)...]
        }
        isWellFormed = isFine && open.isEmpty && !document.isEmpty
    }
}
