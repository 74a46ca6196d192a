import AnnealFormats
import AnnealManifold

/// Texts as sound: concepts are carriers, and oscillators lock to them.
///
///     var song = Song(frequencies: concepts.frequencies)
///     samples += song.sing(Song.chord(concepts.strongest(Song.tones, of: vector)))
///     samples += song.end()
///
/// A text has 0.6 seconds. In the first 0.18 its carriers move the oscillators, as ``Manifold`` has it: softly, then hard,
/// each carrier its share of them. Oscillators of one carrier pull each other's phases together. What is heard is the sum of
/// their sines, without a jump anywhere; amplitudes sum to 0.9. Each concept's amplitude is its part of the text.
public struct Song {
    /// Samples a second.
    public static let rate = 48_000
    /// Samples of a text.
    public static let textSamples = 28_800
    /// Seconds of a text.
    public static let textSeconds = Double(textSamples) / Double(rate)
    /// Concepts of a text.
    public static let tones = 3
    static let oscillators = 24
    /// The least part of a text's loudness that a concept has, so that noise as loud as the song does not drown it; and
    /// what one has of the next louder one at most, so that an order can be heard.
    private static let (least, step) = (0.08, 0.95)
    /// Samples at whose ends frequencies are set; between them they go evenly.
    private static let block = 64
    /// Blocks in which oscillators go from one text's carriers to the next's, and steps of their annealing.
    private static let (glideBlocks, steps) = (135, 45)
    private static let peak: Float = 0.9
    /// The rate at which phases are pulled together, one over seconds.
    private static let pull = 60.0
    /// Samples of the fade at both ends.
    private static let fade = 960

    private let carriers: [Float]
    private let seed: UInt64
    private var texts: UInt64 = 0
    /// The oscillators, in Hz and in turns.
    private var frequencies: [Float]
    private var phases: [Double]
    private var amplitudes: [Float]

    /// - Parameters:
    ///   - frequencies: one a concept.
    ///   - seed: of the oscillators' noise.
    public init(frequencies carriers: [Float], seed: UInt64 = 0) {
        self.carriers = carriers
        self.seed = seed
        let (low, high) = (carriers.min() ?? 0, carriers.max() ?? 0)
        let width = (high - low) / Float(Self.oscillators)
        frequencies = (0..<Self.oscillators).map { low + width * (Float($0) + 0.5) }
        phases = [Double](repeating: 0, count: Self.oscillators)
        amplitudes = [Float](repeating: 0, count: Self.oscillators)
    }

    /// How loud the strongest concepts of a text are, as parts of it: their strengths, but none too faint to be heard, and no
    /// two so alike that which is stronger cannot be.
    public static func chord(_ concepts: [ConceptStrength]) -> [ConceptStrength] {
        var parts: [Double] = []
        for tone in concepts.prefix(tones) {
            parts.append(max(least, min(tone.strength, step * (parts.last ?? .infinity))))
        }
        // Two that were too faint are alike by now: the stronger one is raised above the other.
        for index in parts.indices.dropLast().reversed() where parts[index + 1] > step * parts[index] {
            parts[index] = parts[index + 1] / step
        }
        let sum = parts.reduce(0, +)
        return zip(concepts, parts).map { ConceptStrength(concept: $0.concept, strength: $1 / sum) }
    }

    /// The samples of the next text.
    /// - Parameter concepts: at most ``oscillators``; none is silence.
    /// - Complexity: O(samples); some thousandths of their length.
    public mutating func sing(_ concepts: [ConceptStrength]) -> [Float] {
        precondition(concepts.count <= Self.oscillators)
        let glide = glide(concepts)
        var counts = [Int](repeating: 0, count: concepts.count)
        for label in glide.labels { counts[Int(label)] += 1 }
        let before = amplitudes
        let after = (0..<Self.oscillators).map { voice -> Float in
            guard !glide.labels.isEmpty else { return 0 }
            let label = Int(glide.labels[voice])
            return Self.peak * Float(concepts[label].strength) / Float(counts[label])
        }
        var samples: [Float] = []
        samples.reserveCapacity(Self.textSamples)
        for number in 0..<Self.textSamples / Self.block {
            let (startFrequencies, startAmplitudes) = (frequencies, amplitudes)
            let place = number * Self.steps / Self.glideBlocks
            if place < glide.paths.count { frequencies = glide.paths[place] }
            let part = min(1, Float(number + 1) / Float(Self.glideBlocks))
            for voice in 0..<Self.oscillators {
                amplitudes[voice] = before[voice] + (after[voice] - before[voice]) * part
            }
            let pulls = place >= Self.steps / 2 ? pulls(glide.labels, groups: concepts.count) : nil
            add(from: startFrequencies, startAmplitudes, pulls, into: &samples)
        }
        if texts == 0 {
            for index in 0..<Self.fade { samples[index] *= Float(index) / Float(Self.fade) }
        }
        texts += 1
        return samples
    }

