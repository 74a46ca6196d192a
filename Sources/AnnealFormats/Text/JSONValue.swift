/// A document of JSON, read whole: settings, descriptions, what is small by nature.
public enum JSONValue: Sendable {
    /// Members in the order of the text, a name as often as it stands there.
    case object([(name: String, value: JSONValue)])
    case array([JSONValue])
    case string(String)
    case number(Double)
    case bool(Bool)
    case null

    /// Reads a document, strict after RFC 8259.
    /// - Complexity: O(bytes).
    /// - Throws: ``JSONError``, whose column counts all bytes of the document from 1.
    public init(_ bytes: [UInt8]) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            var cursor = JSONCursor(bytes, endName: "the end of the document")
            cursor.skipSpace()
            let value = try cursor.value()
            try cursor.end()
            return value
        }
    }

    /// The value of a member: the last one of that name; nil for what has none.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// What it is, in words a person can use.
    public var kind: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        }
    }
}
