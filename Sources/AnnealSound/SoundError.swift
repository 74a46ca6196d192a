/// Why nothing can be sung or heard: what was expected, what was found.
public enum SoundError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No text has content.
    case nothingToSing
    /// More texts than one WAV file has room for.
    case tooManyTexts(expected: Int, found: Int)
    /// A sound that is shorter than one text.
    case tooShort(expected: Double, found: Double)
    /// Silence, or noise alone.
    case noCarrier
    /// Sound whose rate is too low for the frequencies of the concepts.
    case rate(expected: Double, found: Double)
    /// A number that is none, or infinite.
    case notFinite(sample: Int)

    public var description: String {
        switch self {
        case .nothingToSing: "expected a text with content, found none"
        case .tooManyTexts(let expected, let found):
            "expected at most \(expected) sentences, which fill a WAV file, found \(found)"
        case .tooShort(let expected, let found):
            "expected at least \(expected) seconds of sound, found \((found * 1000).rounded() / 1000)"
        case .noCarrier: "expected the tones of concepts, found no carrier"
        case .rate(let expected, let found):
            "expected a rate of at least \(Int(expected.rounded(.up))) samples a second, found \(Int(found))"
        case .notFinite(let sample): "expected finite samples, found another at place \(sample)"
        }
    }
}
