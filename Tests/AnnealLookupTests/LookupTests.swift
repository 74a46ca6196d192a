import AnnealContainer
import AnnealFormats
import AnnealGGUF
import AnnealMachine
import AnnealPlatform
import Testing

@testable import AnnealLookup

/// Building a table of a small model, and embedding by it.
@Suite struct LookupTests {
    private let workspace: Workspace
    private let draft = ModelDraft.sound()
    private let model: Path

    private static let texts = ["turn the light off", "the lamp is on", "the light is off", "turn 犬 on", "the the the"]

    init() throws {
        workspace = try Workspace()
        model = try workspace.write(draft.bytes, to: "model.gguf")
    }

    @discardableResult
    private func build(
        _ name: String = "t.embd", _ settings: TableSettings = TableSettings(), space: LookupSpace? = nil,
        texts: [String] = texts, isWanted: (String) -> Bool = { _ in true }
    ) throws -> TableSummary {
        var builder = try TableBuilder(model: model, settings: settings)
        for text in texts { Array(text.utf8).withUnsafeBufferPointer { builder.count($0) } }
        return try builder.write(to: workspace.path(name), space: space, isWanted: isWanted) { _ in }
    }

    private func settings(_ edit: (inout TableSettings) -> Void) -> TableSettings {
        var settings = TableSettings()
        settings.gramWeights = 64
        edit(&settings)
        return settings
    }

    private func embed(_ lookup: Lookup, _ text: String, normalize: Bool = true) throws -> [Float] {
        var vector = [Float](repeating: .nan, count: lookup.dimension)
        _ = try vector.withUnsafeMutableBufferPointer {
            try lookup.makeReader().embed(text, into: $0, normalize: normalize)
        }
        return vector
    }

    // MARK: Tables

    @Test func theMostFrequentPiecesBecomeEntries() throws {
        let summary = try build("t.embd", settings { $0.entries = 3 })
        let table = try LookupTable(workspace.path("t.embd"))
        #expect(summary.entries == 3 && table.count == 3 && table.dimension == 8 && summary.texts == 5)
        // "▁the" stands six times: the first word of a text has a mark before it too.
        let the = try #require(table.find("\u{2581}the"))
        #expect(table.frequency(of: the) == 6)
        #expect(table.total == UInt64(summary.tokens))
        var row = [Float](repeating: 0, count: 8)
        try row.withUnsafeMutableBufferPointer { try table.readRow(the, into: $0) }
        #expect(row == draft.row("\u{2581}the"))
        #expect(table.find("\u{2581}parse") == nil && table.find("") == nil)
        let expected = 1e-3 as Float / (1e-3 + Float(6) / Float(summary.tokens))
        #expect(table.weight(frequency: 6) == expected && table.weight(frequency: 0) == 1)
        #expect(summary.hits == (0..<3).reduce(0) { $0 + Int(table.frequency(of: $1)) })
    }

