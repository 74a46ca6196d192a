import Anneal

/// A line becomes its vector, in the format asked for.
struct EmbedTransform: ~Copyable, LineTransform {
    private var session: Session
    private let format: VectorFormat
    private let dimension: Int
    private let vector: UnsafeMutablePointer<Float>

    init(session: consuming Session, format: VectorFormat) {
        dimension = session.dimension
        self.session = session
        self.format = format
        vector = .allocate(capacity: dimension)
    }

    deinit { vector.deallocate() }

    mutating func transform(_ line: UnsafeBufferPointer<UInt8>, row: Int, into output: inout ByteBuffer) -> Bool {
        let room = UnsafeMutableBufferPointer(start: vector, count: dimension)
        var numbers = room.mutableSpan
        let hasContent = session.embed(line.span, into: &numbers)
        switch format {
        case .npy, .f32, .safetensors:
            let size = dimension * 4
            let place = UnsafeMutableRawPointer(output.room(for: size))
            for index in 0..<dimension {
                place.storeBytes(
                    of: vector[index].bitPattern.littleEndian, toByteOffset: index * 4, as: UInt32.self)
            }
            output.advance(by: size)
        case .jsonl:
            output.append("{\"index\":")
            output.append(decimal: UInt64(row))
            if !hasContent { output.append(",\"empty\":true") }
            output.append(",\"embedding\":[")
            appendNumbers(separator: 0x2C, to: &output)
            output.append("]}\n")
        case .text:
            appendNumbers(separator: 0x20, to: &output)
            output.append(0x0A)
        }
        return hasContent
    }

    /// The shortest decimal of each number that reads back as the same float.
    private func appendNumbers(separator: UInt8, to output: inout ByteBuffer) {
        for index in 0..<dimension {
            if index > 0 { output.append(separator) }
            output.append(vector[index].description)
        }
    }
}
