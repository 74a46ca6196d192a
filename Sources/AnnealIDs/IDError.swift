public import AnnealCodes
public import AnnealContainer

/// What is wrong with an ID, with the text of one, with a model of IDs or with what it is to be trained on.
///
/// Each case says what was expected and what was found; ``description`` is a sentence for a person.
public indirect enum IDError: Error, Equatable, Sendable {
    /// The file, a section of it, a vector, or the training of its codebooks.
    case codec(CodecError)
    /// No model of IDs lies beside the default model.
    case noShippedModel(String)
    /// The IDs are for vectors of another model than the engine's.
    case otherEngine(expected: ContentHash, found: ContentHash)

    // IDs.
    case text(expected: String, found: String)
    case digitCount(expected: Int, found: Int)
    /// `level` counts from 1; a digit is at least 0 and below `size`.
    case digit(level: Int, size: Int, found: Int)
    /// The ID says that another model made it. Both are the first digits of a model's hash.
    case otherModel(expected: String, found: String)

    // Training.
    case tooFewTexts(expected: Int, found: Int)
    /// A line of a list.
    case line(Int, expected: String, found: String)
    /// All texts have one label, so that nothing can be told apart by it.
    case oneLabel(attribute: String, label: String)
}

extension IDError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .codec(let error): "\(error)"
        case .noShippedModel(let reason): reason
        case .otherEngine(let expected, let found):
            "the IDs are for vectors of another model: expected the model \(expected), found \(found)"
        case .text(let expected, let found): "expected \(expected), found \"\(found)\""
        case .digitCount(let expected, let found): "expected an ID of at most \(expected) digits, found \(found)"
        case .digit(let level, let size, let found):
            "digit \(level) of an ID: expected 0 to \(size - 1), found \(found)"
        case .otherModel(let expected, let found):
            "the ID was made by another model of IDs: expected @\(expected), found @\(found)"
        case .tooFewTexts(let expected, let found):
            "expected at least \(expected) texts with content to train on, found \(found)"
        case .line(let number, let expected, let found): "line \(number): expected \(expected), found \(found)"
        case .oneLabel(let attribute, let label):
            "\(attribute): expected texts of at least two labels, found \"\(label)\" only"
        }
    }
}
