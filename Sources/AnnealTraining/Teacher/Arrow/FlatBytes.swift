import AnnealPlatform

/// A part of a mapped file in which every read is checked, so that no byte of a file can make a reader of it leave it.
///
/// Offsets count from the start of the part. The mapping is held as long as the part lives.
struct FlatBytes: Sendable {
    let path: String
    let file: MappedFile
    /// Where the part lies in the file.
    let range: Range<Int>

    var count: Int { range.count }

    init(path: String, file: MappedFile) {
        self.path = path
        self.file = file
        range = 0..<file.bytes.count
    }

    private init(path: String, file: MappedFile, range: Range<Int>) {
        self.path = path
        self.file = file
        self.range = range
    }

    /// A part of this part.
    /// - Parameter what: names it, should it not lie inside.
    func part(at offset: Int, count: Int, _ what: String) throws(TrainError) -> FlatBytes {
        guard offset >= 0, offset <= self.count, count >= 0, count <= self.count - offset else {
            throw wrong("\(what) inside the file", "\(count) bytes at \(offset) of \(self.count)")
        }
        let start = range.lowerBound + offset
        return FlatBytes(path: path, file: file, range: start..<start + count)
    }

    /// A little-endian integer at an offset.
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, _ what: String
    ) throws(TrainError) -> Value {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, count >= size, offset <= count - size else {
            throw wrong("\(what) inside the file", "\(size) bytes at \(offset) of \(count)")
        }
        return littleEndian(file.bytes, range.lowerBound + offset)
    }

    /// A 64-bit number that counts or places something.
    func size(at offset: Int, _ what: String) throws(TrainError) -> Int {
        let value: Int64 = try integer(at: offset, what)
        guard value >= 0 else { throw wrong("\(what) of at least zero", "\(value)") }
        return Int(value)
    }

    func starts(with bytes: some Sequence<UInt8>) -> Bool { file[range].starts(with: bytes) }

    func wrong(_ expected: String, _ found: String) -> TrainError {
        TrainError(place: path, expected: expected, found: found)
    }
}