    @Test func aTableFillsUpWithPiecesThatNoTextHas() throws {
        let summary = try build("t.embd", settings { $0.entries = 10_000 })
        // All pieces but the unknown and the bytes.
        #expect(summary.entries == draft.pieces.count - 257)
        let table = try LookupTable(workspace.path("t.embd"))
        for piece in draft.pieces where piece.kind == 1 { #expect(table.find(piece.text) != nil, "\(piece.text)") }
        #expect(table.find("<unk>") == nil && table.find("<0x41>") == nil)
    }

    @Test func onlyWantedPiecesBecomeEntries() throws {
        try build("t.embd", settings { $0.entries = 10_000 }) { $0.unicodeScalars.contains { $0.value > 0x3000 } }
        let table = try LookupTable(workspace.path("t.embd"))
        #expect(table.find("犬") != nil && table.find("\u{2581}the") == nil)
        #expect(throws: LookupError.self) { try build("u.embd") { _ in false } }
        #expect(throws: FileError.self) { _ = try Files.status(of: workspace.path("u.embd")) }
    }

    @Test func theSameTextsGiveTheSameBytes() throws {
        try build("a.embd", settings { $0.entries = 20 })
        try build("b.embd", settings { $0.entries = 20 })
        let (a, b) = (try Files.content(of: workspace.path("a.embd")), try Files.content(of: workspace.path("b.embd")))
        #expect(a == b)
        #expect(Array(a[0..<4]) == [0x44, 0x42, 0x4D, 0x45])
    }

    @Test func bothAccessesReadTheSame() throws {
        try build("t.embd", settings { $0.entries = 20 })
        let path = workspace.path("t.embd")
        let (memory, file) = (try LookupTable(path), try LookupTable(path, access: .positional))
        #expect(memory.tableHash == file.tableHash)
        for entry in 0..<memory.count {
            var (a, b) = ([Float](repeating: 0, count: 8), [Float](repeating: 1, count: 8))
            try a.withUnsafeMutableBufferPointer { try memory.readRow(entry, into: $0) }
            try b.withUnsafeMutableBufferPointer { try file.readRow(entry, into: $0) }
            #expect(a == b)
        }
        let text = "turn 犬 the lamp? off"
        #expect(
            try embed(Lookup(table: path, model: model), text)
                == embed(Lookup(table: path, model: model, access: .positional), text))
    }

    /// Every hash is found, and none beside them, in tables of many sizes.
    @Test func findingIsSearching() throws {
        var random = SplitMix64(seed: 3)
        for count in [1, 2, 3, 100, 257, 1000] {
            var draft = TableDraft()
            draft.dimension = 1
            draft.hashes = Set((0..<count).map { TableDraft.hash("\($0)") }).sorted()
            draft.rows = draft.hashes.indices.map { Float($0) }
            draft.frequencies = draft.hashes.map { _ in 1 }
            let table = try LookupTable(try workspace.write(draft.bytes, to: "f.embd"))
            for number in 0..<count + 50 {
                let hash = TableDraft.hash("\(number)")
                #expect(table.find("\(number)") == draft.hashes.firstIndex(of: hash))
            }
            for _ in 0..<50 {
                let text = String(random.next())
                #expect(table.find(text) == draft.hashes.firstIndex(of: TableDraft.hash(text)))
            }
        }
    }

    // MARK: Texts

    /// The sum of rows by hand: weights from the counts, rows from the draft.
    @Test(arguments: [1, 5, 10_000]) func vectorsAreWeightedSumsOfRows(entries: Int) throws {
        try build("t.embd", settings { $0.entries = entries })
        let lookup = try Lookup(table: workspace.path("t.embd"), model: model)
        var encoder = GGUFTokenEncoder(try GGUFVocabulary(GGUFFile(model)))
        for text in Self.texts + ["猫 Привет", "on", "offoff lamp", "turn  turn"] {
            var (sum, weights) = ([Float](repeating: 0, count: 8), Float(0))
            for token in encoder.encode(text) {
                let piece = encoder.vocabulary.piece(token.id)
                let row = try #require(draft.row(piece))
                let weight = lookup.table.find(piece).map { entry in
                    let frequency = lookup.table.frequency(of: entry)
                    return frequency == 0
                        ? 1 : 1e-3 / (1e-3 + Float(frequency) / Float(lookup.table.total))
                }
                for column in 0..<8 { sum[column] += (weight ?? 1) * row[column] }
                weights += weight ?? 1
            }
            #expect(try embed(lookup, text, normalize: false) == sum.map { $0 / weights }, "\(text)")
            // Of eight numbers: halves first.
            let four = (0..<4).map { sum[$0] * sum[$0] + sum[$0 + 4] * sum[$0 + 4] }
            let length = ((four[0] + four[2]) + (four[1] + four[3])).squareRoot()
            #expect(try embed(lookup, text) == sum.map { $0 / length }, "\(text)")
        }
    }

