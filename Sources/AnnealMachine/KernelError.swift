/// Why no kernel of a name could be chosen.
public enum KernelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name is of no kernel at all.
    case unknown(name: String, known: [String])
    /// The kernel exists, but this processor or this build cannot run it.
    case unsupported(name: String, available: [String])

    public var description: String {
        switch self {
        case .unknown(let name, let known):
            "unknown kernel '\(name)': expected one of \(known.joined(separator: ", "))"
        case .unsupported(let name, let available):
            "kernel '\(name)' does not run on this processor: expected one of \(available.joined(separator: ", "))"
        }
    }
}
