import AnnealGGUF
import AnnealPlatform
import Testing

/// Files that break the format, each in one way: an error that says what, never a trap, never more than they are worth.
@Suite struct HostileFileTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static let far = UInt64(1) << 63
    private static let alignmentKey = "general.alignment"

    /// What is wrong, the file, and words of the error's description.
    static let cases: [(name: String, draft: Draft, words: [String], kind: GGUFError.Kind)] = {
        var cases: [(String, Draft, [String], GGUFError.Kind)] = []
        func add(_ name: String, _ words: [String], _ kind: GGUFError.Kind = .malformed, _ edit: (inout Draft) -> Void)
        {
            var draft = Draft.sound
            edit(&draft)
            cases.append((name, draft, words, kind))
        }
        add("another magic", ["magic", "47 47 55 46", "67 67 6a 74"]) { $0.magic = Array("ggjt".utf8) }
        add("version 1", ["version 2 or 3", "version 1, whose counts"], .unsupported) { $0.version = 1 }
        add("version 4", ["version 4"], .unsupported) { $0.version = 4 }
        add("big-endian", ["version 3, big-endian"], .unsupported) { $0.version = 3 << 24 }
        for count in [far, .max, far - 1, 1 << 40, 100] {
            add("\(count) tensors", ["tensor count at byte 8", "found \(count)"]) { $0.tensorCount = count }
            add("\(count) entries", ["metadata count at byte 16", "found \(count)"]) { $0.entryCount = count }
        }
        add("one entry too many", []) { $0.entryCount = 2 }
        add("one entry too few", []) { $0.entryCount = 0 }
        for length in [far, .max, 1 << 33, 65_536, 0] {
            add("a key of \(length)", ["metadata 1: key", "a length of 1 to 65535", "found \(length)"]) {
                $0.entryCount = 2
                $0.tensors = []
                $0.data = little(length) + [UInt8](repeating: 0, count: 64)
                $0.alignment = 1
            }
        }
        add("a key beyond the end", ["metadata 1: key", "at most the 64 left"]) {
            $0.entryCount = 2
            $0.tensors = []
            $0.data = little(UInt64(65)) + [UInt8](repeating: 0x61, count: 64)
            $0.alignment = 1
        }
        add("a key that is no UTF-8", ["metadata 1: key", "UTF-8"]) { $0.entries.append(([0xFF], 0, [0])) }
        add("a key twice", ["metadata 1: key", "general.name, as metadata 0 has"]) { $0.add("general.name", 0, [0]) }
        for type in [UInt32(13), .max, 1 << 31] {
            add("value type \(type)", ["metadata k: type", "0 to 12", "\(type)"]) { $0.add("k", type, [0]) }
            add("element type \(type)", ["metadata k: element type", "\(type)"]) {
                $0.add("k", 9, little(type) + little(UInt64(1)) + [0])
            }
        }
        add("nested arrays", ["metadata k: element type", "arrays in an array"], .unsupported) {
            $0.add("k", 9, little(UInt32(9)) + little(UInt64(1)) + little(UInt32(9)) + little(UInt64(1)))
        }
        for type in [UInt32(0), 4, 8, 12] {
            for length in [far, .max, 1 << 61, 1 << 40] {
                add("\(length) elements of type \(type)", ["metadata k: length", "found \(length)"]) {
                    $0.add("k", 9, little(type) + little(length))
                }
            }
        }
        for length in [far, .max, 1 << 32, 100_000] {
            add("a string of \(length)", ["metadata k: string 0", "found \(length)"]) { $0.add("k", 8, little(length)) }
            add("a string of \(length) in an array", ["metadata k: string 1", "found \(length)"]) {
                $0.add("k", 9, little(UInt32(8)) + little(UInt64(2)) + string("a") + little(length))
            }
        }
        for value in [UInt32(0), 3, 48, .max] {
            add("alignment \(value)", ["general.alignment", "a power of two", "\(value)"]) {
                $0.add(alignmentKey, 4, little(value))
            }
        }
        add("an alignment of 64 bits", ["general.alignment: type", "uint32", "uint64"]) {
            $0.add(alignmentKey, 10, little(UInt64(32)))
        }
        add("an alignment of several numbers", ["general.alignment: type", "an array of uint32"]) {
            $0.add(alignmentKey, 9, little(UInt32(4)) + little(UInt64(1)) + little(UInt32(32)))
        }
        add("the largest alignment", ["tensor a: data"]) {
            $0.add(alignmentKey, 4, little(UInt32(1) << 31)); $0.tensors[1].offset = 0
        }
        for count in [0, 5, 9] {
            add("\(count) dimensions", ["tensor a: shape", "one to four dimensions", "found \(count)"]) {
                $0.tensors[0].shape = [UInt64](repeating: 1, count: count)
            }
        }
        for length in [0, far, .max] {
            add("a length of \(length)", ["tensor a: shape", "found \(length)"]) { $0.tensors[0].shape = [4, length] }
        }
        add("numbers that overflow", ["tensor a: shape", "fewer than 2^63 numbers"]) {
            $0.tensors[0].shape = [1 << 42, (1 << 42) + 1]
        }
        add("numbers that overflow twice", ["fewer than 2^63 numbers"]) { $0.tensors[0].shape = [far - 1, 2] }
        add("numbers that overflow to one", ["fewer than 2^63 numbers"]) {
            $0.tensors[0].shape = [1 << 32, 1 << 32, 1, 1]
        }
        add("bytes that overflow", ["tensor a: shape", "fewer than 2^63 bytes"]) { $0.tensors[0].shape = [1 << 61, 2] }
        add("bytes beyond the end", ["tensor b: data", "36 bytes at 32 behind byte 160", "a file of 224 bytes"]) {
            $0.tensors[1].shape = [9]
        }
        for type in [UInt32(4), 5, 31, 36] {
            add("the removed type \(type)", ["tensor a: type", "\(type), which ggml has removed"], .unsupported) {
                $0.tensors[0].type = type
            }
        }
        for type in [UInt32(42), .max, 1 << 31] {
            add("the unknown type \(type)", ["tensor a: type", "\(type), which is none"], .unsupported) {
                $0.tensors[0].type = type
            }
        }
        add("a row of half a block", ["tensor b: shape", "a multiple of 32", "8"]) { $0.tensors[1].type = 2 }
        add("a row that is no multiple of 256", ["a multiple of 256", "32"]) {
            $0.tensors[1].shape = [32, 8]
            $0.tensors[1].type = 12
        }
        for offset in [UInt64(1), 31, 33, far, .max] {
            add("the offset \(offset)", ["tensor b: offset", "a multiple of 32", "\(offset)"]) {
                $0.tensors[1].offset = offset
            }
        }
        add("an offset that overflows", ["tensor b: data", "32 bytes at 9223372036854775776"]) {
            $0.tensors[1].offset = far - 32
        }
        add("an offset beyond the end", ["tensor b: data", "at 1099511627776"]) { $0.tensors[1].offset = 1 << 40 }
        add("an offset at the end", ["tensor b: data", "at 64 behind"]) { $0.tensors[1].offset = 64 }
        add("tensors over each other", ["tensor b: data", "where a ends"]) { $0.tensors[0].shape = [9] }
        add("tensors at one place", ["where"]) { $0.tensors[1].offset = 0 }
        add("tensors over each other in the other order", ["tensor a: data", "where b ends"]) {
            $0.tensors[0] = ($0.tensors[0].name, [8], 0, 32)
            $0.tensors[1] = ($0.tensors[1].name, [16], 0, 0)
        }
        for length in [0, 64, 1000] {
            add("a name of \(length)", ["tensor 0: name", "a length of 1 to 63", "\(length)"]) {
                $0.tensors[0].name = [UInt8](repeating: 0x61, count: length)
            }
        }
        add("a name twice", ["tensor 1: name", "a, as tensor 0 has"]) { $0.tensors[1].name = $0.tensors[0].name }
        add("a name that is no UTF-8", ["tensor 0: name", "UTF-8"]) { $0.tensors[0].name = [0x61, 0xC3] }
        return cases
    }()

    @Test func brokenFilesAreRefusedWithWhatIsWrong() throws {
        for (name, draft, words, kind) in Self.cases {
            let path = try workspace.write(draft.bytes)
            let start = MonotonicClock.seconds
            let error = #expect(throws: GGUFError.self, "\(name)") { _ = try GGUFFile(path) }
            #expect(MonotonicClock.seconds - start < 1, "\(name)")
            guard let error else { continue }
            if !words.isEmpty { #expect(error.kind == kind, "\(name): \(error)") }
            for word in words { #expect(error.description.contains(word), "\(name): \(error) has no \(word)") }
            #expect(error.offset <= draft.bytes.count, "\(name): \(error)")
        }
    }

    @Test func limitsThemselvesAreAllowed() throws {
        var draft = Draft.sound
        draft.tensors[0].name = [UInt8](repeating: 0x61, count: 63)
        draft.entries.append(([UInt8](repeating: 0x6B, count: 65_535), 7, [1]))
        draft.tensors[0].shape = [2, 2, 2, 1]
        draft.add("general.alignment", 4, little(UInt32(1)))
        draft.alignment = 1
        let file = try GGUFFile(workspace.write(draft.bytes))
        #expect(file.tensors.count == 2 && file.tensors[0].rowCount == 4 && file.alignment == 1)
        // No tensors, and no data: a file of a vocabulary alone.
        draft.tensors = []
        draft.data = []
        #expect(try GGUFFile(workspace.write(draft.bytes)).tensors.isEmpty)
    }

    @Test(arguments: ["values.gguf", ""])
    func truncationAtEveryByteIsRefused(_ name: String) throws {
        let bytes = name.isEmpty ? Draft.sound.bytes : try Files.content(of: Workspace.fixture(name))
        let path = try workspace.write(bytes)
        let last = try GGUFFile(path).tensors.map { $0.offset + $0.byteCount }.max() ?? 0
        for count in stride(from: 0, to: last, by: name.isEmpty ? 1 : 31) {
            let cut = try workspace.write(Array(bytes[..<count]), to: "cut")
            let error = #expect(throws: GGUFError.self, "\(count) of \(bytes.count)") { _ = try GGUFFile(cut) }
            #expect(error?.kind == .malformed)
        }
        // Padding behind the last tensor may be missing.
        _ = try GGUFFile(workspace.write(Array(bytes[..<last]), to: "cut"))
    }

    /// Reads all there is to read, or says why not.
    private func readAll(_ path: Path) throws(GGUFError) {
        let file = try GGUFFile(path, limits: GGUFLimits(workingMemory: 1_000_000))
        for entry in file.metadata { try file.forEachElement(of: entry) { _, _ in } }
        for tensor in file.tensors where tensor.type.isReadable {
            var pieces = try file.pieces(of: tensor, rows: 0..<tensor.rowCount)
            while let piece = try pieces.next() { precondition(!piece.isEmpty) }
        }
    }

    @Test(arguments: 0..<6)
    func damagedFilesNeverTrap(_ seed: Int) throws {
        let name = seed % 2 == 0 ? "values.gguf" : "types.gguf"
        let bytes = try Files.content(of: Workspace.fixture(name))
        var random = SplitMix64(seed: UInt64(seed))
        // Most of what is worth damaging stands before the data.
        let head = try GGUFFile(Workspace.fixture(name)).dataOffset
        var refused = 0
        for _ in 0..<60 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<head, using: &random)
                damaged[place] = Bool.random(using: &random) ? 0xFF : UInt8.random(in: 0...255, using: &random)
            }
            do { try readAll(workspace.write(damaged)) } catch is GGUFError { refused += 1 }
        }
        #expect(refused > 5)
    }

    @Test func aFileThatIsCutWhileOpenIsAnError() throws {
        let bytes = try Files.content(of: Workspace.fixture("types.gguf"))
        let path = try workspace.write(bytes)
        let file = try GGUFFile(path)
        let tensor = try #require(file.tensors.last { $0.type == .f32 })
        let entry = try #require(file.entry("general.architecture"))
        let writer = try FileDescriptor.open(path, .write)
        try writer.truncate(to: 100)
        try writer.close()
        let error = #expect(throws: GGUFError.self) { _ = try file.row(0, tensor) }
        #expect(error?.kind == .changed && error?.description.contains("it has been cut") == true)
        try writeLength(path, at: entry.offset, of: file.byteCount)
        #expect(throws: GGUFError.self) { _ = try file.value(of: entry) }
    }

    /// Makes a string of a file longer than the file.
    private func writeLength(_ path: Path, at offset: Int, of length: Int) throws {
        let writer = try FileDescriptor.open(path, .write)
        try little(UInt64(length)).withUnsafeBytes { try writer.write($0, at: offset) }
        try writer.close()
    }

    @Test func aStringThatGrowsWhileOpenIsAnError() throws {
        var draft = Draft.sound
        draft.add("long", 8, string([UInt8](repeating: 0x61, count: 2 * GGUFFile.readSize)))
        let path = try workspace.write(draft.bytes)
        let file = try GGUFFile(path)
        let entry = try #require(file.entry("general.name"))
        // A row is read in between, so that the buffer has other bytes.
        _ = try file.row(0, file.tensors[0])
        try writeLength(path, at: entry.offset, of: Int.max)
        let error = #expect(throws: GGUFError.self) { _ = try file.value(of: entry) }
        #expect(error?.kind == .changed && error?.found.contains("written to") == true)
    }

    @Test func aTruthThatIsNoneIsAnError() throws {
        var draft = Draft.sound
        draft.add("truth", 7, [2])
        let file = try GGUFFile(workspace.write(draft.bytes))
        let error = #expect(throws: GGUFError.self) { _ = try file.value(of: #require(file.entry("truth"))) }
        #expect(error?.expected == "a truth of 0 or 1" && error?.found == "2")
    }

    @Test func whatIsNoFileIsRefused() throws {
        for (path, words) in [(workspace.folder, "a folder"), (workspace.folder.appending("none"), "No such file")] {
            let error = #expect(throws: GGUFError.self) { _ = try GGUFFile(path) }
            #expect(error?.kind == .unreadable && error?.found.contains(words) == true)
        }
        let short = try workspace.write(Array("GGUF".utf8))
        #expect(throws: GGUFError.self) { _ = try GGUFFile(short) }
        #expect(throws: GGUFError.self) { _ = try GGUFFile(workspace.write([])) }
    }
}
