public import AnnealModel

/// What can go wrong between a caller and a vector. Every case says what was expected and what was found.
public enum EngineError: Error, Sendable, CustomStringConvertible {
    /// The model file was refused.
    case model(ModelError)
    /// The rules were refused: what was expected, what was found, line and column.
    case rules(ModelSourceError)
    /// No shipped model lies beside the program.
    case noShippedModel(searched: [String])
    /// A number of dimensions outside what the model holds.
    case dimension(expected: ClosedRange<Int>, found: Int)
    /// A text too long to be explained or compared instruction by instruction.
    case tooLong(limit: Int, unit: String, found: Int)
    /// The environment asks for a kernel that this processor or this program does not have.
    case kernel(String)

    public var description: String {
        switch self {
        case .model(let error): return "\(error)"
        case .rules(let error): return "\(error)"
        case .noShippedModel(let searched):
            return "expected the shipped model, found none; looked at \(searched.joined(separator: ", ")). "
                + "Name a model file with --model or in ANNEAL_MODEL."
        case .dimension(let expected, let found):
            return "expected between \(expected.lowerBound) and \(expected.upperBound) dimensions, found \(found)"
        case .tooLong(let limit, let unit, let found):
            return "expected a text of at most \(limit) \(unit) to explain, found \(found)"
        case .kernel(let message): return message
        }
    }
}
