import AnnealManifold
import AnnealPlatform

/// Concepts, heard from sound alone.
///
/// Of each text's 0.6 seconds the steady part is taken, under a Hann window, and the amplitude at each concept's frequency
/// is measured (Goertzel's recurrence). What stands out from those beside it is a concept.
/// - SeeAlso: Goertzel, "An algorithm for the evaluation of finite trigonometric series", American Mathematical Monthly 65
///   (1958).
public struct Listener: Sendable {
    /// Seconds of a text at which the steady part begins and ends.
    static let steady = 0.24..<0.58
    /// What must be there of the last text's steady part, in seconds.
    private static let least = 0.2
    /// What a tone has over the median of the frequencies beside it, at least; one frequency of noise alone reaches it once
    /// in thirty million texts.
    private static let aboveNoise = 5.0
    /// Frequencies on each side that a tone is compared with.
    private static let beside = 16
    /// What a tone has of the strongest, at least.
    private static let ofStrongest = 0.02
    /// Amplitudes below this are silence: less than a hundred steps of 16 bits have no tone.
    private static let silence = 1e-4

    private let frequencies: [Float]
    /// The concepts from low to high.
    private let order: [Int]

    /// - Parameter frequencies: one a concept.
    public init(frequencies: [Float]) {
        self.frequencies = frequencies
        order = frequencies.indices.sorted { frequencies[$0] < frequencies[$1] }
    }

    /// The concepts of each text, strongest first, with their parts of what was heard; none for a silent text.
    /// - Complexity: O(samples · concepts).
    /// - Throws: ``SoundError``; ``SoundError/noCarrier`` where no text has one.
    public func hear(_ sound: Sound, threads: Int = 1) throws(SoundError) -> [[ConceptStrength]] {
        let least = Self.steady.lowerBound + Self.least
        guard sound.seconds >= least else { throw .tooShort(expected: least, found: sound.seconds) }
        let needed = 2.2 * Double(frequencies.max() ?? 0)
        guard sound.rate >= needed else { throw .rate(expected: needed, found: sound.rate) }
        let texts = Int(((sound.seconds - least) / Song.textSeconds).rounded(.down)) + 1
        let heard = Parallel.map(texts, threads: threads) { (text) -> (wrong: Int?, chord: [ConceptStrength]) in
            let start = Double(text) * Song.textSeconds
            let first = Int((start + Self.steady.lowerBound) * sound.rate)
            let last = min(sound.count, Int((start + Self.steady.upperBound) * sound.rate))
            let samples = sound[first..<last]
            if let wrong = samples.firstIndex(where: { !$0.isFinite }) { return (first + wrong, []) }
            return (nil, chord(Self.amplitudes(samples, sound.rate, frequencies)))
        }
        if let wrong = heard.lazy.compactMap(\.wrong).first { throw .notFinite(sample: wrong) }
        guard heard.contains(where: { !$0.chord.isEmpty }) else { throw .noCarrier }
        return heard.map(\.chord)
    }

    private func chord(_ amplitudes: [Double]) -> [ConceptStrength] {
        let strongest = amplitudes.max() ?? 0
        let floor = max(Self.silence, Self.ofStrongest * strongest)
        let found = order.indices.filter { place in
            let amplitude = amplitudes[order[place]]
            guard amplitude >= floor else { return false }
            let first = max(0, min(place - Self.beside, order.count - 2 * Self.beside - 1))
            let near = order[first..<min(order.count, first + 2 * Self.beside + 1)].map { amplitudes[$0] }.sorted()
            return amplitude >= Self.aboveNoise * near[near.count / 2]
        }.map { order[$0] }.sorted { (amplitudes[$0], $1) > (amplitudes[$1], $0) }.prefix(Song.tones)
        let sum = found.reduce(0.0) { $0 + amplitudes[$1] }
        return found.map { ConceptStrength(concept: $0, strength: amplitudes[$0] / sum) }
    }

    /// The amplitude of sines of these frequencies under a Hann window.
    /// - Complexity: O(samples · frequencies).
    public static func amplitudes(_ samples: [Float], _ rate: Double, _ frequencies: [Float]) -> [Double] {
        let count = samples.count
        let windowed = samples.enumerated().map { place, sample in
            let turn = (Double(place) + 0.5) / Double(count)
            return Double(sample) * (0.5 - 0.5 * Elementary.sine(turns: turn + 0.25))
        }
        var amplitudes: [Double] = []
        for first in stride(from: 0, to: frequencies.count, by: 8) {
            var factor = SIMD8<Double>()
            for lane in 0..<min(8, frequencies.count - first) {
                factor[lane] = 2 * Elementary.sine(turns: Double(frequencies[first + lane]) / rate + 0.25)
            }
            var (one, two) = (SIMD8<Double>(), SIMD8<Double>())
            for sample in windowed {
                let next = factor * one - two + sample
                two = one
                one = next
            }
            let powers = one * one + two * two - factor * one * two
            for lane in 0..<min(8, frequencies.count - first) {
                // The window's mean is a half, and a real sine has half its amplitude at its frequency.
                amplitudes.append(4 * max(0, powers[lane]).squareRoot() / Double(count))
            }
        }
        return amplitudes
    }
}
