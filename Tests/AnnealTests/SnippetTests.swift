import Foundation
import Testing

/// The Swift code in README and documentation is that of the snippets, which are compiled, and run by `.ci/run`.
@Suite struct SnippetTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

    /// What a reader sees of each snippet: without what stands between `snippet.hide` and `snippet.show`.
    private static func snippets() throws -> [String: String] {
        let folder = root.appending(path: "Snippets")
        var snippets: [String: String] = [:]
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            var isShown = true
            var lines: [Substring] = []
            for line in try String(contentsOf: file, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false)
            {
                let mark = line.trimmingCharacters(in: .whitespaces)
                if mark == "// snippet.hide" || mark == "// snippet.show" {
                    isShown = mark == "// snippet.show"
                } else if isShown {
                    lines.append(line)
                }
            }
            snippets[file.lastPathComponent] = lines.joined(separator: "\n").trimmingCharacters(in: .newlines)
        }
        return snippets
    }

    private static func blocks(of text: String) -> [String] {
        text.components(separatedBy: "```swift\n").dropFirst().map {
            String($0.components(separatedBy: "```")[0]).trimmingCharacters(in: .newlines)
        }
    }

    @Test("each block of Swift code is a snippet, and each snippet is shown somewhere")
    func blocksAreSnippets() throws {
        let snippets = try Self.snippets()
        let catalogue = Self.root.appending(path: "Sources/Anneal/Anneal.docc")
        let pages =
            [Self.root.appending(path: "README.md")]
            + (try FileManager.default.contentsOfDirectory(at: catalogue, includingPropertiesForKeys: nil))
        var shown: Set<String> = []
        for page in pages where page.pathExtension == "md" {
            for block in Self.blocks(of: try String(contentsOf: page, encoding: .utf8)) {
                #expect(snippets.values.contains(block), "\(page.lastPathComponent) differs from Snippets:\n\(block)")
                shown.insert(block)
            }
        }
        #expect(snippets.count >= 10)
        for (name, code) in snippets { #expect(shown.contains(code), "no page shows Snippets/\(name)") }
        let readme = Self.blocks(of: try String(contentsOf: pages[0], encoding: .utf8))
        #expect(readme == [snippets["GettingStarted.swift"]])
    }
}
