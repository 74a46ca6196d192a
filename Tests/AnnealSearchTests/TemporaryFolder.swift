import AnnealPlatform
import Foundation

/// A folder for one test, removed with the object.
final class TemporaryFolder {
    let path: String

    init() throws {
        let made = FileManager.default.temporaryDirectory.appendingPathComponent("anneal-index-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        path = made.resolvingSymlinksInPath().path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and the folders above it.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// Writes a file into the folder itself, whose name may be any bytes.
    func write(_ name: [UInt8], _ content: [UInt8]) throws {
        let file = try FileDescriptor.open(Path(path).appending(name), .writeOrCreate)
        defer { try? file.close() }
        try file.truncate(to: 0)
        try file.write(content)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }
}
