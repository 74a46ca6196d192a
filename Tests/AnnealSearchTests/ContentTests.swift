import Anneal
import AnnealPlatform
import Foundation
import Testing

@testable import AnnealSearch

/// What is read of a file, and what is passed over with which word.
@Suite struct ContentTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ name: String, _ bytes: [UInt8]) throws -> Result<PendingDocument, PassedOverFile.Reason> {
        try folder.write(Array(name.utf8), bytes)
        let (walk, _) = try FileWalk.run([Path(folder.path + "/" + name)], kind: nil)
        return try DocumentReader.read(try #require(walk.files.first))
    }

    private func reason(_ name: String, _ bytes: [UInt8]) throws -> PassedOverFile.Reason? {
        if case .failure(let reason) = try read(name, bytes) { reason } else { nil }
    }

    @Test("a file that holds no text says what it is")
    func reasons() throws {
        #expect(try reason("a.txt", [0x1F, 0x8B, 8, 0, 1, 2, 3]) == .form("gzip"))
        #expect(try reason("a.json", Array("PAR1....".utf8)) == .form("Parquet"))
        #expect(try reason("a.txt", Array("%PDF-1.4".utf8)) == .form("PDF"))
        #expect(try reason("a.txt", Array("caf".utf8) + [0xE9] + Array(" au lait".utf8)) == .notUTF8)
        #expect(try reason("a.txt", Array("text ".utf8) + [0xE2, 0x82]) == .notUTF8)
        #expect(try reason("a.txt", [0x61, 0, 0x62]) == .noText)
        #expect(try reason("unknown.xyz", [1, 2, 3, 4]) == .noText)
        #expect(try reason("a.pdf", Array("no PDF at all".utf8)) == .noText)
        #expect(try reason("a.docx", Array("no archive".utf8)) == .noText)
        // What only begins like text is seen too, and what is text throughout is read.
        let latin1 = Array(String(repeating: "text ", count: 4000).utf8) + [UInt8](repeating: 0xE9, count: 2000)
        #expect(try reason("a.txt", latin1) == .notUTF8)
        #expect(try reason("a.xyz", Array("text \u{1B}[31m in colour".utf8)) == nil)
        #expect(try reason("LICENSE", Array("Permission is granted".utf8)) == nil)
        #expect(try reason("empty.txt", []) == nil && reason("empty.pdf", []) == nil)
    }

    @Test("single bytes that are not UTF-8 are read as U+FFFD and counted, up to one in twenty")
    func repaired() throws {
        func found(_ bytes: [UInt8]) throws -> PendingDocument? { try? read("a.txt", bytes).get() }
        let text = Array("The walnut tree stands in the yard, 2 \u{FFFD}.\n".utf8)
        #expect(try found(text)?.replacements == 0)
        let stray = try #require(try found(text + [0x63, 0xE9, 0x20] + text))
        #expect(stray.replacements == 1 && stray.text.contains(".\nc\u{FFFD} The walnut"))
        // Each sequence that is cut short, each byte that begins none, and those of scalars that are none.
        let broken: [(bytes: [UInt8], count: Int)] = [
            ([0xE2, 0x82], 1), ([0x80, 0xFF], 2), ([0xED, 0xA0, 0x80], 3), ([0xF0, 0x9F, 0x98], 1),
        ]
        for (bytes, count) in broken {
            let broken = text + text + bytes + [0x0A] + text
            let document = try #require(try found(broken))
            #expect(document.replacements == count, "\(bytes)")
            #expect(document.text.unicodeScalars.count { $0 == "\u{FFFD}" } == count + 3, "\(bytes)")
        }
        #expect(try found([UInt8](repeating: 0x61, count: 19) + [0xE9])?.replacements == 1)
        #expect(try reason("a.txt", [UInt8](repeating: 0x61, count: 18) + [0xE9]) == .notUTF8)
        // Marks are no part of the text, and zero bytes are no text whatever else there is.
        #expect(try found([0xEF, 0xBB, 0xBF] + text + [0xE9])?.text.hasPrefix("The walnut") == true)
        #expect(try reason("a.txt", text + [0xE9, 0] + text) == .noText)
    }

