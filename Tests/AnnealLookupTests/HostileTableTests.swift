import AnnealContainer
import AnnealPlatform
import Foundation
import Testing

@testable import AnnealLookup

/// Tables that break the format, each in one way: an error that says what, never a trap.
@Suite struct HostileTableTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    /// What is wrong, the file, and words of the error's description.
    static let cases: [(name: String, bytes: [UInt8], words: [String], kind: LookupError.Kind)] = {
        var cases: [(String, [UInt8], [String], LookupError.Kind)] = []
        func add(
            _ name: String, _ words: [String], _ kind: LookupError.Kind = .malformed, from draft: TableDraft = .plain,
            _ edit: (inout TableDraft) -> Void
        ) {
            var draft = draft
            edit(&draft)
            cases.append((name, draft.bytes, words, kind))
        }
        add("another magic", ["magic at byte 0", "0x454d4244", "0x44424d45"]) { $0.magic = 0x4442_4D45 }
        add("version 2", ["version at byte 4", "expected 1", "found 2"], .unsupported) { $0.version = 2 }
        add("version 0", ["version at byte 4", "found 0"], .unsupported) { $0.version = 0 }
        for algorithm in [UInt32(0), 2, .max] {
            add("hash \(algorithm)", ["hash algorithm at byte 16", "XXH64", "\(algorithm)"], .unsupported) {
                $0.algorithm = algorithm
            }
        }
        add("no entries", ["entry count at byte 8", "at least 1"]) { $0.count = 0 }
        for count in [UInt32(6), 1000, 1 << 31, .max] {
            add("\(count) entries", ["entry count at byte 8", "\(count) of 4 numbers"]) { $0.count = count }
        }
        for dimension in [UInt32(0), 65_537, 1 << 31, .max] {
            add("dimension \(dimension)", ["dimension at byte 12", "1 to 65536", "found \(dimension)"]) {
                $0.dimension = dimension
            }
        }
        add("a product of 2^48", ["entry count", "4294967295 of 65536 numbers"]) {
            $0.count = .max
            $0.dimension = 65_536
        }
        add("a dimension too many", ["entry count at byte 8", "5 of 5 numbers"]) { $0.dimension = 5 }
        add("unsorted hashes", ["hash 2 at byte 36", "more than the one before"]) { $0.hashes.swapAt(1, 2) }
        add("a hash twice", ["hash 3 at byte 44"]) { $0.hashes[3] = $0.hashes[2] }
        for number in [Float.nan, .infinity, -.infinity] {
            add("\(number)", ["row 1, column 2 at byte 84", "a finite number", "\(number)"]) { $0.rows[6] = number }
        }
        for count in [1, 4, 103] {
            cases.append(
                (
                    "\(count) bytes behind", TableDraft.plain.bytes + [UInt8](repeating: 0, count: count),
                    ["trailer at byte 160", "nothing, or at least 104 bytes", "\(count) behind"], .malformed
                ))
        }
        func addTrailer(_ name: String, _ place: Int, _ value: [UInt8], _ words: [String], _ kind: LookupError.Kind) {
            // A field of the trailer, with a checksum that fits.
            var bytes = TableDraft.withTrailer.bytes
            let start = TableDraft.plain.bytes.count
            bytes.replaceSubrange(start + place..<start + place + value.count, with: value)
            let body = bytes[start..<bytes.count - 8].withUnsafeBytes { Checksum64.of($0) }
            bytes.replaceSubrange(bytes.count - 8..<bytes.count, with: little(body))
            cases.append((name, bytes, words, kind))
        }
        addTrailer("another trailer", 0, little(UInt32(7)), ["trailer magic at byte 160"], .malformed)
        addTrailer("a newer trailer", 4, little(UInt32(2)), ["trailer version", "found 2"], .unsupported)
        for length in [UInt64(0), 103, 1 << 63, .max] {
            addTrailer("a trailer of \(length)", 8, little(length), ["trailer length", "found \(length)"], .malformed)
        }
        addTrailer("a total too small", 16, little(UInt64(149)), ["total", "at least 150", "149"], .malformed)
        for smoothing in [Float(0), -1, 2, .nan, .infinity] {
            addTrailer("smoothing \(smoothing)", 24, little(smoothing.bitPattern), ["smoothing"], .malformed)
        }
        for longest in [0, 257, UInt32.max] {
            addTrailer(
                "longest piece \(longest)", 28, little(longest), ["longest piece", "1 to 256", "\(longest)"], .malformed
            )
        }
        addTrailer("another table", 32, little(UInt64(1)), ["hash of the table", "0x0000000000000001"], .malformed)
        for width in [UInt32(0), 5, 65_537, .max] {
            addTrailer("model width \(width)", 48, little(width), ["model width", "\(width)"], .malformed)
        }
        for length in [Float(-1), .nan] {
            addTrailer("row length \(length)", 52, little(length.bitPattern), ["row length"], .malformed)
        }
        for count in [UInt32(3), 1 << 21, .max] {
            addTrailer("\(count) n-grams", 56, little(count), ["n-gram count", "\(count)"], .malformed)
        }
        addTrailer("n-grams that are not there", 56, little(UInt32(8)), ["trailer length", "8 n-grams"], .malformed)
        addTrailer("unknown flags", 60, little(UInt32(4)), ["flags", "0 to 3"], .malformed)
        addTrailer(
            "a map that is not there", 60, little(UInt32(2)), ["trailer length", "a map of 64 bytes"], .malformed)
        addTrailer("an n-gram of no number", 96, little(Float.nan.bitPattern), ["n-gram weights", "nan"], .malformed)
        return cases
    }()

    @Test func brokenTablesAreRefusedWithWhatIsWrong() throws {
        for (name, bytes, words, kind) in Self.cases {
            let path = try workspace.write(bytes, to: "x.embd")
            for access in [LookupTable.Access.memory, .positional] {
                let start = MonotonicClock.seconds
                let error = #expect(throws: LookupError.self, "\(name)") { _ = try LookupTable(path, access: access) }
                #expect(MonotonicClock.seconds - start < 1, "\(name)")
                guard let error else { continue }
                #expect(error.kind == kind, "\(name): \(error)")
                for word in words { #expect(error.description.contains(word), "\(name): \(error) has no \(word)") }
                #expect(error.offset <= bytes.count, "\(name): \(error)")
                #expect(error.path == path)
            }
        }
    }

    @Test func soundOnesAreRead() throws {
        for draft in [TableDraft.plain, .withTrailer, .aligned] {
            let table = try LookupTable(try workspace.write(draft.bytes, to: "x.embd"))
            #expect(table.count == 5 && table.dimension == 4)
            #expect((table.trailer == nil) == (draft.trailer == nil))
        }
    }

    @Test(arguments: [false, true]) func everyCutIsAnError(isAligned: Bool) throws {
        let draft = isAligned ? TableDraft.aligned : .plain
        let bytes = draft.bytes
        for count in 0..<bytes.count {
            // Where the table ends, a file without its trailer is whole.
            if count == draft.table.count { continue }
            let path = try workspace.write(Array(bytes[..<count]), to: "x.embd")
            #expect(throws: LookupError.self, "\(count) bytes") { _ = try LookupTable(path) }
        }
    }

    @Test func everyChangedBitIsAnErrorOrAPlainTablesContent() throws {
        let bytes = TableDraft.withTrailer.bytes
        for place in bytes.indices {
            for bit in [UInt8(1), 0x80] {
                var changed = bytes
                changed[place] ^= bit
                let path = try workspace.write(changed, to: "x.embd")
                // Tables and trailers have checksums: nothing passes.
                #expect(throws: LookupError.self, "byte \(place)") { _ = try LookupTable(path) }
            }
        }
    }

    @Test func whatIsNoFileIsRefused() throws {
        for (path, words) in [
            (workspace.path("none"), "No such file"), (workspace.folder, "a folder"),
            (Path("/dev/null"), "a pipe or a device"),
        ] {
            let error = #expect(throws: LookupError.self) { _ = try LookupTable(path) }
            #expect(
                error?.kind == .unreadable && error?.description.contains(words) == true, "\(error.debugDescription)")
        }
    }

    @Test func aTableThatIsCutOrWrittenToWhileOpenIsToldOf() throws {
        var row = [Float](repeating: 0, count: 4)
        let bytes = TableDraft.plain.bytes
        let path = try workspace.write(bytes, to: "cut.embd")
        let table = try LookupTable(path, access: .positional)
        let inMemory = try LookupTable(path)
        let file = try FileDescriptor.open(path, .write)
        try file.truncate(to: 100)
        var error = #expect(throws: LookupError.self) {
            try row.withUnsafeMutableBufferPointer { try table.readRow(4, into: $0) }
        }
        #expect(error?.kind == .changed && error?.field == "row 4", "\(error.debugDescription)")
        #expect(error?.description.contains("it has been cut") == true)
        // What lies in memory is read still.
        try row.withUnsafeMutableBufferPointer { try inMemory.readRow(4, into: $0) }
        try little(Float.nan.bitPattern).withUnsafeBytes { try file.write($0, at: 64) }
        error = #expect(throws: LookupError.self) {
            try row.withUnsafeMutableBufferPointer { try table.readRow(0, into: $0) }
        }
        #expect(error?.kind == .changed && error?.offset == 64, "\(error.debugDescription)")
        try file.close()
        // A file that takes the name of an open one is another file.
        let other = try workspace.write(bytes, to: "other.embd")
        let before = try LookupTable(other, access: .positional)
        try AtomicFile.write([1, 2, 3], to: other)
        try row.withUnsafeMutableBufferPointer { try before.readRow(4, into: $0) }
    }

    @Test func randomBytesAreNoTable() throws {
        var random = SplitMix64(seed: 5)
        let sound = TableDraft.aligned.bytes
        for round in 0..<400 {
            var bytes = sound
            for _ in 0...random.below(8) { bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next()) }
            if random.below(4) == 0 { bytes.removeLast(random.below(bytes.count)) }
            let path = try workspace.write(bytes, to: "x.embd")
            // Whatever it is, it is an error or a table; it is never a trap.
            do throws(LookupError) { _ = try LookupTable(path) } catch {
                #expect(error.offset <= sound.count, "round \(round)")
            }
        }
    }
}
