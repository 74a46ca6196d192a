import AnnealFormats
import AnnealPlatform
import Foundation
import Testing

/// A folder that lasts as long as a test, and the fixtures.
final class Workspace {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "anneal-formats-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String) -> Path { Path(url.path).appending(name) }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> Path {
        try Data(bytes).write(to: url.appending(path: name))
        return file(name)
    }

    static func fixture(_ name: String) throws -> Path {
        Path(try #require(Bundle.module.path(forResource: "Fixtures/\(name)", ofType: nil)))
    }

    static func bytes(_ name: String) throws -> [UInt8] { try Files.content(of: fixture(name)) }
}

extension VectorFile {
    /// All numbers, row by row.
    var allRows: [[Float]] {
        (0..<rows).map { row in
            var vector = [Float](repeating: .nan, count: columns)
            copyRow(row, into: &vector)
            return vector
        }
    }
}

/// What the fixtures hold: row r, column c is (5 r + c) / 8 - 2.
func fixtureRows(_ rows: Range<Int>) -> [[Float]] {
    rows.map { row in (0..<5).map { Float(row * 5 + $0) / 8 - 2 } }
}

/// Expects an error whose description has some words.
func expectError(
    _ words: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    let error = #expect(throws: FormatError.self, "\(what)", sourceLocation: sourceLocation) { try body() }
    #expect(
        error?.description.contains(words) == true, "\(what): \(String(describing: error)) has no \(words)",
        sourceLocation: sourceLocation)
}
