import AnnealGGUF
import AnnealPlatform
import Testing

/// Metadata, shapes and places of sound files, and what reading them takes.
@Suite struct FileTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test func valuesAreThoseThatWereWritten() throws {
        let file = try GGUFFile(Workspace.fixture("values.gguf"))
        let expected: [(String, GGUFValue)] = [
            ("a.uint8", .unsigned(255)), ("a.int8", .signed(-128)), ("a.uint16", .unsigned(65_535)),
            ("a.int16", .signed(-32_768)), ("a.uint32", .unsigned(4_294_967_295)), ("a.int32", .signed(-2_147_483_648)),
            ("a.uint64", .unsigned(.max)), ("a.int64", .signed(.min)), ("a.float32", .float(Double(Float(0.1)))),
            ("a.float64", .float(0.1)), ("a.bool", .bool(true)), ("a.string", .string(Array("größer 大".utf8))),
        ]
        for (key, value) in expected {
            let entry = try #require(file.entry(key))
            #expect(entry.arrayCount == nil && entry.count == 1)
            #expect(try file.value(of: entry) == value)
        }
        #expect(try file.text("a.string") == "größer 大")
        #expect(try file.text("a.bool") == nil)
        #expect(try file.text("missing") == nil)
        #expect(file.entry("missing") == nil && file.tensor("missing") == nil)
    }

    @Test func elementsOfArraysAreReadByIndexAndInOrder() throws {
        let file = try GGUFFile(Workspace.fixture("values.gguf"))
        let strings = try #require(file.entry("a.strings"))
        #expect(strings.type == .string && strings.arrayCount == 300)
        for index in [299, 0, 255, 256, 257] {
            #expect(try file.element(index, of: strings) == .string(Array("piece \(index)".utf8)))
        }
        for (key, expected) in [
            ("a.integers", [GGUFValue.signed(-1), .signed(0), .signed(7)]), ("a.floats", [.float(0.5), .float(-2)]),
            ("a.truths", [.bool(true), .bool(false)]),
            ("a.strings", (0..<300).map { .string(Array("piece \($0)".utf8)) }),
        ] {
            let entry = try #require(file.entry(key))
            var found: [GGUFValue] = []
            try file.forEachElement(of: entry) { index, value in
                #expect(index == found.count)
                found.append(value)
            }
            #expect(found == expected)
        }
    }

    @Test func shapesAndPlacesAreThoseThatWereWritten() throws {
        let file = try GGUFFile(Workspace.fixture("values.gguf"))
        #expect(file.version == 3 && file.alignment == 64 && file.dataOffset % 64 == 0)
        let cube = try #require(file.tensor("cube"))
        #expect(cube.shape == [4, 3, 2] && cube.rowCount == 6 && cube.width == 4 && cube.rowByteCount == 16)
        #expect(try file.floats(cube) == (0..<24).map(Float.init))
        #expect(try file.row(4, cube) == [16, 17, 18, 19])
        let line = try #require(file.tensor("line"))
        #expect(line.shape == [5] && line.rowCount == 1 && line.type == .f16)
        #expect(try file.floats(line) == [0, 1, 2, 3, 4])
    }

    @Test func versionTwoIsReadLikeThree() throws {
        var draft = Draft.sound
        draft.version = 2
        draft.data[4] = 0x80
        draft.data[5] = 0x3F
        let file = try GGUFFile(workspace.write(draft.bytes))
        #expect(file.version == 2)
        #expect(try file.row(0, file.tensors[0])[1] == Float(bitPattern: 0x3F80))
    }

    @Test func aLargeVocabularyTakesNoMemory() throws {
        var draft = Draft.sound
        let count = 256_000
        var words: [UInt8] = little(UInt32(8)) + little(UInt64(count))
        words.reserveCapacity(16 * count)
        for index in 0..<count {
            words += [6, 0, 0, 0, 0, 0, 0, 0]
            for shift in 0..<6 { words.append(UInt8(truncatingIfNeeded: 0x61 + index >> (3 * shift) & 7)) }
        }
        draft.add("tokenizer.ggml.tokens", 9, words)
        let path = try workspace.write(draft.bytes)
        let file = try GGUFFile(path)
        #expect(file.peakMemory < 160_000)
        #expect(file.reads.count < 60)
        let entry = try #require(file.entry("tokenizer.ggml.tokens"))
        let (index, before) = (200_123, file.reads.count)
        let expected = (0..<6).map { UInt8(truncatingIfNeeded: 0x61 + index >> (3 * $0) & 7) }
        #expect(try file.element(index, of: entry) == .string(expected))
        #expect(file.reads.count - before <= 2)
    }

    @Test func theLimitOfMemoryIsAnErrorBeforeItIsPassed() throws {
        var draft = Draft.sound
        draft.add("long", 8, string([UInt8](repeating: 0x61, count: 300_000)))
        for index in 0..<1000 { draft.add("key \(index)", 0, [0]) }
        let path = try workspace.write(draft.bytes)
        let file = try GGUFFile(path)
        #expect(file.peakMemory > 131_072 && file.peakMemory < 1_000_000)
        let opened = file.peakMemory
        // Exactly what opening takes is enough, and a byte less is not.
        let exact = try GGUFFile(path, limits: GGUFLimits(workingMemory: opened))
        for limit in [opened - 1, opened / 2, 131_072, 131_071, 0] {
            let error = #expect(throws: GGUFError.self) {
                _ = try GGUFFile(path, limits: GGUFLimits(workingMemory: limit))
            }
            #expect(error?.kind == .memory && error?.expected.contains("\(limit) bytes") == true)
        }
        // A value counts while it is made.
        let long = try #require(exact.entry("long"))
        #expect(throws: GGUFError.self) { _ = try exact.value(of: long) }
        #expect(try exact.text("general.name") == "a name")
        #expect(try file.text("long")?.utf8.count == 300_000)
        #expect(file.peakMemory >= 300_000)
    }

    @Test func aRowIsOneReadOfItsOwnBytes() throws {
        let file = try GGUFFile(Workspace.fixture("types.gguf"))
        let tensor = try #require(file.tensor("Q4_K"))
        let before = file.reads
        _ = try file.row(5, tensor)
        #expect(file.reads.count == before.count + 1 && file.reads.byteCount == before.byteCount + 144)
    }
}
