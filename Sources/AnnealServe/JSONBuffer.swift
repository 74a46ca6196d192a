import AnnealJSON
import NIOCore

/// JSON written straight into a response's bytes: responses are mostly numbers, thousands of them.
struct JSONBuffer {
    private(set) var bytes: ByteBuffer

    init(capacity: Int = 256) { bytes = ByteBufferAllocator().buffer(capacity: capacity) }

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

    /// The shortest decimals that read back as the same numbers. The engine's are finite.
    mutating func floats(_ values: some Collection<Float>) {
        array(values) { $0.bytes.writeString($1.description) }
    }
}
