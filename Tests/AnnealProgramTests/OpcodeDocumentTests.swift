import AnnealProgram
import Foundation
import TestSupport
import Testing

/// `Docs/Opcodes.md` is what the declarations say.
@Suite struct OpcodeDocumentTests {
    @Test func committedDocumentIsFresh() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let file = root.appendingPathComponent("Docs/Opcodes.md")
        if ProcessInfo.processInfo.environment["ANNEAL_WRITE_DOCUMENTS"] == "1" {
            try OpcodeDocument.markdown.write(to: file, atomically: true, encoding: .utf8)
        }
        let found = try? String(contentsOf: file, encoding: .utf8)
        #expect(
            found == OpcodeDocument.markdown,
            "Docs/Opcodes.md is stale. Run: ANNEAL_WRITE_DOCUMENTS=1 swift test --filter OpcodeDocumentTests")
    }
}