    /// Rows longer than what is added in one go, and rests of them, by each kernel of this processor.
    @Test(arguments: [1, 31, 32, 40, 96]) func rowsAreAddedInTheirOrder(dimension: Int) throws {
        var random = SplitMix64(seed: UInt64(dimension))
        var draft = TableDraft()
        draft.dimension = UInt32(dimension)
        draft.hashes = (0..<20).map { UInt64($0) << 40 }
        draft.rows = (0..<20 * dimension).map { _ in Float.random(in: -3...3, using: &random) }
        draft.frequencies = [UInt32](repeating: 1, count: 20)
        let table = try LookupTable(workspace.write(draft.bytes, to: "rows.embd"))
        for count in 0...8 {
            let places = (0..<count).map { _ in UInt32.random(in: 0..<20, using: &random) }
            let factors = (0..<count).map { _ in Float.random(in: 0...1, using: &random) }
            let start = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
            var expected = start
            for (entry, factor) in zip(places, factors) {
                var row = [Float](repeating: 0, count: dimension)
                try row.withUnsafeMutableBufferPointer { try table.readRow(Int(entry), into: $0) }
                for column in 0..<dimension { expected[column] += factor * row[column] }
            }
            for kernel in Kernel.available {
                var sum = start
                sum.withUnsafeMutableBufferPointer { sum in
                    places.withUnsafeBufferPointer { places in
                        factors.withUnsafeBufferPointer { table.add(places, times: $0, to: sum, kernel: kernel) }
                    }
                }
                #expect(sum == expected, "\(kernel.name), \(count) rows")
            }
        }
    }

    @Test func tokensSayWhereTheyAreFrom() throws {
        try build("t.embd", settings { $0.entries = 1 })
        let reader = try Lookup(table: workspace.path("t.embd"), model: model).makeReader()
        let tokens = try reader.tokens(of: "the lamp \u{4E00}\u{4E01} 犬")
        let seen = tokens.map { "\($0.text) \($0.token.origin)" }
        #expect(seen.first?.hasSuffix("the table") == true, "\(seen)")
        #expect(seen.contains(" lamp streamed"), "\(seen)")
        // Bytes in a row that no piece has are one token.
        #expect(seen.contains("\u{4E00}\u{4E01} fallback"), "\(seen)")
        #expect(seen.last == " 犬 streamed", "\(seen)")
        #expect(reader.counts.table == 1 && reader.counts.fallback == 1)
        #expect(reader.counts.total == tokens.count)
        #expect(reader.reads.count > 0 && reader.peakMemory > 0 && reader.peakMemory <= 10_000_000)
    }

    /// A model that puts no space before a text, as gemma: its first word is the piece that it is elsewhere all the same.
    @Test func firstWordsAreTheSamePieces() throws {
        for putsSpace in [false, true] {
            var draft = self.draft
            draft.putsSpace = putsSpace
            let path = try workspace.write(draft.bytes, to: "model.gguf")
            try build("t.embd", settings { $0.entries = 10_000 })
            let table = try LookupTable(workspace.path("t.embd"))
            #expect(table.frequency(of: try #require(table.find("\u{2581}turn"))) == 2)
            let lookup = try Lookup(table: workspace.path("t.embd"), model: path)
            let tokens = try lookup.makeReader().tokens(of: "lamp lamp")
            #expect(tokens.count == 2 && tokens[0].token.id == tokens[1].token.id, "\(tokens)")
            #expect(try lookup.makeReader().tokens(of: "").isEmpty)
        }
    }

    @Test func emptyTextsAreZero() throws {
        try build("t.embd", settings { $0.entries = 5 })
        for lookup in [
            try Lookup(table: workspace.path("t.embd"), model: model), try Lookup(table: workspace.path("t.embd")),
        ] {
            #expect(try embed(lookup, "") == [Float](repeating: 0, count: 8))
            let bytes: [UInt8] = [0xFF, 0xFE, 0, 0x80]
            var vector = [Float](repeating: .nan, count: 8)
            let hasContent = try bytes.withUnsafeBufferPointer { bytes in
                try vector.withUnsafeMutableBufferPointer { try lookup.makeReader().embed(bytes, into: $0) }
            }
            #expect(vector.allSatisfy(\.isFinite) && hasContent == vector.contains { $0 != 0 })
        }
    }

