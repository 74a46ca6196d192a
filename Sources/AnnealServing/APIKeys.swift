#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The keys that are let in; none lets everyone in.
public struct APIKeys: Sendable {
    private let keys: [[UInt8]]

    public init(_ keys: [String]) { self.keys = keys.map { Array($0.utf8) } }

    /// The keys of a file and of an environment variable together.
    /// - Parameters:
    ///   - file: a path; keys stand in it with white space between them. A file without keys is a mistake, and must not
    ///     open the door.
    ///   - variable: keys with commas between them.
    /// - Throws: ``APIKeysError`` for a file that cannot be read, and for a file or a variable that is not empty and has no
    ///   keys.
    public init(file: String?, variable: String?) throws(APIKeysError) {
        var keys = variable.map { $0.split(separator: ",").map(String.init) } ?? []
        if let variable, !variable.isEmpty, keys.isEmpty { throw .noKeys("ANNEAL_API_KEYS") }
        if let file {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { throw .unreadable(file) }
            let found = text.split(whereSeparator: \.isWhitespace)
            guard !found.isEmpty else { throw .noKeys(file) }
            keys += found.map(String.init)
        }
        self.init(keys)
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
