import AnnealPlatform
import Foundation

/// A folder that lasts as long as a test.
final class Workspace {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "anneal-abi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> Path { Path(url.appending(path: name).path) }
}
