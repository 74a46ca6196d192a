extension VectorFormat {
    /// A JSON object a line: the number of the text, from 0, and its vector.
    public static let jsonl = VectorFormat(
        name: "jsonl", summary: "an object a line: index, embedding, and empty where a text has no content",
        writer: Writer(endings: ["jsonl", "ndjson"], isBinary: false) { vector, row, isEmpty, output in
            output.append("{\"index\":")
            output.append(decimal: UInt64(row))
            if isEmpty { output.append(",\"empty\":true") }
            output.append(",\"embedding\":[")
            append(vector, separator: 0x2C, to: &output)
            output.append("]}\n")
        })

    /// Numbers separated by spaces, one vector a line.
    public static let text = VectorFormat(
        name: "text", summary: "numbers separated by spaces, a vector a line",
        writer: Writer(endings: ["txt"], isBinary: false) { vector, _, _, output in
            append(vector, separator: 0x20, to: &output)
            output.append(0x0A)
        })

    /// The shortest decimal of each number that reads back as the same float.
    private static func append(
        _ vector: UnsafeBufferPointer<Float>, separator: UInt8, to output: inout ByteBuffer
    ) {
        for (index, number) in vector.enumerated() {
            if index > 0 { output.append(separator) }
            output.append(number.description)
        }
    }
}
