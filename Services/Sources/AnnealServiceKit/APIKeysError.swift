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
