public import AnnealPlatform
import AnnealFormats

/// Reads files as text, one after the other into the same memory.
public final class SourceReader {
    /// A file's text.
    public struct Text {
        /// UTF-8, as far as the file is any; valid until the next file is read.
        public let bytes: UnsafeBufferPointer<UInt8>
        public let language: SourceLanguage

        package init(bytes: UnsafeBufferPointer<UInt8>, language: SourceLanguage) {
            self.bytes = bytes
            self.language = language
        }
    }

    public enum Reading {
        case text(Text)
        case passedOver(Reason)
    }

    /// Why a file is not searched.
    public enum Reason: String, Sendable, CaseIterable {
        case binary = "binary"
        case tooLarge = "too large"
        case minified = "minified"
        case notFile = "no file"
    }

    /// Larger files are data; one that is named may have any size.
    public static let bytesMax = 8 << 20
    /// Bytes that tell what a file holds.
    private static let headBytes = 8192
    /// Code whose lines are longer than this on average was written by a program for another.
    private static let minifiedLineBytes = 1500
    /// Memory above this is given back after a file.
    private static let keptBytes = 1 << 20

    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    public init() {}

    deinit { memory.deallocate() }

    /// Reads a file.
    /// - Parameter isNamed: whether the user has named the file itself: then size and long lines are no reason.
    /// - Throws: ``FileError`` for what cannot be opened or read.
    /// - Complexity: O(bytes).
    public func read(_ path: Path, isNamed: Bool = false) throws(FileError) -> Reading {
        // A pipe may have taken the place of the file: opening it must not wait.
        let file = try FileDescriptor.open(path, .readWithoutWaiting)
        // Nothing is written: closing has nothing to tell.
        defer { try? file.close() }
        do throws(SystemError) {
            let status = try file.status()
            guard status.kind == .file else { return .passedOver(.notFile) }
            guard isNamed || status.byteCount <= Self.bytesMax else { return .passedOver(.tooLarge) }
            reserve(status.byteCount)
            let count = try file.read(
                into: UnsafeMutableRawBufferPointer(rebasing: memory[..<min(memory.count, status.byteCount)]), at: 0)
            return text(count, path.name, isNamed)
        } catch {
            throw FileError(path, "read", error)
        }
    }

    /// Reads an open file to its end, as standard input.
    /// - Parameter name: tells the language.
    public func read(_ file: FileDescriptor, name: String) throws(SystemError) -> Reading {
        let content = try file.readAll()
        reserve(content.count)
        memory.copyBytes(from: content)
        return text(content.count, ArraySlice(name.utf8), true)
    }

    private func reserve(_ count: Int) {
        guard memory.count < count || memory.count > Self.keptBytes else { return }
        memory.deallocate()
        memory = .allocate(byteCount: max(count, 1 << 16), alignment: 16)
    }

    private func text(_ count: Int, _ name: ArraySlice<UInt8>, _ isNamed: Bool) -> Reading {
        var bytes = UnsafeBufferPointer(
            start: memory.baseAddress?.assumingMemoryBound(to: UInt8.self), count: min(count, memory.count))
        let head = UnsafeBufferPointer(rebasing: bytes.prefix(Self.headBytes))
        switch TextSignature(head) {
        case .other: return .passedOver(.binary)
        case .utf16(let isBigEndian):
            let source = Array(bytes.dropFirst(2))
            var decoder = UTF16Decoder(isBigEndian: isBigEndian)
            reserve(UTF16Decoder.capacity(for: source.count))
            // It has a base: the capacity is above zero.
            let place = memory.baseAddress!.assumingMemoryBound(to: UInt8.self)
            var written = decoder.decode(source, into: place)
            written += decoder.finish(into: place + written)
            bytes = UnsafeBufferPointer(start: place, count: written)
        case .utf8(let markSize):
            // A zero is no text, as other tools see it.
            if UnsafeRawBufferPointer(head).contains(0) { return .passedOver(.binary) }
            bytes = UnsafeBufferPointer(rebasing: bytes.dropFirst(markSize))
        }
        let language = SourceLanguage.of(name: name, head: bytes)
        if !isNamed, language.family == .code, isMinified(bytes) { return .passedOver(.minified) }
        return .text(Text(bytes: bytes, language: language))
    }

    private func isMinified(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count > 4 * Self.minifiedLineBytes else { return false }
        let start = bytes.prefix(1 << 16)
        return start.count / (start.count { $0 == 0x0A } + 1) > Self.minifiedLineBytes
    }
}
