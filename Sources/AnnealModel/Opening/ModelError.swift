public import AnnealContainer
public import AnnealRewrite
public import AnnealTokens

/// What is wrong with a model file, or with the parts of a model about to be written.
///
/// Each case says what was expected and what was found; ``description`` is a sentence for a person.
public enum ModelError: Error, Equatable, Sendable {
    /// The file as such: header, section table and checksums.
    case container(ContainerError)

    // The sections' contents.
    case sectionLength(SectionTag, expectedBytes: UInt64, foundBytes: UInt64)
    /// A section that this model's shape rules out, such as classes where the class count is 0.
    case needlessSection(SectionTag)
    case value(SectionTag, what: String, expected: String, found: String)
    case tokenizer(TokenizerError)
    case classes(TokenClassesError)
    case rules(RuleTableError)
}

extension ModelError: CustomStringConvertible {
    /// A sentence that says what was expected and what was found.
    public var description: String {
        switch self {
        case .container(let error):
            error.description(of: "model")
        case .sectionLength(let tag, let expected, let found):
            "section \(tag): expected \(expected) bytes, found \(found)"
        case .needlessSection(let tag):
            "section \(tag) is there, expected none in a model of this shape"
        case .value(let tag, let what, let expected, let found):
            "section \(tag): \(what): expected \(expected), found \(found)"
        case .tokenizer(let error):
            "section \(SectionTag.tokenizer): \(error)"
        case .classes(let error):
            "section \(SectionTag.classes): \(error)"
        case .rules(let error):
            "section \(SectionTag.rules): \(error)"
        }
    }
}
