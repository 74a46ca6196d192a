import Anneal
import AnnealPlatform
import Foundation
import Testing

@testable import AnnealEval

@Suite struct MinimalPairsTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("nearer, farther, and ties within rounding")
    func points() {
        #expect(MinimalPairs.points(0.9, 0.8) == 1)
        #expect(MinimalPairs.points(0.8, 0.9) == 0)
        #expect(MinimalPairs.points(0.8, 0.8 + 1e-9) == 0.5)
    }

    @Test("shares by category, in a table and as JSON; bags of words tie")
    func shares() throws {
        let path = try folder.write(
            """
            category\tanchor\tkeeping\tchanging
            words\tthe cat\tthe cat\tnew york city
            words\tthe cat\tnew york city\tthe cat
            order\tthe cat sees a dog\tthe cat sees a dog\ta dog sees the cat

            """, to: "pairs.tsv")
        let pairs = try MinimalPairs(path: Path(path))
        let engine = try Engine(path: folder.model)
        let naive = try pairs.run(EngineVectors(engine, mode: .naive, threads: 1))
        #expect(naive.map(\.category) == ["words", "order", "all"])
        #expect(naive.map(\.count) == [2, 1, 3])
        #expect(naive.map(\.value) == [50, 50, 50])
        #expect(naive == (try pairs.run(EngineVectors(engine, mode: .naive, threads: 3))))
        let table = try folder.anneal(["eval", path, "--modes", "naive,compiled"])
        #expect(table.status == 0 && table.text.contains("order") && table.lines.count == 4)
        let json = try folder.anneal(["eval", path, "--json"])
        #expect(json.status == 0 && json.text.contains("\"words\""))
    }

    @Test("a file without the columns, or without rows, is refused by name")
    func refuses() throws {
        for text in ["category\tanchor\tkeeping\nx\ty\tz\n", "category\tanchor\tkeeping\tchanging\n", ""] {
            let path = try folder.write(text, to: "pairs.tsv")
            #expect(throws: EvalError.self) { try MinimalPairs(path: Path(path)) }
            #expect(try folder.anneal(["eval", path]).status != 0)
        }
    }

    @Test("the committed set: at least 2,000, categories of one size, no variant equal to its anchor")
    func committed() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Research/Evaluation/minimal-pairs/minimal-pairs.tsv").standardized.path
        let file = try TSVFile(path: Path(path))
        let categories = Dictionary(grouping: try file.column("category")) { $0 }.mapValues(\.count)
        #expect(categories.count == 6 && categories.values.allSatisfy { $0 == 360 })
        let anchors = try file.column("anchor")
        let keeping = try file.column("keeping")
        let changing = try file.column("changing")
        for index in anchors.indices {
            #expect(Set([anchors[index], keeping[index], changing[index]]).count == 3, "row \(index + 2)")
        }
    }
}
