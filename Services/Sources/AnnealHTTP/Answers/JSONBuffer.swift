import AnnealJSON
import FoundationEssentials
import NIOCore

/// JSON written straight into a response's bytes: responses are mostly numbers, thousands of them.
struct JSONBuffer: Sendable {
    private(set) var bytes: ByteBuffer

    init(capacity: Int = 256) { bytes = ByteBufferAllocator().buffer(capacity: capacity) }

    /// JSON that was written elsewhere.
    init(_ text: String) { bytes = ByteBuffer(string: text) }

    /// Writes text as it is.
    mutating func raw(_ text: StaticString) { bytes.writeStaticString(text) }

    /// Writes text as it is.
    mutating func raw(_ text: String) { bytes.writeString(text) }

    mutating func string(_ text: String) { bytes.writeString(JSONText.quote(text)) }

    mutating func integer(_ value: Int) { bytes.writeString(String(value)) }

    /// Writes the elements with commas between and brackets around.
    mutating func array<Elements: Collection>(
        _ elements: Elements, _ body: (inout JSONBuffer, Elements.Element) throws -> Void
    ) rethrows {
        raw("[")
        var isFirst = true
        for element in elements {
            if !isFirst { raw(",") }
            isFirst = false
            try body(&self, element)
        }
        raw("]")
    }

    /// An array of decimals that read back as the same numbers.
    mutating func floats(_ values: some Collection<Float>) {
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: 2 + values.count * (FloatText.bytesMax + 1)) { room in
            FloatText.write(values, into: room)
        }
    }

    /// A string of the numbers' bytes, little-endian, in base64: what OpenAI's clients ask for.
    mutating func base64(_ values: some Collection<Float>) {
        let bits = values.map { $0.bitPattern.littleEndian }
        base64(data: bits.withUnsafeBytes { Data($0) })
    }

    /// A string of bytes in base64.
    mutating func base64(bytes: [UInt8]) { base64(data: Data(bytes)) }

    private mutating func base64(data: Data) {
        raw("\"")
        bytes.writeString(data.base64EncodedString())
        raw("\"")
    }

    /// The bytes up to here; what follows begins anew.
    mutating func take() -> ByteBuffer {
        let taken = bytes
        bytes = ByteBufferAllocator().buffer(capacity: taken.readableBytes)
        return taken
    }
}
