import AnnealFormats

/// The arguments of a call, taken one by one.
struct ToolArguments {
    private let json: JSONValue

    /// - Throws: ``CallError/invalidParameters(_:)`` for what is no object, or names an argument that the tool does not have.
    init(_ json: JSONValue, of names: [String]) throws(CallError) {
        guard case .object(let members) = json else {
            throw .invalidParameters("expected an object for \"arguments\", found \(json.kind)")
        }
        if let other = members.first(where: { !names.contains($0.name) }) {
            let known = names.map { "\"\($0)\"" }.joined(separator: ", ")
            throw .invalidParameters("expected arguments of \(known), found \"\(Excerpt.shown(other.name))\"")
        }
        self.json = json
    }

    /// - Throws: for a text that is empty or longer than ``textMax`` bytes.
    func text(_ name: String) throws(CallError) -> String {
        guard let text = try optionalText(name) else {
            throw .invalidParameters("expected a string for \"\(name)\", found none")
        }
        return text
    }

    static let textMax = 16_384

    func optionalText(_ name: String) throws(CallError) -> String? {
        switch json[name] {
        case nil, .null?: return nil
        case .string(let text)?:
            guard (1...Self.textMax).contains(text.utf8.count) else {
                throw .invalidParameters(
                    "expected 1 to \(Self.textMax) bytes for \"\(name)\", found \(text.utf8.count)")
            }
            return text
        case .some(let other): throw .invalidParameters("expected a string for \"\(name)\", found \(other.kind)")
        }
    }

    /// - Parameter standard: where the argument is left out; nil where it must be there.
    func count(_ name: String, in range: ClosedRange<Int>, standard: Int? = nil) throws(CallError) -> Int {
        let expected = "a whole number in \(range.lowerBound)...\(range.upperBound) for \"\(name)\""
        switch json[name] {
        case nil, .null?:
            guard let standard else { throw .invalidParameters("expected \(expected), found none") }
            return standard
        case .number(let number)?:
            guard let count = Int(exactly: number), range.contains(count) else {
                throw .invalidParameters("expected \(expected), found \(number)")
            }
            return count
        case .some(let other): throw .invalidParameters("expected \(expected), found \(other.kind)")
        }
    }
}
