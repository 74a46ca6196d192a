public import AnnealCodes
public import AnnealContainer
public import AnnealManifold

/// What is wrong with a set of concepts, with its file, or with what it is to be learned from.
///
/// Each case says what was expected and what was found; ``description`` is a sentence for a person.
public enum ConceptError: Error, Equatable, Sendable {
    /// The file or a section of it.
    case file(CodecError)
    /// The concepts are those of another model's vectors.
    case otherEngine(expected: ContentHash, found: ContentHash)
    /// What is grouped cannot be: numbers that are not finite.
    case vectors(ManifoldError)
    case tooFewWords(expected: Int, found: Int)
    /// Fewer texts with a vector other than zero than concepts.
    case tooFewTexts(expected: Int, found: Int)
    case count(expected: ClosedRange<Int>, found: Int)
}

extension ConceptError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .otherEngine(let expected, let found):
            "the concepts are those of another model: expected the model \(expected), found \(found)"
        case .vectors(let error): "\(error)"
        case .tooFewWords(let expected, let found):
            "expected at least \(expected) words that concepts can be called by, found \(found)"
        case .tooFewTexts(let expected, let found):
            "expected at least \(expected) texts, one a concept, found \(found)"
        case .count(let expected, let found):
            "expected \(expected.lowerBound) to \(expected.upperBound) concepts, found \(found)"
        }
    }
}
