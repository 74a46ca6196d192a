/// JSON that grows from left to right. It writes commas by itself; the caller opens and closes what it nests.
public struct JSONText: Sendable {
    public private(set) var text = ""
    private var needsComma = false

    public init() {}

    /// `"name": {` … `}`; the name is left out inside arrays and at the top.
    public mutating func object<Failure: Error>(
        _ name: String? = nil, _ body: (inout JSONText) throws(Failure) -> Void
    ) throws(Failure) {
        try nest(name, "{", "}", body)
    }

    public mutating func array<Failure: Error>(
        _ name: String? = nil, _ body: (inout JSONText) throws(Failure) -> Void
    ) throws(Failure) {
        try nest(name, "[", "]", body)
    }

    public mutating func value(_ name: String? = nil, _ value: Int) { raw(name, String(value)) }

    public mutating func value(_ name: String? = nil, _ value: Bool) { raw(name, value ? "true" : "false") }

    /// The shortest decimal that reads back as the same number; null for what JSON has no number for.
    public mutating func value(_ name: String? = nil, _ value: Double) {
        raw(name, value.isFinite ? "\(value)" : "null")
    }

    public mutating func value(_ name: String? = nil, _ value: String) { raw(name, JSONText.quote(value)) }

    public mutating func null(_ name: String) { raw(name, "null") }

    private mutating func begin(_ name: String?) {
        if needsComma { text += "," }
        if let name { text += JSONText.quote(name) + ":" }
    }

    private mutating func raw(_ name: String?, _ literal: String) {
        begin(name)
        text += literal
        needsComma = true
    }

    private mutating func nest<Failure: Error>(
        _ name: String?, _ open: String, _ close: String, _ body: (inout JSONText) throws(Failure) -> Void
    ) throws(Failure) {
        begin(name)
        text += open
        needsComma = false
        try body(&self)
        text += close
        needsComma = true
    }

    /// A string literal: quotes, backslashes and control characters escaped, the rest as it is.
    public static func quote(_ string: String) -> String {
        var quoted = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
