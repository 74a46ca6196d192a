import AnnealContainer
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import Foundation
import TestSupport
import Testing

@testable import AnnealModel

@Suite struct ModelTextTests {
    private static func text() throws -> String {
        String(decoding: ModelDisassembler(try Model(bytes: TinyModel.bytes())).text(), as: UTF8.self)
    }

    private static func errorOf(_ text: String) -> ModelSourceError? {
        do throws(ModelSourceError) {
            _ = try ModelAssembler.assemble(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func roundTripGivesTheSameBytes() throws {
        for parts in [try TinyModel.parts(), try TinyModel.parts(seed: 5), try TinyModel.bareParts()] {
            let bytes = try ModelWriter.encode(parts)
            let text = ModelDisassembler(try Model(bytes: bytes)).text()
            #expect(try ModelAssembler.assemble(text) == bytes)
        }
    }

    @Test func roundTripOfFiles() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anneal-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try ModelWriter.write(TinyModel.parts(), to: folder + "/a.anneal")
        try ModelDisassembler(Model(path: folder + "/a.anneal")).write(to: folder + "/a.txt")
        try ModelAssembler.assemble(file: folder + "/a.txt", to: folder + "/b.anneal")
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: folder + "/a.anneal"))
                == Data(contentsOf: URL(fileURLWithPath: folder + "/b.anneal")))
        #expect(throws: ModelSourceError.model(.container(.notFound(path: folder + "/none")))) {
            try ModelAssembler.assemble(file: folder + "/none", to: folder + "/c.anneal")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.anneal", "a.txt", "b.anneal"])
    }

    @Test func otherLineEndsCommentsAndSpacesChangeNothing() throws {
        let text = try Self.text()
        let bytes = try TinyModel.bytes()
        #expect(try ModelAssembler.assemble(Array(text.replacing("\n", with: "\r\n").utf8)) == bytes)
        let spaced = text.replacing("\n.rows\n", with: "\n\n; a comment\n  .rows ; behind\n\t\n ; more\n")
        #expect(try ModelAssembler.assemble(Array(spaced.utf8)) == bytes)
        // In the metadata a semicolon begins no comment.
        let rows = try #require(text.range(of: "\n.rows\n"))
        let uncommented = text[rows.lowerBound...].split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.hasPrefix("\"") ? $0 : $0.prefix { $0 != ";" }
        }
        #expect(
            try ModelAssembler.assemble(Array((text[..<rows.lowerBound] + uncommented.joined(separator: "\n")).utf8))
                == bytes)
        #expect(try ModelAssembler.assemble(Array((text + "\n; the last word").utf8)) == bytes)
        #expect(try ModelAssembler.assemble(Array(text.dropLast().utf8)) == bytes)
    }

    @Test func aRuleAddedByHandTakesEffect() throws {
        let text = try Self.text().replacing(
            "\n\n.critic", with: "\n\"▁k\" \"8\" => $1 skip $2 !9 ; by hand\n\n.critic")
        let model = try Model(bytes: ModelAssembler.assemble(Array(text.utf8)))
        #expect(model.rules.count == 5)
        #expect(model.rules.rule(at: 4).confidence == 9)
    }

    struct BadText: CustomTestStringConvertible, Sendable {
        let name: String
        let from: String
        let to: String
        let column: Int
        let expected: String
        var testDescription: String { name }

        init(_ name: String, _ from: String, _ to: String, _ column: Int, _ expected: String) {
            self.name = name
            self.from = from
            self.to = to
            self.column = column
            self.expected = expected
        }

        static let all: [BadText] = [
            BadText("magic", "anneal-model 1", "annealed 1", 1, "anneal-model 1"),
            BadText(
                "version", "anneal-model 1", "anneal-model 2", 14, "the version of the text form, a number in 1...1"),
            BadText("no-meta", ".meta", ".mete", 1, "the section .meta"),
            BadText("meta-line", "teacher = a", "teacher: a", 1, "key = value, the key of a-z, 0-9, '.', '_' and '-'"),
            BadText("meta-twice", "teacher = a", "note = a", 1, "a key that no earlier line has"),
            BadText("dimension-word", "dimension 32", "size 32", 5, "dimension NUMBER"),
            BadText("dimension", "dimension 32", "dimension 48", 11, "a multiple of 32"),
            BadText("dimension-text", "dimension 32", "dimension many", 11, "the dimension, a number in 32...1024"),
            BadText("dimension-more", "dimension 32", "dimension 32 33", 14, "the end of the line"),
            BadText("exponent", "exponent 20", "exponent 63", 10, "the exponent, a number in 0...62"),
            BadText("exponent-missing", "exponent 20\n", "", 1, "exponent NUMBER"),
            BadText("order", "\n.rules\n", "\n.critic\n", 1, "the section .rules"),
            BadText("unknown-section", "\n.critic\n", "\n.critics\n", 1, "the section .end"),
            BadText("rule", "!100", "100", 0, "! and the confidence"),
            BadText("rule-row", "row=107", "row=110", 1, "a rule that this model can run"),
            BadText("class-name", "\"animal\"", "animal", 1, "a class name in double quotes"),
            BadText("class-name-open", "\"animal\"", "\"animal", 8, "a closing double quote"),
            BadText("class-name-escape", "\"animal\"", "\"ani\\mal\"", 6, "\\\" or \\\\"),
            BadText(
                "class-name-twice", "\"a \\\"quoted\\\" \\\\ name\"", "\"animal\"", 1, "a name that no other class has"),
            BadText("member-range", "\n1 0 1 ;", "\n1 0 2 ;", 5, "a class after those before, a number in 1...1"),
            BadText("member-order", "\n1 0 1 ;", "\n1 1 0 ;", 5, "the end of the line"),
            BadText("name", "\n\"new york\"", "\nnew york", 1, "a name in double quotes"),
            BadText("names-fewer", "\n\"new york\"", "", 1, "a name for each of the 3 rows behind the tokens'"),
            BadText("places", "\n.places\n", "\n.places\n00\n", 1, "a row of 64 values, 128 hexadecimal digits"),
            BadText("places-none", "\n.placerows\n", "\n.placerow\n", 1, "the section .placerows"),
            BadText(
                "place-row", "\n.placerows\n0 1 2", "\n.placerows\n0 1 3", 5,
                "one of the rows of places, a number in 0...2"),
            BadText(
                "place-rows-fewer", "\n.placerows\n0 1 2", "\n.placerows\n0 1", 1, "257 numbers"),
            BadText("critic", "-2", "2147483648", 0, "a number, a number in -2147483648...2147483647"),
            BadText("extra", "\"zz\\\"9\"", "\"META\"", 8, "four ASCII characters that name no other section"),
            BadText("base64", "AQID\n", "AQI\n", 4, "base64 in groups of four digits"),
            BadText("no-end", "\n.end\n", "\n", 1, "another line, or the section .end"),
            BadText("after-end", "\n.end\n", "\n.end\n.meta\n", 1, "the end of the text"),
        ]
    }

    @Test(arguments: BadText.all) func isRefusedWithItsPlace(_ bad: BadText) throws {
        let text = try Self.text()
        let place = try #require(text.range(of: bad.from), "the text has nothing to spoil")
        let error = Self.errorOf(text.replacingCharacters(in: place, with: bad.to))
        guard case .text(let error) = error else {
            Issue.record("\(bad.name): \(String(describing: error))")
            return
        }
        #expect(error.expected == bad.expected, "\(error)")
        if bad.column > 0 { #expect(error.column == bad.column, "\(error)") }
        #expect(error.line > 0 && !error.found.isEmpty)
    }

    @Test func rowsAreChecked() throws {
        let text = try Self.text()
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        let rows = try #require(lines.firstIndex(of: ".rows"))
        let row = lines[rows + 2]
        let digits = row.split(separator: " ")[1]
        func error(_ line: String) -> TextError? {
            lines[rows + 2] = line
            guard case .text(let error) = Self.errorOf(lines.joined(separator: "\n")) else { return nil }
            return error
        }
        let hole = error("7 " + digits.dropLast() + "g")
        #expect(hole == TextError(line: rows + 3, column: 66, expected: "a hexadecimal digit", found: "\"g\""))
        let short = error("7 " + digits.dropLast(2))
        #expect(
            short
                == TextError(
                    line: rows + 3, column: 3, expected: "a row of 32 values, 64 hexadecimal digits", found: "62 bytes")
        )
        #expect(error("0 \(digits)")?.expected == "a scale, a number in 1...12000")
        #expect(error("12001 \(digits)")?.found == "\"12001\"")
        #expect(error("7 \(digits) 8")?.expected == "the end of the line")
        #expect(error("; \(digits)")?.expected == "a name for each of the 2 rows behind the tokens'")
    }

    @Test func truncationAtEveryLineAndManyBytes() throws {
        let text = [UInt8](try Self.text().utf8)
        for count in stride(from: 0, to: text.count - 5, by: max(1, 389 / TestScale.factor)) {
            #expect(throws: ModelSourceError.self, "cut at \(count)") {
                try ModelAssembler.assemble(Array(text[..<count]))
            }
        }
    }

    /// Any damage to the text is refused with a place, or gives a model that opens.
    @Test func damagedText() throws {
        let text = [UInt8](try Self.text().utf8)
        for seed in TestScale.cases(60) {
            var chance = SplitMix64(seed: seed)
            var damaged = text
            for _ in 0..<3 {
                let place = Int.random(in: 0..<damaged.count, using: &chance)
                switch Int.random(in: 0..<3, using: &chance) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &chance)
                case 1: damaged.remove(at: place)
                default: damaged.insert(Array("\n;.\"\\# =".utf8).randomElement(using: &chance)!, at: place)
                }
            }
            if let bytes = try? ModelAssembler.assemble(damaged) {
                #expect(throws: Never.self, "seed \(seed)") { try Model(bytes: bytes) }
            }
        }
    }
}
