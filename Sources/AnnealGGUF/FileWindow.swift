import AnnealPlatform

/// A file read by its places through one buffer of fixed size; nothing of it is mapped.
///
/// Every read says which field it is for, so that an error can.
final class FileWindow {
    static let size = 65_536

    var path: Path { file.path }
    var byteCount: Int { file.byteCount }
    private(set) var readCount = 0
    private(set) var bytesRead = 0

    let file: RegularFile
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FileWindow.size, alignment: 64)
    /// What of the file the buffer has.
    private var held = 0..<0

    init(_ file: RegularFile) { self.file = file }

    convenience init(_ path: Path) throws(GGUFError) {
        do throws(FileError) { self.init(try RegularFile(path)) } catch {
            throw GGUFError(
                kind: .unreadable, path: path, field: "the file", offset: 0, expected: "a readable file",
                found: error.found)
        }
    }

    deinit { buffer.deallocate() }

    /// Bytes of the file, valid until the next call.
    /// - Parameters:
    ///   - readsAhead: whether what follows is wanted next, so that the buffer is filled.
    /// - Precondition: `count` is at most ``size``.
    func bytes(
        at offset: Int, _ count: Int, _ field: @autoclosure () -> String, readsAhead: Bool = true
    ) throws(GGUFError) -> UnsafeRawBufferPointer {
        precondition(count <= FileWindow.size && offset >= 0)
        if offset < held.lowerBound || count > held.upperBound - offset {
            guard offset <= byteCount, count <= byteCount - offset else {
                throw error(
                    .malformed, field(), offset, "\(count) bytes", "the end of the file, \(byteCount - offset) left")
            }
            let wanted = readsAhead ? min(FileWindow.size, byteCount - offset) : count
            let found: Int
            do throws(SystemError) {
                found = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
            } catch {
                held = 0..<0
                throw self.error(.unreadable, field(), offset, "\(wanted) bytes", "\(error)")
            }
            readCount += 1
            bytesRead += found
            held = offset..<offset + found
            guard found >= count else {
                throw error(
                    .changed, field(), offset, "\(count) bytes, as when the file was opened",
                    "\(found): it has been cut")
            }
        }
        let start = offset - held.lowerBound
        return UnsafeRawBufferPointer(rebasing: buffer[start..<start + count])
    }

    /// A little-endian integer.
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, _ field: @autoclosure () -> String
    ) throws(GGUFError) -> Value {
        let bytes = try bytes(at: offset, MemoryLayout<Value>.size, field())
        return Value(littleEndian: bytes.loadUnaligned(as: Value.self))
    }

    func error(
        _ kind: GGUFError.Kind, _ field: String, _ offset: Int, _ expected: String, _ found: String
    ) -> GGUFError {
        GGUFError(kind: kind, path: path, field: field, offset: offset, expected: expected, found: found)
    }
}
