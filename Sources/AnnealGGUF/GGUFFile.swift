public import AnnealPlatform

/// A model file of the GGUF format, versions 2 and 3, read in bounded memory.
///
/// Opening reads the metadata and the list of tensors once, checks every count, length and place, and keeps names and
/// places only: a vocabulary of 256,000 strings takes a few kilobytes. Values and rows are read where they lie, at most
/// ``readSize`` bytes a call; the file is not mapped.
///
/// ```swift
/// let file = try GGUFFile("model.gguf")
/// let tensor = file.tensor("token_embd.weight")!
/// var row = [Float](repeating: 0, count: tensor.width)
/// try row.withUnsafeMutableBufferPointer { try file.readRow(7, of: tensor, into: $0) }
/// ```
///
/// One thread at a time uses a file, for there is one buffer. Source: ggml's `docs/gguf.md`.
public final class GGUFFile {
    /// The most that one call of the system reads, in bytes.
    public static let readSize = FileWindow.size
    /// The most floats that are handed over at once.
    public static let decodedCount = 16_384

    /// What of an open file other threads may have: each makes a ``GGUFFile`` of its own of it.
    public struct Shared: Sendable {
        let file: RegularFile
        let contents: Directory.Contents
        let limits: GGUFLimits
        /// Working memory of buffers and contents.
        let used: Int
    }

    /// Of the format: 2 or 3.
    public var version: Int { shared.contents.version }
    /// What offsets of tensors are multiples of.
    public var alignment: Int { shared.contents.alignment }
    /// Where the data of tensors begins.
    public var dataOffset: Int { shared.contents.dataOffset }
    /// What the file says of itself, in its order.
    public var metadata: [GGUFEntry] { shared.contents.metadata }
    /// Its arrays of numbers, in its order.
    public var tensors: [GGUFTensor] { shared.contents.tensors }

    /// The file as the caller named it.
    public var path: Path { window.path }
    /// Its size when it was opened.
    public var byteCount: Int { window.byteCount }
    /// Calls of the system that have read, and the bytes they brought.
    public var reads: (count: Int, byteCount: Int) { (window.readCount, window.bytesRead) }
    /// The most working memory held so far, as it is counted.
    public var peakMemory: Int { account.peak }
    /// The same file for another thread. One that has taken its name meanwhile is another file.
    public let shared: Shared

    let window: FileWindow
    let decoded: UnsafeMutableBufferPointer<Float>
    private(set) var account: MemoryAccount

    /// Opens a file.
    /// - Complexity: O(bytes of metadata), read once.
    /// - Throws: ``GGUFError``.
    public init(_ path: Path, limits: GGUFLimits = GGUFLimits()) throws(GGUFError) {
        var account = MemoryAccount(limit: limits.workingMemory)
        let buffers = GGUFFile.readSize + GGUFFile.decodedCount * MemoryLayout<Float>.stride
        let isEnough = account.take(buffers)
        let window = try FileWindow(path)
        guard isEnough else { throw account.error(buffers, window, "the buffers", 0) }
        var directory = Directory(window, account)
        try directory.read()
        self.window = window
        self.account = directory.account
        shared = Shared(
            file: window.file, contents: directory.contents, limits: limits, used: directory.account.used)
        decoded = .allocate(capacity: GGUFFile.decodedCount)
        decoded.initialize(repeating: 0)
    }

    /// What another has opened, with buffers of its own.
    /// - Parameters:
    ///   - shared: what it shares: the open file and what was read of it.
    ///   - held: bytes that the caller holds beside it, and that count as its working memory.
    /// - Complexity: O(1), nothing is read.
    /// - Throws: ``GGUFError`` `memory` if that is more than the limit.
    public init(_ shared: Shared, beside held: Int = 0) throws(GGUFError) {
        var account = MemoryAccount(limit: shared.limits.workingMemory)
        let window = FileWindow(shared.file)
        guard account.take(shared.used), account.take(held) else {
            throw account.error(held, window, "the buffers", 0)
        }
        (self.shared, self.window, self.account) = (shared, window, account)
        decoded = .allocate(capacity: GGUFFile.decodedCount)
        decoded.initialize(repeating: 0)
    }

    deinit { decoded.deallocate() }

    /// What the file says under a key.
    /// - Complexity: O(1).
    public func entry(_ key: String) -> GGUFEntry? { shared.contents.entryIndices[key].map { metadata[$0] } }

    /// The tensor of a name.
    /// - Complexity: O(1).
    public func tensor(_ name: String) -> GGUFTensor? { shared.contents.tensorIndices[name].map { tensors[$0] } }

    /// Counts working memory before it is held.
    func take(_ byteCount: Int, _ field: String, _ offset: Int) throws(GGUFError) {
        guard account.take(byteCount) else { throw account.error(byteCount, window, field, offset) }
    }

    func giveBack(_ byteCount: Int) { account.giveBack(byteCount) }
}

extension MemoryAccount {
    func error(_ byteCount: Int, _ window: FileWindow, _ field: String, _ offset: Int) -> GGUFError {
        window.error(
            .memory, field, offset, "at most \(limit) bytes of working memory",
            "\(used) bytes in use and \(byteCount) more needed")
    }
}