    /// Without the model file: the longest pieces of the table, which a plain search over all prefixes finds as well.
    @Test func withoutAModelTheLongestPiecesCoverATextsWords() throws {
        try build("t.embd", settings { $0.entries = 10_000 })
        let lookup = try Lookup(table: workspace.path("t.embd"))
        let reader = lookup.makeReader()
        for text in ["turn the lamps off", "犬猫 light", "xq?z Привет!", " on  on ", "lightlamp"] {
            var expected: [String] = []
            for word in text.split(separator: " ") {
                var rest = Array(word.unicodeScalars)
                var (begins, gap) = (true, "")
                while !rest.isEmpty {
                    var piece: String?
                    for count in (1...rest.count).reversed() where piece == nil {
                        let part = String(String.UnicodeScalarView(rest[..<count]))
                        if begins && lookup.table.find("\u{2581}" + part) != nil || lookup.table.find(part) != nil {
                            piece = part
                        }
                    }
                    begins = false
                    guard let piece else {
                        gap.unicodeScalars.append(rest.removeFirst())
                        continue
                    }
                    if !gap.isEmpty { expected.append(gap + "?") }
                    gap = ""
                    expected.append(piece)
                    rest.removeFirst(piece.unicodeScalars.count)
                }
                if !gap.isEmpty { expected.append(gap + "?") }
            }
            let found = try reader.tokens(of: text).map { $0.text + ($0.token.origin == .fallback ? "?" : "") }
            #expect(found == expected, "\(text)")
        }
    }

    @Test func identifiersAreSplitWhereTheTableHasThemSplit() throws {
        try build(
            "t.embd",
            settings {
                $0.entries = 10_000; $0.splitsIdentifiers = true
            })
        let lookup = try Lookup(table: workspace.path("t.embd"), model: model)
        #expect(try embed(lookup, "parseHTTPResponse") == embed(lookup, "parse http response"))
        let tokens = try lookup.makeReader().tokens(of: "turn_lightOff").map(\.text)
        #expect(tokens == ["turn", " light", " off"], "\(tokens)")
    }

    @Test(arguments: [
        ("parseHTTPResponse_v2", "parse http response v 2"), ("snake_case__name", "snake case name"), ("ABC", "abc"),
        ("x1y22", "x 1 y 22"), ("getURL", "get url"), ("", ""), ("_a_", " a "), ("don't f(x)", "don't f(x)"),
        ("größeÄ", "größeÄ"), ("HTML5Parser", "html 5 parser"), ("aB", "a b"), ("Ab", "ab"),
    ]) func identifiers(source: String, words: String) {
        var splitter = IdentifierSplitter()
        Array(source.utf8).withUnsafeBufferPointer { splitter.split($0) }
        #expect(String(decoding: splitter.text, as: UTF8.self) == words)
    }

    // MARK: N-grams

    /// N-grams by strings, signs bit by bit.
    @Test func fallbackIsTheWeightedSumOfHashedNgrams() {
        let weights: [Float] = [0.5, 1, 2, 4]
        let fallback = NgramFallback(weights: weights, length: 3)
        for word in ["犬", "wrod", "naïve", "a", "Привет", "xyzzy"] {
            let letters = Array("<\(word)>".unicodeScalars)
            var expected = [Float](repeating: 0, count: 100)
            for first in letters.indices {
                for length in 3...5 where first + length <= letters.count {
                    let gram = String(String.UnicodeScalarView(letters[first..<first + length]))
                    let hash = TableDraft.hash(gram)
                    var random = SplitMix64(seed: hash)
                    let signs = [random.next(), random.next()]
                    for column in expected.indices {
                        let isNegative = signs[column / 64] >> UInt64(column % 64) & 1 == 1
                        expected[column] += isNegative ? -weights[Int(hash % 4)] : weights[Int(hash % 4)]
                    }
                }
            }
            let factor = 3 / expected.reduce(0 as Float) { $0 + $1 * $1 }.squareRoot()
            var (scratch, vector) = (NgramScratch(), [Float](repeating: .nan, count: 100))
            Array(word.utf8).withUnsafeBufferPointer { word in
                vector.withUnsafeMutableBufferPointer { fallback.apply(word, scratch: &scratch, into: $0) }
            }
            #expect(vector == expected.map { $0 * factor }, "\(word)")
        }
    }

