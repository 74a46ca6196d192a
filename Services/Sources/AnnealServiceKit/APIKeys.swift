import AnnealPlatform

/// The keys that are let in; none lets everyone in.
public struct APIKeys: Sendable {
    private let keys: [[UInt8]]

    public init(_ keys: [String]) { self.keys = keys.map { Array($0.utf8) } }

    /// The keys of a file and of an environment variable together.
    /// - Parameters:
    ///   - file: a path; keys stand in it with white space between them. A file without keys is a mistake, and must not
    ///     open the door.
    ///   - variable: the value of `ANNEAL_API_KEYS`: keys with commas between them, blanks around a key not counting. nil
    ///     where it is not set; set but empty is a mistake as well.
    /// - Throws: ``APIKeysError`` for a file that cannot be read, for a file or a variable without keys, and for keys that
    ///   no header can carry.
    public init(file: String?, variable: String?) throws(APIKeysError) {
        var keys: [String] = []
        if let variable {
            keys = variable.split(separator: ",").map(APIKeys.trimmed).filter { !$0.isEmpty }
            guard !keys.isEmpty else { throw .noKeys("ANNEAL_API_KEYS") }
            try APIKeys.check(keys, from: "ANNEAL_API_KEYS")
        }
        if let file {
            guard let bytes = try? Files.content(of: Path(argument: file)),
                let text = String(validating: bytes, as: UTF8.self)
            else { throw .unreadable(file) }
            let found = text.split(whereSeparator: \.isWhitespace)
            guard !found.isEmpty else { throw .noKeys(file) }
            try APIKeys.check(found.map(String.init), from: file)
            keys += found.map(String.init)
        }
        self.init(keys)
    }

    private static func trimmed(_ key: Substring) -> String {
        let isBlank = { (character: Character) in character.isWhitespace }
        guard let first = key.firstIndex(where: { !isBlank($0) }), let last = key.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(key[first...last])
    }

    /// A key that has a blank or a control character inside is two keys, or half of a file: no client could send it.
    private static func check(_ keys: [String], from source: String) throws(APIKeysError) {
        for (index, key) in keys.enumerated() {
            let isWrong = { (scalar: Unicode.Scalar) in
                scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
            }
            if key.unicodeScalars.contains(where: isWrong) { throw .unusable(number: index + 1, of: source) }
        }
    }

    /// Whether the value of an `Authorization` header, or of `authorization` metadata, holds a key.
    ///
    /// The time depends on how long the given key is and how many keys there are, never on how much of one was right.
    public func allow(_ authorization: String?) -> Bool {
        guard !keys.isEmpty else { return true }
        guard let authorization, authorization.prefix(7).lowercased() == "bearer " else { return false }
        let given = Array(authorization.utf8.dropFirst(7))
        var isKnown: UInt8 = 0
        for key in keys {
            // The bytes beyond a key's end are compared with zero, so that every key costs the same.
            var difference: UInt8 = key.count == given.count ? 0 : 1
            for index in given.indices { difference |= (index < key.count ? key[index] : 0) ^ given[index] }
            isKnown |= difference == 0 ? 1 : 0
        }
        return isKnown == 1
    }
}

/// API keys that cannot be used. The keys themselves are never told.
public enum APIKeysError: Error, Equatable, CustomStringConvertible {
    case unreadable(String)
    case noKeys(String)
    case unusable(number: Int, of: String)

    public var description: String {
        switch self {
        case .unreadable(let path): "expected a file of API keys in UTF-8, cannot read \(path)"
        case .noKeys(let path): "expected API keys in \(path), found none"
        case .unusable(let number, let source):
            "expected API keys without blanks and control characters inside, found some in key \(number) of \(source)"
        }
    }
}
