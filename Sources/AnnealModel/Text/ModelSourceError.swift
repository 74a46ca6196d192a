public import AnnealProgram

/// Why a text did not become a model.
public enum ModelSourceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text breaks the grammar, or a rule in it is not valid.
    case text(TextError)
    /// The text is well formed, and what it says is no model; or a file could not be read.
    case model(ModelError)

    public var description: String {
        switch self {
        case .text(let error): "\(error)"
        case .model(let error): "\(error)"
        }
    }
}
