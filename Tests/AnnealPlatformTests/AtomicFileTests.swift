import Foundation
import Testing

@testable import AnnealPlatform

@Suite struct AtomicFileTests {
    /// A folder of its own for one test, removed after it.
    private func withFolder(_ body: (Path) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anneal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(Path(folder.path))
    }

    private func names(_ folder: Path) throws -> [String] {
        try Files.names(in: folder).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }

    @Test func aFileIsThereWholeOrNotAtAll() throws {
        try withFolder { folder in
            let path = folder.appending("a")
            try AtomicFile.write([1, 2, 3], to: path)
            do {
                let file = try AtomicFile(path)
                try file.write([4])
                #expect(try Files.content(of: path) == [1, 2, 3])
                #expect(try names(folder).count == 2)
            }
            #expect(try names(folder) == ["a"])
            #expect(try Files.content(of: path) == [1, 2, 3])
        }
    }

    @Test func whatOthersLeftBehindIsInNobodysWay() throws {
        try withFolder { folder in
            let left = [".a.\(getpid()).partial", "a.partial", "a.partial-\(getpid())", ".anneal-00.partial"]
            for name in left { try AtomicFile.write([9], to: folder.appending(name)) }
            let path = folder.appending("a")
            for content in [[1], [2]] as [[UInt8]] {
                try AtomicFile.write(content, to: path)
                #expect(try Files.content(of: path) == content)
            }
            #expect(try names(folder) == (left + ["a"]).sorted())
        }
    }

    @Test func twoAtOnceBothCompleteAndTheLastOneStays() throws {
        try withFolder { folder in
            let path = folder.appending("a")
            let (one, other) = (try AtomicFile(path), try AtomicFile(path))
            try one.write([1])
            try other.write([2])
            try other.commit()
            try one.commit()
            #expect(try Files.content(of: path) == [1])
            #expect(try names(folder) == ["a"])
        }
    }

    @Test func permissionsOfTheReplacedFileAreKept() throws {
        try withFolder { folder in
            let path = folder.appending("a")
            for mode in [0o600, 0o640, 0o755, 0o400] as [mode_t] {
                try AtomicFile.write([1], to: path)
                #expect(path.withCString { chmod($0, mode) } == 0)
                try AtomicFile.write([2], to: path)
                #expect(try Files.status(of: path).mode == UInt32(mode))
            }
            let mask = umask(0)
            umask(mask)
            try AtomicFile.write([1], to: folder.appending("b"))
            #expect(try Files.status(of: folder.appending("b")).mode == 0o666 & ~UInt32(mask))
        }
    }

    @Test func aLinkStaysALinkAndItsTargetIsReplaced() throws {
        try withFolder { folder in
            let (target, link, dangling) = (folder.appending("t"), folder.appending("l"), folder.appending("d"))
            try AtomicFile.write([1], to: target)
            #expect(link.withCString { symlink("t", $0) } == 0)
            #expect(dangling.withCString { symlink("new", $0) } == 0)
            try AtomicFile.write([2], to: link)
            try AtomicFile.write([3], to: dangling)
            #expect(try Files.status(of: link, followsLinks: false).kind == .link)
            #expect(try Files.status(of: dangling, followsLinks: false).kind == .link)
            #expect(try Files.content(of: target) == [2])
            #expect(try Files.content(of: folder.appending("new")) == [3])
            let loop = folder.appending("loop")
            #expect(loop.withCString { symlink("loop", $0) } == 0)
            #expect(throws: FileError.self) { try AtomicFile(loop) }
        }
    }

    @Test func longNamesAndNamesThatAreNoUTF8() throws {
        try withFolder { folder in
            let long = folder.appending([UInt8](repeating: UInt8(ascii: "n"), count: 255))
            let odd = folder.appending([0x63, 0x61, 0x66, 0xE9])
            for path in [long, odd] {
                try AtomicFile.write([1], to: path)
                #expect(try Files.content(of: path) == [1])
            }
            #expect(Set(try Files.names(in: folder)) == [Array(long.name), Array(odd.name)])
        }
    }

    @Test func errorsNameTheFileAskedFor() throws {
        try withFolder { folder in
            #expect(throws: FileError(folder, "open", .isFolder)) { try AtomicFile(folder) }
            let none = folder.appending("none").appending("a")
            #expect(throws: FileError(none, "open", .missing)) { try AtomicFile(none) }
        }
    }

    @Test func aFullDiskIsAnErrorOfTheWrite() throws {
        let full = try AtomicFile("/dev/full")
        #expect(full.isInPlace)
        #expect(throws: FileError("/dev/full", "write", .diskFull)) { try full.write([1]) }
    }
}
