public import AnnealPlatform

/// A part of a mapped file in which every read is checked, so that no byte of a file can make a reader of it leave it.
///
/// Offsets count from the start of the part. The mapping is held as long as the part lives.
public struct FileBytes: Sendable {
    public let path: Path
    /// The whole file.
    public let file: MappedFile
    /// Where the part lies in the file.
    public let range: Range<Int>

    public var count: Int { range.count }

    /// Maps a file.
    /// - Complexity: O(1): pages are read when they are touched.
    /// - Throws: ``FormatError`` if it is missing, a folder, a pipe, or may not be read.
    public init(_ path: Path) throws(FormatError) {
        do throws(FileError) { file = try MappedFile(path) } catch { throw FormatError(error) }
        self.path = path
        range = 0..<file.bytes.count
    }

    private init(path: Path, file: MappedFile, range: Range<Int>) {
        self.path = path
        self.file = file
        self.range = range
    }

    /// The bytes of the part. They are valid as long as this value, or one made of it, lives.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: file.bytes[range]) }

    /// Bytes by their place in the part.
    /// - Precondition: `range` lies inside.
    public subscript(range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    /// A part of this part.
    /// - Parameter what: names it, should it not lie inside.
    public func part(at offset: Int, count: Int, _ what: String) throws(FormatError) -> FileBytes {
        guard offset >= 0, offset <= self.count, count >= 0, count <= self.count - offset else {
            throw wrong("\(what) inside the file", "\(count) bytes at \(offset) of \(self.count)")
        }
        let start = range.lowerBound + offset
        return FileBytes(path: path, file: file, range: start..<start + count)
    }

    /// A little-endian integer at an offset.
    public func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, _ what: String
    ) throws(FormatError) -> Value {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, count >= size, offset <= count - size else {
            throw wrong("\(what) inside the file", "\(size) bytes at \(offset) of \(count)")
        }
        return bytes.littleEndian(at: offset)
    }

    /// A 64-bit number that counts or places something.
    public func size(at offset: Int, _ what: String) throws(FormatError) -> Int {
        let value: Int64 = try integer(at: offset, what)
        guard value >= 0 else { throw wrong("\(what) of at least zero", "\(value)") }
        return Int(value)
    }

    public func starts(with start: some Sequence<UInt8>) -> Bool { bytes.starts(with: start) }

    /// A copy of all bytes as text; what is no UTF-8 becomes U+FFFD.
    /// - Complexity: O(bytes).
    public var text: String {
        // The mapping must outlive the copying, which a value that nobody names afterwards need not.
        withExtendedLifetime(file) { String(decoding: bytes, as: UTF8.self) }
    }

    func wrong(_ expected: String, _ found: String) -> FormatError {
        FormatError(path, expected: expected, found: found)
    }
}

extension UnsafeRawBufferPointer {
    /// - Precondition: the integer's bytes lie inside.
    @inline(__always)
    func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
