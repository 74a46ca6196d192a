import Anneal
import AnnealCodes
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

/// A line becomes the code of its vector.
struct EmbedCodesTransform: ~Copyable, LineTransform {
    private var session: Session
    private let coder: any VectorCoder
    private let vector: UnsafeMutableBufferPointer<Float>
    private let code: UnsafeMutableBufferPointer<UInt8>

    /// - Parameter length: of a code, one that the codec has.
    init(session: consuming Session, codec: any VectorCodec, length: Int) {
        vector = .allocate(capacity: session.dimension)
        code = .allocate(capacity: length)
        vector.initialize(repeating: 0)
        code.initialize(repeating: 0)
        self.session = session
        coder = codec.makeCoder()
    }

    deinit {
        vector.deallocate()
        code.deallocate()
    }

    mutating func transform(_ line: UnsafeBufferPointer<UInt8>, row: Int, into output: inout ByteBuffer) -> Bool {
        var numbers = vector.mutableSpan
        let hasContent = session.embed(line.span, into: &numbers)
        do throws(CodecError) { try coder.encode(UnsafeBufferPointer(vector), into: code) } catch {
            // `check` has coded a longer vector, and those of an engine are finite and of length one.
            preconditionFailure("expected a vector that can be coded: \(error)")
        }
        if let start = code.baseAddress { output.append(start, count: code.count) }
        return hasContent
    }

    /// Refuses a codec that is not for vectors of length one and some dimension, and a length that it has no codes of.
    static func check(_ codec: any VectorCodec, dimension: Int, length: Int) throws(CodecError) {
        var vector = [Float](repeating: 0, count: dimension)
        // A little longer, for vectors have the length one but for what is rounded.
        vector[0] = 1.01
        var code = [UInt8](repeating: 0, count: length)
        let coder = codec.makeCoder()
        try vector.withUnsafeBufferPointer { (vector) throws(CodecError) in
            try code.withUnsafeMutableBufferPointer { (code) throws(CodecError) in
                try coder.encode(vector, into: code)
            }
        }
    }
}
