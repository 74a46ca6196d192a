import AnnealFormats
import AnnealPacking

/// Cuts inputs into portions of lines for work that looks at many texts at once. Where a portion ends depends on the
/// lines alone, not on how they arrive.
struct LinePortions: ~Copyable {
    /// Some lines, one behind the other.
    struct Portion: ~Copyable {
        var text = ByteBuffer()
        /// Where each line stops in the text.
        var ends: [Int] = []

        func line(_ index: Int) -> UnsafeBufferPointer<UInt8> {
            UnsafeBufferPointer(rebasing: text.bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
        }
    }

    /// Bytes of a portion, unless a single line has more.
    static let byteLimit = 1 << 24

    private var reader: LineReader
    private let batch = LineBatch()
    /// The first line of the batch that no portion has.
    private var line = 0

    var totalBytes: Int? { reader.totalBytes }
    var bytesRead: Int { reader.bytesRead }

    init(_ inputs: [InputSource]) { reader = LineReader(inputs) }

    /// The next lines; nil at the end of the last input.
    mutating func next() throws(CommandError) -> Portion? {
        var portion = Portion()
        while portion.ends.count < PackingRun.portion {
            if line == batch.ends.count {
                line = 0
                guard try reader.fill(batch) else { break }
            }
            let bytes = batch.line(line)
            if !portion.ends.isEmpty, portion.text.count + bytes.count > Self.byteLimit { break }
            if let base = bytes.baseAddress { portion.text.append(base, count: bytes.count) }
            portion.ends.append(portion.text.count)
            line += 1
        }
        if portion.ends.isEmpty { return nil }
        return portion
    }
}
