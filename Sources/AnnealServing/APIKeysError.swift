/// A file of API keys that cannot be used.
public enum APIKeysError: Error, Equatable, CustomStringConvertible {
    case unreadable(String)
    case noKeys(String)

    public var description: String {
        switch self {
        case .unreadable(let path): "expected a file of API keys in UTF-8, cannot read \(path)"
        case .noKeys(let path): "expected API keys in \(path), found none"
        }
    }
}
