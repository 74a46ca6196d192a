import Foundation
import Testing

@testable import AnnealPlatform

@Suite struct MemoryTests {
    @Test(arguments: [1, 63, 4096, ZeroedPages.largePage / 2, ZeroedPages.largePage + 1])
    func zeroedPagesAreZeroAndAligned(_ byteCount: Int) {
        let memory = ZeroedPages.allocate(byteCount: byteCount)
        defer { ZeroedPages.deallocate(memory, byteCount: byteCount) }
        let isLarge = byteCount >= ZeroedPages.largePage / 2
        #expect(Int(bitPattern: memory) % (isLarge ? ZeroedPages.largePage : 64) == 0)
        #expect(UnsafeRawBufferPointer(start: memory, count: byteCount).allSatisfy { $0 == 0 })
        memory.storeBytes(of: 1, toByteOffset: byteCount - 1, as: UInt8.self)
    }

    @Test func mappings() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anneal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = Path(folder.path).appending("a")
        let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        try AtomicFile.write(content, to: path)
        let file = try MappedFile(path, prefersLargePages: true)
        file.populate(file.bytes)
        #expect(Array(file.bytes) == content)
        file.release()
        #expect(Array(file.bytes) == content)
        // A file that is replaced leaves the mapping as it was.
        try AtomicFile.write([1], to: path)
        #expect(Array(file.bytes) == content)
        try AtomicFile.write([], to: path)
        #expect(try MappedFile(path).bytes.isEmpty)
        #expect(throws: FileError(Path(folder.path), "mmap", .isFolder)) { try MappedFile(Path(folder.path)) }
        #expect(throws: FileError("/dev/null", "mmap", .noDevice)) { try MappedFile("/dev/null") }
    }

    @Test func linesOfAMapping() throws {
        let path = Path(FileManager.default.temporaryDirectory.path).appending("anneal-\(UUID().uuidString)")
        defer { try? Files.remove(path) }
        for (text, lines) in [
            ("", []), ("a", ["a"]), ("a\n", ["a"]), ("\na\n\nbc", ["", "a", "", "bc"]), ("\n", [""]),
        ] as [(String, [String])] {
            try AtomicFile.write(Array(text.utf8), to: path)
            let file = try MappedFile(path)
            #expect(file.lines().map { String(decoding: file[$0], as: UTF8.self) } == lines)
            #expect(file.text == text)
        }
    }

    @Test func aByteIsFoundWhereItIs() {
        for count in 0..<70 {
            var bytes = [UInt8](repeating: 1, count: count)
            bytes.withUnsafeBytes { #expect(CMemory.place(of: 0, in: $0) == nil) }
            for place in 0..<count {
                bytes[place] = 0
                bytes.withUnsafeBytes { #expect(CMemory.place(of: 0, in: $0) == place) }
                bytes[place] = 1
            }
        }
        #expect(CMemory.place(of: 0, in: UnsafeRawBufferPointer(start: nil, count: 0)) == nil)
    }

    /// Memory that moves keeps its content as far as it fits.
    @Test func memoryGrowsAndShrinks() {
        var memory: UnsafeMutableRawPointer?
        defer { CMemory.free(memory) }
        var size = 0
        for next in [1, 100, 1 << 20, 1 << 22, 1000] {
            memory = CMemory.resize(memory, to: next)
            for place in 0..<min(size, next) where place % 997 == 0 {
                #expect(memory!.load(fromByteOffset: place, as: UInt8.self) == UInt8(truncatingIfNeeded: place))
            }
            for place in 0..<next {
                memory!.storeBytes(of: UInt8(truncatingIfNeeded: place), toByteOffset: place, as: UInt8.self)
            }
            size = next
        }
    }

    @Test func commandsOfTheShell() throws {
        let whole = try ShellCommand.run("tr a-z A-Z; exit 0", input: Array("words\n".utf8))
        #expect(String(decoding: whole.output, as: UTF8.self) == "WORDS\n" && whole.ending == .exit(status: 0))
        // More than a pipe holds, both ways.
        let long = [UInt8](repeating: 0x61, count: 1 << 20)
        #expect(try ShellCommand.run("cat", input: long).output == long)
        #expect(try ShellCommand.run("echo a; exit 3", input: []).ending == .exit(status: 3))
        #expect(try ShellCommand.run("kill -9 $$", input: []).ending == .signal(9))
        #expect(try ShellCommand.run("no-such-command-of-anneal 2>/dev/null", input: []).ending == .exit(status: 127))
    }

    @Test func seededNumbersAreThoseOfTheirPaper() {
        var random = SplitMix64(seed: 1_234_567)
        // The first numbers of the reference implementation for this seed.
        let expected: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        #expect((0..<3).map { _ in random.next() } == expected)
        #expect(SplitMix64.mix(1_234_567) == expected[0])
        #expect(SplitMix64(seed: 0).state == 0)
        var stream = SplitMix64(seed: 0, stream: 0)
        var plain = SplitMix64(seed: 0)
        _ = plain.next()
        #expect(stream.next() == plain.next())
    }
}