    @Test func wordsOfTheSameLettersAreClose() {
        let fallback = NgramFallback(weights: [], length: 1)
        func vector(_ word: String) -> [Float] {
            var (scratch, vector) = (NgramScratch(), [Float](repeating: 0, count: 256))
            Array(word.utf8).withUnsafeBufferPointer { word in
                vector.withUnsafeMutableBufferPointer { fallback.apply(word, scratch: &scratch, into: $0) }
            }
            return vector
        }
        func cosine(_ a: String, _ b: String) -> Float { zip(vector(a), vector(b)).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(cosine("Übertragung", "Übertragungen") > 0.6)
        #expect(abs(cosine("Übertragung", "zymurgy")) < 0.2)
        #expect(abs(cosine("xy", "xy") - 1) < 1e-5)
    }

    @Test func rareNgramsWeighMore() throws {
        var counter = NgramFallback.Counter(count: 1 << 18)
        for text in ["light light", "light lamp", "lamp zzzzz", ""] {
            Array(text.utf8).withUnsafeBufferPointer { counter.count($0) }
        }
        let weights = counter.weights
        func weight(_ gram: String) -> Float { weights[Int(TableDraft.hash(gram) % (1 << 18))] }
        // Texts that have it, not how often: 2 of 4, 1 of 4, none.
        #expect(weight("igh") == Float(1 + CMath.log(5.0 / 3)))
        #expect(weight("<zz") == Float(1 + CMath.log(5.0 / 2)))
        #expect(weight("qqq") == Float(1 + CMath.log(5.0)))
    }

    // MARK: Maps

    /// A space that is a turned and stretched copy of the model's: a map that is pulled to nothing finds it.
    private func space(_ width: Int, leaving out: Set<String> = []) -> LookupSpace {
        let draft = self.draft
        return LookupSpace(engine: ContentHash(of: UnsafeRawBufferPointer(start: nil, count: 0)), dimension: 4) {
            word in
            guard ModelDraft.words.contains(word), !out.contains(word), let row = draft.row("\u{2581}" + word) else {
                return nil
            }
            let length = row.reduce(0 as Float) { $0 + $1 * $1 }.squareRoot()
            let vector = (0..<4).map { row[$0] / length - row[7 - $0] / length + 0.25 }
            let norm = vector.reduce(0 as Float) { $0 + $1 * $1 }.squareRoot()
            return vector.map { $0 / norm }
        }
    }

    @Test func theMapOfALinearSpaceIsFound() throws {
        let rows = Matrix(rows: 60, columns: 8)
        let vectors = Matrix(rows: 60, columns: 4)
        var random = SplitMix64(seed: 9)
        for index in 0..<480 { rows.storage[index] = random.normal() }
        // Centred rows of length one, times a matrix, and a constant.
        let matrix = (0..<32).map { _ in random.normal() }
        let centre = (0..<8).map { column in (0..<60).reduce(0 as Float) { $0 + rows.row($1)[column] } / 60 }
        for row in 0..<60 {
            let unit = (0..<8).map { rows.row(row)[$0] - centre[$0] }
            let length = unit.reduce(0 as Float) { $0 + $1 * $1 }.squareRoot()
            for column in 0..<4 {
                vectors.row(row)[column] = (0..<8).reduce(Float(column)) {
                    $0 + unit[$1] / length * matrix[$1 * 4 + column]
                }
            }
        }
        let map = RowMap.fit(rows: rows, vectors: vectors, pull: 0, threads: 1)
        #expect(map.isFinite)
        for row in 0..<60 {
            var (source, found) = (
                Array(UnsafeBufferPointer(start: rows.row(row), count: 8)), [Float](repeating: 0, count: 4)
            )
            source.withUnsafeMutableBufferPointer { source in
                found.withUnsafeMutableBufferPointer { map.apply(to: source, into: $0) }
            }
            for column in 0..<4 { #expect(abs(found[column] - vectors.row(row)[column]) < 0.02) }
        }
        // Pulled hard, all that is left is the mean.
        let pulled = RowMap.fit(rows: rows, vectors: vectors, pull: 1e9, threads: 2)
        #expect(pulled.matrix.allSatisfy { abs(RowMap.number($0)) < 1e-6 })
    }

    @Test func aMapIsTheSameForAnyNumberOfThreads() {
        var random = SplitMix64(seed: 5)
        let (rows, vectors) = (Matrix(rows: 1500, columns: 8), Matrix(rows: 1500, columns: 4))
        for row in 0..<1500 {
            for column in 0..<8 { rows.row(row)[column] = random.normal() }
            for column in 0..<4 { vectors.row(row)[column] = random.normal() }
        }
        let (one, three) = (
            RowMap.fit(rows: rows, vectors: vectors, pull: 0.1, threads: 1),
            RowMap.fit(rows: rows, vectors: vectors, pull: 0.1, threads: 3)
        )
        #expect(one.matrix == three.matrix && one.centre == three.centre && one.target == three.target)
    }

    @Test func halvesAreTheNearest() {
        #expect(RowMap.half(1) == 0x3F80 && RowMap.half(-2) == 0xC000 && RowMap.half(0) == 0)
        var random = SplitMix64(seed: 11)
        for _ in 0..<1000 {
            let number = random.normal()
            let half = RowMap.half(number)
            let error = abs(RowMap.number(half) - number)
            for other in [half &- 1, half &+ 1] { #expect(error <= abs(RowMap.number(other) - number)) }
        }
        // Half way between two, the even one.
        #expect(RowMap.half(Float(bitPattern: 0x3F80_8000)) == 0x3F80)
        #expect(RowMap.half(Float(bitPattern: 0x3F81_8000)) == 0x3F82)
    }

    /// The sum of a map, number by number, for widths that are no multiple of four.
    @Test(arguments: [1, 3, 4, 7, 8, 33]) func mapsAddInOrder(width: Int) {
        var random = SplitMix64(seed: UInt64(width))
        let map = RowMap(
            centre: (0..<width).map { _ in random.normal() },
            matrix: (0..<width * 5).map { _ in RowMap.half(random.normal()) },
            target: (0..<5).map { _ in random.normal() })
        let row = (0..<width).map { _ in random.normal() }
        var squares: Float = 0
        for index in 0..<width { squares += (row[index] - map.centre[index]) * (row[index] - map.centre[index]) }
        var expected = map.target
        for index in 0..<width {
            for column in 0..<5 {
                expected[column] +=
                    (row[index] - map.centre[index]) / squares.squareRoot()
                    * Float(bitPattern: UInt32(map.matrix[index * 5 + column]) << 16)
            }
        }
        var (source, found) = (row, [Float](repeating: .nan, count: 5))
        source.withUnsafeMutableBufferPointer { source in
            found.withUnsafeMutableBufferPointer { map.apply(to: source, into: $0) }
        }
        #expect(found == expected)
        // The centre itself has no direction.
        source = map.centre
        source.withUnsafeMutableBufferPointer { source in
            found.withUnsafeMutableBufferPointer { map.apply(to: source, into: $0) }
        }
        #expect(found == map.target)
    }

    @Test func alignedRowsAreMappedInTheTableAndOutsideIt() throws {
        let settings = settings {
            $0.entries = 4; $0.pull = 0.01; $0.leftOut = ["lamp"]
        }
        let summary = try build("t.embd", settings, space: space(8))
        // Ten words, less the one left out.
        #expect(summary.words == 9 && summary.dimension == 4 && summary.fit > 0.5)
        let table = try LookupTable(workspace.path("t.embd"))
        let alignment = try #require(table.trailer?.alignment)
        #expect("\(alignment.engine)".hasPrefix("e3b0c442"))
        let lookup = try Lookup(table: workspace.path("t.embd"), model: model)
        for piece in ["\u{2581}the", "\u{2581}犬"] {
            var (row, mapped) = (try #require(draft.row(piece)), [Float](repeating: 0, count: 4))
            row.withUnsafeMutableBufferPointer { row in
                mapped.withUnsafeMutableBufferPointer { alignment.map.apply(to: row, into: $0) }
            }
            let tokens = try lookup.makeReader().tokens(
                of: piece.replacing("\u{2581}", with: " "), keepsRows: true)
            #expect(tokens.last?.row == mapped, "\(piece)")
        }
        // A space that knows too few words.
        let error = #expect(throws: LookupError.self) {
            try build("u.embd", settings, space: space(8, leaving: ["turn", "light"]))
        }
        #expect(error?.kind == .unsupported && error?.found == "7", "\(error.debugDescription)")
    }

    // MARK: Models

    @Test func checkComparesEveryRow() throws {
        try build("t.embd", settings { $0.entries = 30 })
        let table = try LookupTable(workspace.path("t.embd"))
        let check = try TableCheck(table, model: model) { _ in }
        #expect(check.problems.isEmpty && check.sound == 30)
        // Another number in a row, with hashes that fit.
        let (content, start) = (try Files.content(of: workspace.path("t.embd")), TableLayout(count: 30, dimension: 8))
        var bytes = content
        bytes.replaceSubrange(start.row(3)..<start.row(3) + 4, with: little(Float(99).bitPattern))
        bytes.replaceSubrange(20..<28, with: little(UInt64(1)))
        let plain = Array(bytes[..<start.end])
        let changed = try LookupTable(try workspace.write(plain, to: "c.embd"))
        let found = try TableCheck(changed, model: model) { _ in }
        #expect(found.sound == 28 && found.problems.count == 2, "\(found.problems)")
        #expect(found.problems.contains { $0.contains("column 0 is 99.0") })
        #expect(found.problems.contains { $0.contains("1 entries are of no piece") })
    }

    @Test func aTableOfAnotherModelIsRefused() throws {
        try build("t.embd", settings { $0.entries = 30 })
        let table = workspace.path("t.embd")
        var other = ModelDraft.sound(seed: 2)
        let path = try workspace.write(other.bytes, to: "other.gguf")
        var error = #expect(throws: LookupError.self) { _ = try Lookup(table: table, model: path) }
        #expect(error?.kind == .otherModel && error?.description.contains("print of the model") == true)
        other = ModelDraft.sound(width: 16)
        let wide = try workspace.write(other.bytes, to: "wide.gguf")
        error = #expect(throws: LookupError.self) { _ = try Lookup(table: table, model: wide) }
        #expect(error?.kind == .otherModel)
        let plain = try workspace.write(
            Array(try Files.content(of: table)[..<TableLayout(count: 30, dimension: 8).end]), to: "plain.embd")
        error = #expect(throws: LookupError.self) { _ = try Lookup(table: plain, model: wide) }
        #expect(error?.kind == .otherModel && error?.expected.hasPrefix("16") == true)
        _ = try Lookup(table: plain, model: model)
    }

    @Test func modelsWithoutRowsAreRefused() throws {
        var few = draft
        few.rows.removeLast(8)
        var bytes = few.bytes
        #expect(throws: LookupError.self) { _ = try ModelRows(try workspace.write(bytes, to: "few.gguf")) }
        bytes = draft.bytes
        let name = Array("token_embd.weight".utf8)
        let place = bytes.indices.first { bytes[$0...].starts(with: name) }
        bytes[try #require(place)] = UInt8(ascii: "x")
        let error = #expect(throws: LookupError.self) {
            _ = try ModelRows(try workspace.write(bytes, to: "none.gguf"))
        }
        #expect(error?.kind == .unsupported && error?.description.contains("no such tensor") == true)
        var nan = draft
        nan.rows[nan.rows.count - 1] = .nan
        let rows = try ModelRows(try workspace.write(nan.bytes, to: "nan.gguf"))
        let kind = #expect(throws: LookupError.self) { _ = try rows.print() }?.kind
        #expect(kind == .malformed)
    }

    @Test func aModelThatIsCutWhileOpenIsToldOf() throws {
        // Larger than what one read brings.
        let wide = ModelDraft.sound(width: 512)
        try workspace.write(wide.bytes, to: "model.gguf")
        try build("t.embd", settings { $0.entries = 1 })
        let lookup = try Lookup(table: workspace.path("t.embd"), model: model)
        let reader = lookup.makeReader()
        _ = try reader.tokens(of: "turn")
        let file = try FileDescriptor.open(model, .write)
        try file.truncate(to: wide.bytes.count - 4 * wide.rows.count)
        try file.close()
        let error = #expect(throws: LookupError.self) { _ = try reader.tokens(of: "犬") }
        #expect(error?.kind == .changed, "\(error.debugDescription)")
        // What was read before is kept.
        #expect(try reader.tokens(of: "turn").map(\.token.origin) == [.streamed])
        // Another reader has the same file, and finds it too short.
        #expect(throws: LookupError.self) { _ = try lookup.makeReader().tokens(of: "turn") }
    }

    @Test func aModelThatTakesTheNameOfTheOpenOneIsAnother() throws {
        try build("t.embd", settings { $0.entries = 1 })
        let lookup = try Lookup(table: workspace.path("t.embd"), model: model)
        // As large, with other rows: only its print could tell.
        try AtomicFile.write(ModelDraft.sound(seed: 2).bytes, to: model)
        let tokens = try lookup.makeReader().tokens(of: "犬", keepsRows: true)
        let token = try #require(tokens.last)
        let id = Int(try #require(token.token.id))
        #expect(token.token.origin == .streamed && token.row == Array(draft.rows[8 * id..<8 * id + 8]))
    }

    @Test func aVocabularyHasALimitOfItsOwn() throws {
        try build("t.embd", settings { $0.entries = 1 })
        let error = #expect(throws: LookupError.self) {
            _ = try Lookup(table: workspace.path("t.embd"), model: model, vocabularyMemory: 1000)
        }
        #expect(error?.kind == .memory && error?.description.contains("tokenizer.ggml.tokens") == true)
        #expect(try Lookup(table: workspace.path("t.embd"), model: model).vocabularyMemory > 1000)
    }

    /// What no piece covers is words of at most 256 bytes, each a whole number of characters.
    @Test func longStretchesAreSeveralWords() throws {
        try build("t.embd", settings { $0.entries = 10 })
        for lookup in [
            try Lookup(table: workspace.path("t.embd"), model: model), try Lookup(table: workspace.path("t.embd")),
        ] {
            for part in ["é", "語", "\u{1F355}"] {
                let stretch = String(repeating: part, count: 400)
                let tokens = try lookup.makeReader().tokens(of: "the " + stretch).filter {
                    $0.token.origin == .fallback
                }
                #expect(tokens.map(\.text).joined() == stretch)
                #expect(tokens.allSatisfy { $0.token.bytes.count <= 256 && !$0.text.contains("\u{FFFD}") })
                let whole = 256 - 256 % part.utf8.count
                #expect(tokens.count == (stretch.utf8.count + whole - 1) / whole)
            }
        }
    }

    @Test func workingMemoryHasALimit() throws {
        try build("t.embd", settings { $0.entries = 1 })
        let error = #expect(throws: LookupError.self) {
            _ = try Lookup(table: workspace.path("t.embd"), model: model, workingMemory: 100_000)
        }
        #expect(error?.kind == .memory)
    }

    @Test func aPlaceThatCannotBeWrittenIsToldOf() throws {
        var builder = try TableBuilder(model: model, settings: settings { $0.entries = 1 })
        Array("the".utf8).withUnsafeBufferPointer { builder.count($0) }
        let path = workspace.folder.appending("none").appending("t.embd")
        do {
            _ = try builder.write(to: path, space: nil) { _ in }
            Issue.record("expected an error")
        } catch {
            #expect(error.kind == .unreadable && error.path == path)
        }
    }
}
