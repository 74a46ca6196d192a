import Anneal
import AnnealPlatform
import Foundation

/// A folder of files that is removed with the object, and the shipped model.
final class TestTree: Sendable {
    static let engine = Result { try Engine() }
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "anneal-grep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: Path { Path(url.path) }
    var engine: Engine { get throws { try TestTree.engine.get() } }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: url.appending(path: name)) }

    /// A small project.
    func writeProject() throws {
        try write(
            """
            import os

            class Cache:
                \"\"\"Keeps answers.\"\"\"

                def evict_oldest(self):
                    while self.size > self.limit:
                        self.entries.popitem(last=False)

            def read_settings(path):
                return parse(open(path).read())

            def make_handler():
                def on_click(event):
                    return event
                return on_click
            """, to: "src/cache.py")
        try write(
            """
            package net

            // Dial connects to a server and tries again when the network fails.
            func Dial(address string) error {
            \treturn retry(address)
            }

            func use() {
            \tDial("here")
            \tDial("there")
            }
            """, to: "src/net/dial.go")
        try write("def test_evict_oldest():\n    cache.evict_oldest()\n", to: "tests/test_cache.py")
        try write("# Guide\n\n## Settings\n\nSettings are read from a file.\n", to: "README.md")
    }
}
