import Anneal
import AnnealFormats

/// A line becomes its vector, in the format asked for.
struct EmbedTransform: ~Copyable, LineTransform {
    private var session: Session
    private let writer: VectorFormat.Writer
    private let vector: UnsafeMutableBufferPointer<Float>

    init(session: consuming Session, writer: VectorFormat.Writer) {
        vector = .allocate(capacity: session.dimension)
        self.session = session
        self.writer = writer
    }

    deinit { vector.deallocate() }

    mutating func transform(_ line: UnsafeBufferPointer<UInt8>, row: Int, into output: inout ByteBuffer) -> Bool {
        var numbers = vector.mutableSpan
        let hasContent = session.embed(line.span, into: &numbers)
        writer.append(UnsafeBufferPointer(vector), row: row, isEmpty: !hasContent, to: &output)
        return hasContent
    }
}
