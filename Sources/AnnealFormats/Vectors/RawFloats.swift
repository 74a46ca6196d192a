/// Bare 32-bit floats, little-endian, one behind the other.
public enum RawFloats {
    /// The numbers of bytes; bytes behind the last whole number are left out.
    /// - Complexity: O(bytes).
    public static func decode(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { raw in
            (0..<raw.count / 4).map { Float(bitPattern: raw.littleEndian(at: 4 * $0)) }
        }
    }

    /// The bytes of numbers.
    /// - Complexity: O(numbers).
    public static func encode(_ numbers: [Float]) -> [UInt8] {
        var buffer = ByteBuffer()
        numbers.withUnsafeBufferPointer { append($0, 0, false, to: &buffer) }
        return Array(buffer.bytes)
    }

    /// Appends a vector: the row of every format that is bare numbers behind a header.
    static func append(_ vector: UnsafeBufferPointer<Float>, _: Int, _: Bool, to output: inout ByteBuffer) {
        let place = UnsafeMutableRawPointer(output.room(for: 4 * vector.count))
        for index in 0..<vector.count {
            place.storeBytes(of: vector[index].bitPattern.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
        }
        output.advance(by: 4 * vector.count)
    }
}

extension VectorFormat {
    /// Rows one behind the other; how long they are, a reader has to know.
    public static let f32 = VectorFormat(
        name: "f32", summary: "bare little-endian numbers",
        writer: Writer(endings: ["f32", "bin"], isBinary: true, append: RawFloats.append))
}
