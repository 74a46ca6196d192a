/// Reads one string field of a JSON object that stands on a line, and checks the rest of the line on the way.
///
/// Strict after RFC 8259: no comments, no trailing commas, no bare control characters, nothing behind the object. The
/// field is looked for at the top level; if it stands there twice, the last one counts, as in most readers. A lone
/// surrogate escape becomes U+FFFD. Bytes of 0x80 and above pass through as they are: the tokenizer replaces invalid
/// UTF-8 in one defined way, whatever the format.
///
/// Nesting deeper than 256 is an error, not a stack overflow.
public struct JSONFieldReader: Sendable {
    private let field: [UInt8]
    private let fieldName: String

    public init(field: String) {
        fieldName = field
        self.field = Array(field.utf8)
    }

    /// Appends the field's text to `text`.
    /// - Complexity: O(line.count).
    /// - Throws: ``JSONError``.
    public func read(_ line: UnsafeBufferPointer<UInt8>, into text: inout ByteBuffer) throws(JSONError) {
        var cursor = JSONCursor(line, endName: "the end of the line")
        var isFound = false
        var key = ByteBuffer()
        let start = text.count
        cursor.skipSpace()
        try cursor.expect(0x7B, "an object")
        cursor.skipSpace()
        if !cursor.take(0x7D) {
            repeat {
                cursor.skipSpace()
                key.truncate(to: 0)
                try cursor.string("a key", into: &key)
                cursor.skipSpace()
                try cursor.expect(0x3A, "':'")
                cursor.skipSpace()
                if key.bytes.elementsEqual(field) {
                    text.truncate(to: start)
                    try cursor.string("a string for \"\(fieldName)\"", into: &text)
                    isFound = true
                } else {
                    try cursor.skipValue(depth: 1)
                }
                cursor.skipSpace()
            } while cursor.take(0x2C)
            try cursor.expect(0x7D, "',' or '}'")
        }
        try cursor.end()
        if !isFound {
            throw JSONError(column: 1, expected: "the field \"\(fieldName)\"", found: "an object without it")
        }
    }
}