    /// A last text is followed by this, in which it fades, so that the end is no click.
    public mutating func end() -> [Float] {
        var samples: [Float] = []
        let blocks = Self.fade / Self.block
        let before = amplitudes
        for number in 0..<blocks {
            let start = amplitudes
            for voice in amplitudes.indices {
                amplitudes[voice] = before[voice] * (1 - Float(number + 1) / Float(blocks))
            }
            add(from: frequencies, start, nil, into: &samples)
        }
        return samples
    }

    /// How many samples a song of some texts has.
    public static func samples(texts: Int) -> Int { texts * textSamples + fade }

    /// Texts that fit into one WAV file.
    public static let textsMost = (WaveFile.samplesMost - fade) / textSamples

    /// Where the oscillators are at each step, and whose they become.
    private func glide(_ concepts: [ConceptStrength]) -> (paths: [[Float]], labels: [Int32]) {
        guard !concepts.isEmpty else { return ([], []) }
        var paths: [[Float]] = []
        var schedule = Schedule.balanced
        schedule.steps = Self.steps
        // Who is heard little has an oscillator all the same.
        let shares = concepts.map { max($0.strength, 1.5 / Double(Self.oscillators)) }
        let sum = shares.reduce(0, +)
        let carriers = concepts.map { self.carriers[$0.concept] }
        // Frequencies are finite and shares sum to 1: there is nothing for it to refuse.
        guard
            var manifold = try? Manifold(
                frequencies: frequencies, carriers: carriers, shares: shares.map { $0 / sum }, seed: seed &+ texts),
            let assignment = try? manifold.anneal(
                schedule,
                observe: { snapshot in
                    paths.append((0..<Self.oscillators).map { snapshot.positions.row($0)[0] })
                })
        else { preconditionFailure("carriers that the manifold refuses") }
        // The last step is the carrier itself.
        paths.append(assignment.labels.map { carriers[Int($0)] })
        return (paths, assignment.labels)
    }

    /// Kuramoto's pull, in turns a block, by the direction of the mean alone, so that it is as strong for few that agree.
    private func pulls(_ labels: [Int32], groups: Int) -> [Double]? {
        guard !labels.isEmpty else { return nil }
        var (sines, cosines) = ([Double](repeating: 0, count: groups), [Double](repeating: 0, count: groups))
        let waves = phases.map { (sine: Elementary.sine(turns: $0), cosine: Elementary.sine(turns: $0 + 0.25)) }
        for (wave, label) in zip(waves, labels) {
            sines[Int(label)] += wave.sine
            cosines[Int(label)] += wave.cosine
        }
        let rate = Self.pull * Double(Self.block) / Double(Self.rate)
        return labels.enumerated().map { voice, label in
            let (sine, cosine) = (sines[Int(label)], cosines[Int(label)])
            let length = (sine * sine + cosine * cosine).squareRoot()
            guard length > 1e-9 else { return 0 }
            let across = (sine * waves[voice].cosine - cosine * waves[voice].sine) / length
            return rate * across / 6.283_185_307_179_586
        }
    }

    /// A block of samples. Frequencies and amplitudes go evenly from those at its start to those now.
    private mutating func add(
        from frequency: [Float], _ amplitude: [Float], _ pulls: [Double]?, into samples: inout [Float]
    ) {
        var sums = [Float](repeating: 0, count: Self.block)
        let (block, rate) = (Double(Self.block), Double(Self.rate))
        for first in stride(from: 0, to: Self.oscillators, by: 8) {
            var (step, bend, phase) = (SIMD8<Double>(), SIMD8<Double>(), SIMD8<Double>())
            var (level, change) = (SIMD8<Float>(), SIMD8<Float>())
            for lane in 0..<8 {
                let voice = first + lane
                step[lane] = Double(frequency[voice]) / rate + (pulls?[voice] ?? 0) / block
                bend[lane] = (Double(frequencies[voice]) - Double(frequency[voice])) / rate / block
                phase[lane] = phases[voice]
                level[lane] = amplitude[voice]
                change[lane] = (amplitudes[voice] - amplitude[voice]) / Float(Self.block)
            }
            for sample in 0..<Self.block {
                level += change
                step += bend
                phase += step
                phase -= phase.rounded(.down)
                sums[sample] += (Elementary.sine(turns: SIMD8<Float>(phase)) * level).sum()
            }
            for lane in 0..<8 { phases[first + lane] = phase[lane] }
        }
        samples += sums
    }
}
