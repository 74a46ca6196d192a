public import AnnealContainer
public import AnnealFormats
import AnnealPlatform

/// Vectors as codes of a few bytes, and back. One protocol for all codecs: files of codes, commands and searches know
/// no other.
///
/// A codec is a value that is only read. What encodes and decodes, with memory of its own, is a ``VectorCoder``: one a
/// thread.
public protocol VectorCodec: Sendable {
    var kind: CodecKind { get }
    /// Numbers of a vector.
    var dimension: Int { get }
    /// The lengths in bytes that a code may have, ascending. A shorter code is the beginning of a longer one.
    var lengths: [Int] { get }
    /// The variance of each principal component of the vectors of training, as a part of squared lengths, falling.
    var variances: [Float] { get }
    /// Vectors that the codec was trained on.
    var trainedOn: Int { get }
    /// What a file holds of it; the first is its head.
    var sections: [(tag: SectionTag, bytes: [UInt8])] { get }
    func makeCoder() -> any VectorCoder
}

/// Encodes and decodes with memory of its own, so that nothing is allocated for a vector. For one thread at a time.
public protocol VectorCoder: AnyObject {
    /// Writes the code of a vector. The zero vector's is all zeros, and no other vector's is.
    /// - Parameter code: of one of the codec's lengths.
    /// - Throws: ``CodecError`` for a vector of another dimension, with numbers that are not finite, or too long.
    func encode(
        _ vector: UnsafeBufferPointer<Float>, into code: UnsafeMutableBufferPointer<UInt8>
    ) throws(CodecError)

    /// Writes the vector that a code stands for.
    /// - Parameters:
    ///   - code: of one of the codec's lengths; any bytes are a code.
    ///   - vector: room for as many numbers as the codec's dimension.
    func decode(_ code: UnsafeBufferPointer<UInt8>, into vector: UnsafeMutableBufferPointer<Float>)
}

extension VectorCodec {
    /// The least squared error that codes of a length could have, were vectors normally distributed.
    public func bound(length: Int) -> Double { BitAllocation.bound(variances.map(Double.init), bits: 8 * length) }

    /// Refuses a length that no code has.
    public func check(length: Int) throws(CodecError) {
        guard lengths.contains(length) else { throw .codeLength(expected: lengths, found: length) }
    }

    /// The codes of all rows, one behind the other.
    /// - Parameters:
    ///   - length: of a code, in bytes.
    ///   - progress: hears how many rows are done, from this thread only.
    /// - Throws: ``CodecError``; ``CodecError/row(_:_:)`` names the row that cannot be coded.
    public func encode(
        _ vectors: Matrix, length: Int, threads: Int, progress: (Int) -> Void = { _ in }
    ) throws(CodecError) -> [UInt8] {
        try encode(rows: vectors.rows, columns: vectors.columns, length: length, threads: threads, progress) {
            $1.update(from: vectors.row($0), count: vectors.columns)
        }
    }

    /// The same of a file, of which no more than a few thousand rows are in memory at a time.
    public func encode(
        _ vectors: VectorFile, length: Int, threads: Int, progress: (Int) -> Void = { _ in }
    ) throws(CodecError) -> [UInt8] {
        try encode(rows: vectors.rows, columns: vectors.columns, length: length, threads: threads, progress) {
            vectors.copyRow($0, into: $1)
        }
    }

    private func encode(
        rows: Int, columns: Int, length: Int, threads: Int, _ progress: (Int) -> Void,
        copy: @escaping @Sendable (Int, UnsafeMutablePointer<Float>) -> Void
    ) throws(CodecError) -> [UInt8] {
        try check(length: length)
        guard columns == dimension else { throw .dimension(expected: dimension, found: columns) }
        var codes: [UInt8] = []
        codes.reserveCapacity(rows * length)
        // As much at a time as takes a moment, so that progress can be told.
        let block = 256 * max(1, threads) * 16
        for start in stride(from: 0, to: rows, by: block) {
            let count = min(block, rows - start)
            let parts = try Parallel.mapChunks(of: count, size: 256, threads: threads) { (range) throws(CodecError) in
                let coder = self.makeCoder()
                var part = [UInt8](repeating: 0, count: range.count * length)
                var vector = [Float](repeating: 0, count: columns)
                for index in range {
                    vector.withUnsafeMutableBufferPointer { row in
                        if let row = row.baseAddress { copy(start + index, row) }
                    }
                    do throws(CodecError) {
                        let place = (index - range.lowerBound) * length
                        try part.withUnsafeMutableBufferPointer { (bytes) throws(CodecError) in
                            try vector.withUnsafeBufferPointer { (row) throws(CodecError) in
                                try coder.encode(row, into: .init(rebasing: bytes[place..<place + length]))
                            }
                        }
                    } catch {
                        throw .row(start + index, error)
                    }
                }
                return part
            }
            for part in parts { codes += part }
            progress(start + count)
        }
        return codes
    }

    /// The vectors that codes stand for.
    /// - Precondition: `codes.count` is a multiple of `length`.
    /// - Throws: ``CodecError`` for a length that no code has.
    public func decode(
        _ codes: UnsafeRawBufferPointer, length: Int, threads: Int
    ) throws(CodecError) -> Matrix {
        try check(length: length)
        precondition(codes.count % length == 0)
        let vectors = Matrix(rows: codes.count / length, columns: dimension)
        let bytes = SharedBytes(codes.bindMemory(to: UInt8.self))
        Parallel.forEachChunk(of: vectors.rows, size: 256, threads: threads) { _, range in
            let coder = self.makeCoder()
            for row in range {
                coder.decode(
                    .init(rebasing: bytes.bytes[row * length..<(row + 1) * length]),
                    into: UnsafeMutableBufferPointer(start: vectors.row(row), count: vectors.columns))
            }
        }
        return vectors
    }
}

/// Bytes that several threads read.
///
/// `@unchecked Sendable`: nothing writes them while the loop runs that they are lent to.
struct SharedBytes: @unchecked Sendable {
    let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }
}