    @Test("a walk passes over what its name says is no text, and what is too large, unless it is named")
    func names() throws {
        for name in ["photo.JPEG", "a.tar.gz", "notes", "b.unknown"] { try folder.write(name, "text") }
        let large = try FileDescriptor.open(Path(folder.path + "/large.txt"), .create)
        try large.truncate(to: FileWalk.bytesMax + 1)
        try large.close()
        let (walk, roots) = try FileWalk.run([Path(folder.path)], kind: nil)
        #expect(walk.files.map { $0.path } == ["b.unknown", "notes"].map { roots[0].appending($0) })
        #expect(
            walk.passedOver == [
                PassedOverFile(path: roots[0].appending("a.tar.gz"), reason: .noText),
                PassedOverFile(path: roots[0].appending("large.txt"), reason: .tooLarge(bytes: FileWalk.bytesMax + 1)),
                PassedOverFile(path: roots[0].appending("photo.JPEG"), reason: .noText),
            ])
        #expect(walk.passedOver.map(\.ending) == ["gz", "txt", "jpeg"])
        let named = try FileWalk.run(["photo.JPEG", "large.txt"].map { roots[0].appending($0) }, kind: nil).walk
        #expect(named.files.map(\.kind) == [.content, .text] && named.passedOver.isEmpty)
    }

    @Test("a document whose text goes leaves the index, and the index is no document of its own")
    func replaced() throws {
        let engine = try Engine()
        let path = Path(folder.path + "/index.db")
        func update() throws -> IndexSummary {
            let indexer = try Indexer(path: path, engine: engine)
            defer { try? indexer.close() }
            return try indexer.update([Path(folder.path)])
        }
        try folder.write("a.txt", "A walnut tree.")
        let first = try update()
        #expect(first.indexed == 1 && first.passedOver.isEmpty)
        try folder.write(Array("a.txt".utf8), Array("A walnut tree, and caf".utf8) + [0xE9])
        let repaired = try update()
        let file = Path(folder.path + "/a.txt")
        #expect(repaired.indexed == 1 && repaired.repaired == [IndexSummary.Repaired(path: file, places: 1)])
        #expect(try update().repaired.isEmpty)
        try folder.write(Array("a.txt".utf8), [0x63, 0xE9])
        let second = try update()
        #expect(second.removed == 1 && second.passedOver.map(\.reason) == [.notUTF8])
        // It is named each time.
        #expect(try update().passedOver.map(\.reason) == [.notUTF8])
        #expect(try IndexCheck(path: path) == IndexCheck(documents: 0, passages: 0, isSealed: true))
    }

    @Test("a file of many short lines is cut and stored bit by bit")
    func manyLines() throws {
        let engine = try Engine()
        let path = Path(folder.path + "/index.db")
        let file = try folder.write("a.txt", String(repeating: "a\n\n", count: 10_000))
        let indexer = try Indexer(path: path, engine: engine, threads: 2)
        #expect(try indexer.update([Path(file)], kind: .lines).passages == 10_000)
        try indexer.close()
        let hits = try SearchIndex(path: path, engine: engine).search("a", mode: .words, limit: 10_000)
        #expect(hits.count == 10_000 && Set(hits.map(\.passage.line)) == Set(stride(from: 1, to: 20_000, by: 2)))
    }

    @Test("a tool that is not there, fails or writes without end is a reason")
    func tools() throws {
        // The first bytes are right, so the tool is asked; the rest is nothing.
        let found = try reason("a.pdf", Array("%PDF-1.4\n".utf8))
        switch found {
        case .noTool(name: "pdftotext", _), .toolFailed(name: "pdftotext", _): break
        default: Issue.record("expected a reason of pdftotext, found \(String(describing: found))")
        }
        let word = try reason("a.docx", Array("PK\u{3}\u{4}".utf8))
        switch word {
        case .noTool(name: "unzip", _), .toolFailed(name: "unzip", _): break
        default: Issue.record("expected a reason of unzip, found \(String(describing: word))")
        }
    }
}
