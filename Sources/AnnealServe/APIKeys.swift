/// The keys that are let in; none lets everyone in.
public struct APIKeys: Sendable {
    private let keys: [[UInt8]]

    public init(_ keys: [String]) { self.keys = keys.map { Array($0.utf8) } }

    /// Whether the value of an `Authorization` header holds a key. The time does not tell how much of one was right: every
    /// key is compared to its end.
    func allow(_ authorization: String?) -> Bool {
        guard !keys.isEmpty else { return true }
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return false }
        let given = Array(authorization.utf8.dropFirst(7))
        var isKnown = false
        for key in keys {
            var difference: UInt8 = key.count == given.count ? 0 : 1
            for index in key.indices { difference |= key[index] ^ (index < given.count ? given[index] : 0) }
            isKnown = isKnown || difference == 0
        }
        return isKnown
    }
}
