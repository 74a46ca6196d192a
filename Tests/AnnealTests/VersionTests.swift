import Anneal
import Foundation
import Testing

/// The version stands once in Swift, and what cannot read it there says the same.
@Suite struct VersionTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

    @Test(
        "Python's package and the page on getting started say the engine's version",
        arguments: [
            ("Python/pyproject.toml", "\nversion = \"", "\"\n"),
            ("Python/anneal/__init__.py", "__version__ = \"", "\"\n"),
            ("Sources/Anneal/Anneal.docc/GettingStarted.md", "from: \"", "\")"),
        ])
    func elsewhere(file: String, before: String, after: String) throws {
        let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
        let start = try #require(text.range(of: before)?.upperBound, "\(file) names no version")
        let end = try #require(text[start...].range(of: after)?.lowerBound)
        #expect(text[start..<end] == Engine.version, "\(file)")
    }

    @Test("no other Swift source has it")
    func once() throws {
        var places: [String] = []
        for folder in ["Sources", "Services/Sources"] {
            let files = try #require(
                FileManager.default.enumerator(at: Self.root.appending(path: folder), includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                if text.contains(Engine.version) { places.append(file.lastPathComponent) }
            }
        }
        #expect(places == ["Engine.swift"])
    }
}
