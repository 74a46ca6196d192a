import AnnealFormats

/// Some consecutive lines of one input on their way through the threads, and what became of them.
///
/// Unchecked sendable: a batch belongs to one thread at a time and is handed over under the pipeline's lock.
final class LineBatch: @unchecked Sendable {
    /// Small enough that a ring of batches takes little memory (128 vectors of 256 floats are 128 KB), large enough that
    /// handing one over costs nothing beside embedding it.
    static let lineLimit = 128
    static let byteLimit = 1 << 15

    /// The lines without their ends, one behind the other.
    var input = ByteBuffer()
    /// Where each line stops in `input`.
    var ends: [Int] = []
    var output = ByteBuffer()
    /// What the lines that were transformed hold.
    var counts = LineCounts()
    /// Which input the lines came from.
    var inputIndex = 0
    /// Number of the first line in its input, from 1.
    var firstLine = 1
    /// Number of the first line in the whole run, from 0.
    var firstRow = 0
    /// The first line that could not be read, if any.
    var failure: CommandError?
    /// Guarded by the pipeline's lock.
    var isDone = false

    init() { ends.reserveCapacity(LineBatch.lineLimit) }

    var isFull: Bool { ends.count >= LineBatch.lineLimit || input.count >= LineBatch.byteLimit }

    /// Whether a line has begun and not yet ended.
    var hasOpenLine: Bool { input.count > (ends.last ?? 0) }

    func reset() {
        input.removeAll()
        output.removeAll()
        ends.removeAll(keepingCapacity: true)
        counts = LineCounts()
        failure = nil
        isDone = false
    }

    func line(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = index == 0 ? 0 : ends[index - 1]
        return UnsafeBufferPointer(rebasing: input.bytes[start..<ends[index]])
    }
}
