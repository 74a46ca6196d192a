import AnnealPassages
import AnnealPlatform
import Foundation
import Testing

@testable import AnnealGrep

@Suite struct DigestCacheTests {
    private let tree: TestTree
    private let cache: TestTree

    init() throws {
        tree = try TestTree()
        cache = try TestTree()
        try tree.writeProject()
    }

    private func index(bytesMax: Int = DigestCache.bytesMax) throws -> (index: PassageIndex, read: Int) {
        var read = 0
        let options = PassageIndex.Options(threads: 2, cache: DigestCache(folder: cache.path, bytesMax: bytesMax))
        let index = try PassageIndex(engine: tree.engine, roots: [tree.path], options: options) { read = $0 }
        return (index, read)
    }

    private func cacheFiles() throws -> [Path] {
        try Files.names(in: cache.path).map { cache.path.appending($0) }
    }

    @Test func aSecondSearchReadsNothingAndFindsTheSame() throws {
        let first = try index()
        #expect(first.read == 4 && first.index.cacheFailure == nil)
        let second = try index()
        #expect(second.read == 0)
        for query in ["evict the oldest", "Dial"] {
            let (a, b) = (try first.index.search(query), try second.index.search(query))
            #expect(!a.isEmpty && a.map(\.score) == b.map(\.score) && a.map(\.lines) == b.map(\.lines))
        }
        try tree.write("def renamed_function():\n    pass\n", to: "src/cache.py")
        let third = try index()
        #expect(third.read == 1)
        #expect(try third.index.search("renamed_function").first?.path == "src/cache.py")
        #expect(try index().read == 0)
    }

    @Test func aDamagedFileIsReadAnew() throws {
        _ = try index()
        let file = try #require(try cacheFiles().first)
        let good = try Files.content(of: file)
        var random = SplitMix64(seed: 2)
        for round in 0..<40 {
            var bad = good
            if round % 2 == 0 {
                bad.removeLast(Int.random(in: 1...good.count, using: &random))
            } else {
                bad[Int.random(in: 0..<good.count, using: &random)] ^= 0x55
            }
            try AtomicFile.write(bad, to: file)
            let found = try index()
            #expect(try found.index.search("Dial").first?.name == "Dial", "round \(round)")
            try AtomicFile.write(good, to: file)
        }
    }

    @Test func theOldestFilesGo() throws {
        let other = try TestTree()
        try other.write("def other():\n    pass\n", to: "a.py")
        let limit = DigestCache(folder: cache.path, bytesMax: 1)
        _ = try index()
        #expect(try cacheFiles().count == 1)
        // Nothing fits, so nothing is kept of the second, and the first stays.
        let options = PassageIndex.Options(cache: limit)
        _ = try PassageIndex(engine: tree.engine, roots: [other.path], options: options)
        #expect(try cacheFiles().count == 1)
        let size = try Files.status(of: try cacheFiles()[0]).byteCount
        let fitting = PassageIndex.Options(cache: DigestCache(folder: cache.path, bytesMax: size))
        _ = try PassageIndex(engine: tree.engine, roots: [other.path], options: fitting)
        #expect(try cacheFiles().count == 1)
        #expect(try index().read == 4)
    }

    @Test func aFolderThatTakesNothingIsSaid() throws {
        // A file stands where the folder would be.
        let options = PassageIndex.Options(cache: DigestCache(folder: tree.path.appending("README.md")))
        let index = try PassageIndex(engine: tree.engine, roots: [tree.path], options: options)
        #expect(index.cacheFailure != nil)
        #expect(try index.search("Dial").first?.name == "Dial")
    }

    @Test func aMissingFolderIsMade() throws {
        let folder = cache.path.appending("user").appending("cache")
        let options = PassageIndex.Options(cache: DigestCache(folder: folder))
        #expect(try PassageIndex(engine: tree.engine, roots: [tree.path], options: options).cacheFailure == nil)
        #expect(try Files.names(in: folder).count == 1)
    }

    @Test func manyAtOnceOnOneCache() throws {
        let (engine, roots, folder) = (try tree.engine, [tree.path], cache.path)
        let found = Parallel.map(8, threads: 4) { _ in
            let options = PassageIndex.Options(cache: DigestCache(folder: folder))
            let index = try? PassageIndex(engine: engine, roots: roots, options: options)
            return (try? index?.search("Dial").first?.name) ?? "nothing"
        }
        #expect(found == [String](repeating: "Dial", count: 8))
        // Nothing half-written is left.
        #expect(try cacheFiles().count == 1)
        #expect(try index().read == 0)
    }
}
