public import AnnealContainer

/// What is wrong with vectors, with their codes, or with the file of a codec or of codes.
///
/// Each case says what was expected and what was found; ``description`` is a sentence for a person.
public indirect enum CodecError: Error, Equatable, Sendable {
    // Files.
    /// Header, section table, checksums. `noun` says what the file should have been.
    case container(ContainerError, noun: String)
    case sectionLength(SectionTag, expectedBytes: Int, foundBytes: Int)
    case value(SectionTag, what: String, expected: String, found: String)
    /// The codes are of another codec than the one given.
    case otherCodec(expected: ContentHash, found: ContentHash)

    // Vectors and codes.
    case dimension(expected: Int, found: Int)
    case codeLength(expected: [Int], found: Int)
    /// The number at `index` is infinite or NaN.
    case notFinite(index: Int)
    /// The vector is longer, as its Euclidean norm, than this codec has numbers for.
    case tooLong(limit: Double)
    /// What is wrong with one row of many.
    case row(Int, CodecError)

    // Training.
    case tooFewVectors(expected: Int, found: Int)
    /// Fewer of them differ than there are to be directions, as where all are the same.
    case noVariance
    /// Fewer vectors differ than code words are wanted.
    case tooFewDifferent(expected: Int, found: Int)
    case setting(String, expected: String, found: String)
}

extension CodecError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .container(let error, let noun): error.description(of: noun)
        case .sectionLength(let tag, let expected, let found):
            "section \(tag): expected \(expected) bytes, found \(found)"
        case .value(let tag, let what, let expected, let found):
            "section \(tag): \(what): expected \(expected), found \(found)"
        case .otherCodec(let expected, let found):
            "the codes were made by another codec: expected the codec \(expected), found \(found)"
        case .dimension(let expected, let found):
            "expected vectors of \(expected) numbers, found \(found)"
        case .codeLength(let expected, let found):
            "expected codes of \(expected.map(String.init).joined(separator: ", ")) bytes, found \(found)"
        case .notFinite(let index): "expected finite numbers, found another at place \(index)"
        case .tooLong(let limit):
            "expected a vector no longer than \(limit), as those the codec was trained on; found a longer one"
        case .row(let row, let error): "row \(row): \(error)"
        case .tooFewVectors(let expected, let found):
            "expected at least \(expected) vectors to train on, other than zero, found \(found)"
        case .noVariance: "expected vectors that differ, found one vector again and again"
        case .tooFewDifferent(let expected, let found):
            "expected at least \(expected) vectors that differ, one for each code word, found \(found)"
        case .setting(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
        }
    }
}
