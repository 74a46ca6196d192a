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
