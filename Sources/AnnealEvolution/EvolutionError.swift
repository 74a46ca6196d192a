/// Why evolution cannot run.
public enum EvolutionError: Error, CustomStringConvertible {
    case settings(String)
    /// The record was begun with other settings or texts.
    case otherRun(what: String, expected: String, found: String)
    /// The record cannot be read.
    case damaged(path: String, what: String)

    public var description: String {
        switch self {
        case .settings(let fault): fault
        case .otherRun(let what, let expected, let found):
            "the lineage is of another run: expected the \(what) \(expected), found \(found)"
        case .damaged(let path, let what): "\(path): \(what)"
        }
    }
}
