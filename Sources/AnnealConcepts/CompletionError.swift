public import AnnealContainer

/// What is wrong with a model of completions, with what it is to be trained on or with what it is asked.
///
/// Each case says what was expected and what was found; ``description`` is a sentence for a person.
public enum CompletionError: Error, Equatable, Sendable {
    /// The file as such.
    case container(ContainerError)
    case sectionLength(SectionTag, expectedBytes: Int, foundBytes: Int)
    case value(SectionTag, what: String, expected: String, found: String)
    /// The concepts are places among the vectors of another embedding model than the engine's.
    case otherEngine(expected: ContentHash, found: ContentHash)
    /// No model of completions lies beside the default model.
    case noShippedModel(String)
    /// A corpus with too few words.
    case tooLittleText(expectedWords: Int, foundWords: Int)
    /// A setting of training, or a number that is asked with.
    case setting(String, expected: String, found: String)
    /// A vector to go towards.
    case dimension(expected: Int, found: Int)
    /// A text to go towards without content.
    case noDirection
}

extension CompletionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .container(let error): error.description(of: "model of completions")
        case .sectionLength(let tag, let expected, let found):
            "section \(tag): expected \(expected) bytes, found \(found)"
        case .value(let tag, let what, let expected, let found):
            "section \(tag): \(what): expected \(expected), found \(found)"
        case .otherEngine(let expected, let found):
            "the concepts are for vectors of another model: expected the model \(expected), found \(found)"
        case .noShippedModel(let reason): reason
        case .tooLittleText(let expected, let found):
            "expected texts of at least \(expected) words to train on, found \(found)"
        case .setting(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
        case .dimension(let expected, let found):
            "expected a vector of \(expected) numbers to go towards, found \(found)"
        case .noDirection: "expected a text with content to go towards, found none"
        }
    }
}
