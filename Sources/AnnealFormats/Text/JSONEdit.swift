/// Changes one member of a JSON document and leaves every other byte as it is: settings that a person keeps by hand.
public enum JSONEdit {
    /// Sets the member that a path of names leads to, and makes the objects on the way that are missing.
    ///
    ///     try JSONEdit.set(["servers", "anneal"], to: #"{"command":"anneal"}"#, in: settings)
    ///
    /// - Parameters:
    ///   - path: the names, the outermost first.
    ///   - value: JSON.
    ///   - document: a document whose outermost value is an object; an empty one counts as `{}`.
    /// - Complexity: O(bytes · names).
    /// - Throws: ``JSONError`` for what is no JSON after RFC 8259, comments included, and where the path leads through a value that is no object.
    /// - Precondition: the path is not empty.
    public static func set(_ path: [String], to value: String, in document: [UInt8]) throws(JSONError) -> [UInt8] {
        precondition(!path.isEmpty)
        let isBlank = document.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let document = isBlank ? Array("{}\n".utf8) : document
        // What is set is worth nothing if the rest cannot be read.
        _ = try JSONValue(document)
        let found = try document.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            var cursor = JSONCursor(bytes, endName: "the end of the document")
            cursor.skipSpace()
            return try place(of: path[...], &cursor)
        }
        var text = value
        for name in found.missing.dropFirst().reversed() {
            text = "{" + quoted(name) + ": " + text + "}"
        }
        var edited = Array(document[..<found.bytes.lowerBound])
        if let name = found.missing.first {
            let depth = path.count - found.missing.count + 1
            let indent = String(repeating: "  ", count: depth)
            edited += Array("\(found.isEmpty ? "" : ",")\n\(indent)\(quoted(name)): \(text)".utf8)
            if found.isEmpty { edited += Array("\n\(indent.dropLast(2))".utf8) }
        } else {
            edited += Array(text.utf8)
        }
        return edited + document[found.bytes.upperBound...]
    }

    /// Where a value stands, or where the first missing member goes: behind the last one of its object.
    private struct Place {
        var bytes: Range<Int>
        var missing: ArraySlice<String>
        var isEmpty = false
    }

    /// - Precondition: the cursor stands at a value.
    private static func place(of path: ArraySlice<String>, _ cursor: inout JSONCursor) throws(JSONError) -> Place {
        guard let name = path.first else {
            let start = cursor.position
            try cursor.skipValue(depth: 0)
            return Place(bytes: start..<cursor.position, missing: [])
        }
        var found: Place?
        var end = cursor.position + 1
        var isEmpty = true
        try cursor.object("an object for \"\(name)\"") { (member, cursor) throws(JSONError) in
            isEmpty = false
            if member == name {
                // Of several members of one name the last counts.
                found = try place(of: path.dropFirst(), &cursor)
            } else {
                try cursor.skipValue(depth: 1)
            }
            end = cursor.position
        }
        return found ?? Place(bytes: end..<(isEmpty ? cursor.position - 1 : end), missing: path, isEmpty: isEmpty)
    }

    private static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
