import AnnealPlatform
import Testing

@testable import AnnealSound

@Suite struct SongTests {
    /// 64 concepts at places from 150 to 6,000 Hz, 15 Hz apart at least, in no order.
    private let frequencies: [Float] = {
        var random = SplitMix64(seed: 1)
        var frequencies = (0..<64).map { 150 + 92 * Float($0) + 70 * random.unitFloat() }
        frequencies[1] = frequencies[0] + 15
        random.shuffle(&frequencies)
        return frequencies
    }()

    private func chords(_ count: Int) -> [[ConceptStrength]] {
        var random = SplitMix64(seed: 9)
        return (0..<count).map { _ in
            let concepts = random.permutation(64).prefix(3)
            let strengths = [1.0, 0.4 + 0.5 * random.unitDouble(), 0.2 + 0.15 * random.unitDouble()]
            let sum = strengths.reduce(0, +)
            return zip(concepts, strengths).map { ConceptStrength(concept: $0, strength: $1 / sum) }
        }
    }

    private func sing(_ chords: [[ConceptStrength]], seed: UInt64 = 0) -> Sound {
        var song = Song(frequencies: frequencies, seed: seed)
        return Sound(rate: Double(Song.rate), samples: chords.flatMap { song.sing($0) } + song.end())
    }

    private func hear(_ sound: Sound, threads: Int = 1) throws -> [[ConceptStrength]] {
        try Listener(frequencies: frequencies).hear(sound, threads: threads)
    }

    private func noisy(_ sound: Sound, decibels: Double) -> Sound {
        let samples = sound[0..<sound.count]
        let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
        let level = Float((power * CMath.pow(10, -decibels / 10)).squareRoot())
        var random = SplitMix64(seed: 4)
        return Sound(rate: sound.rate, samples: samples.map { $0 + level * random.normal() })
    }

    @Test("what is sung is heard, in order, with its strengths; and the three of it in noise as loud as the song")
    func heard() throws {
        let chords = chords(40)
        let sound = sing(chords)
        #expect(sound.count == Song.samples(texts: 40))
        for (sung, heard) in zip(chords, try hear(sound)) {
            #expect(sung.map(\.concept) == heard.map(\.concept))
            for (one, other) in zip(sung, heard) { #expect(abs(one.strength - other.strength) < 0.01) }
        }
        let again = try hear(noisy(sound, decibels: 0), threads: 3)
        #expect(again == (try hear(noisy(sound, decibels: 0))))
        #expect(zip(chords, again).allSatisfy { Set($0.map(\.concept)) == Set($1.map(\.concept)) })
    }

    @Test("loudness is in proportion to strength, but for what is too faint or too alike")
    func loudness() {
        func chord(_ strengths: [Double]) -> [Double] {
            Song.chord(strengths.enumerated().map { ConceptStrength(concept: $0, strength: $1) }).map(\.strength)
        }
        #expect(zip(chord([0.5, 0.3, 0.2]), [0.5, 0.3, 0.2]).allSatisfy { abs($0 - $1) < 1e-12 })
        let raised = [0.97, 0.08 / 0.95, 0.08]
        let sum = raised.reduce(0, +)
        #expect(zip(chord([0.97, 0.02, 0.01]), raised).allSatisfy { abs($0 - $1 / sum) < 1e-12 })
        let even = chord([0.334, 0.333, 0.333, 0.1])
        #expect(even.count == 3 && even[1] < 0.951 * even[0] && even[2] < 0.951 * even[1])
        #expect(abs(even.reduce(0, +) - 1) < 1e-12 && chord([]).isEmpty && chord([1]) == [1])
    }

    @Test("neighbours 15 Hz apart are told apart")
    func neighbours() throws {
        let sorted = frequencies.indices.sorted { frequencies[$0] < frequencies[$1] }
        let chord = [
            ConceptStrength(concept: sorted[1], strength: 0.6), ConceptStrength(concept: sorted[0], strength: 0.4),
        ]
        let alone = [ConceptStrength(concept: sorted[0], strength: 1)]
        let heard = try hear(sing([chord, alone]))
        #expect(heard.map { $0.map(\.concept) } == [chord, alone].map { $0.map(\.concept) })
    }

    @Test("no clipping, no jump, the same bits again; other seeds and other rates are heard as well")
    func smooth() throws {
        let chords = chords(6)
        let sound = sing(chords)
        let samples = sound[0..<sound.count]
        #expect(samples.allSatisfy { abs($0) <= 0.9001 } && samples[0] == 0 && abs(samples.last!) < 1e-3)
        #expect(samples.map(abs).max()! > 0.8)
        // A sine of 6,100 Hz turns by 46 degrees a sample: its second differences are below 0.9 · (2 sin 23°)².
        for index in 2..<samples.count {
            #expect(abs(samples[index] - 2 * samples[index - 1] + samples[index - 2]) < 0.9 * 0.62)
        }
        #expect(sing(chords)[0..<sound.count] == samples)
        #expect(try hear(sing(chords, seed: 8)).map { $0.map(\.concept) } == chords.map { $0.map(\.concept) })
        // Every second sample of a sound without anything above 12 kHz.
        let half = Sound(rate: 24_000, samples: stride(from: 0, to: samples.count, by: 2).map { samples[$0] })
        #expect(try hear(half).map { $0.map(\.concept) } == chords.map { $0.map(\.concept) })
    }

    @Test("a quiet tone, and tones far below those of the glide, are without a click at the bounds of blocks")
    func continuous() {
        // One tone all the way: a sine, whose every sample follows from the two before it. From the lock on.
        let concept = frequencies.indices.min { frequencies[$0] < frequencies[$1] }!
        let tone = [ConceptStrength(concept: concept, strength: 1)]
        let sound = sing([tone, tone])
        let samples = sound[2 * Song.textSamples - 12_000..<2 * Song.textSamples - 2000].map { Double($0) }
        let turn = 2 * CMath.cos(6.283185307179586 * Double(frequencies[concept]) / 48_000)
        let errors = (2..<samples.count).map { abs(samples[$0] - turn * samples[$0 - 1] + samples[$0 - 2]) }
        #expect(errors.max()! < 1e-5)
    }

    @Test("a text without concepts is silent; silence, noise, a short sound and a low rate are told")
    func errors() throws {
        let chords = chords(3)
        let heard = try hear(sing([chords[0], [], chords[1]]))
        #expect(heard[1].isEmpty && heard[2].map(\.concept) == chords[1].map(\.concept))
        #expect(throws: SoundError.noCarrier) {
            try hear(Sound(rate: 48_000, samples: [Float](repeating: 0, count: 60_000)))
        }
        var random = SplitMix64(seed: 2)
        let white = (0..<288_000).map { _ in 0.3 * random.normal() }
        #expect(throws: SoundError.noCarrier) { try hear(Sound(rate: 48_000, samples: white)) }
        #expect(throws: SoundError.tooShort(expected: 0.44, found: 0.25)) {
            try hear(Sound(rate: 48_000, samples: [Float](repeating: 0, count: 12_000)))
        }
        #expect(throws: SoundError.self) { try hear(Sound(rate: 8000, samples: [Float](repeating: 0, count: 8000))) }
        let sound = sing(chords)
        #expect(throws: SoundError.notFinite(sample: 20_000)) {
            try hear(
                Sound(
                    rate: 48_000, samples: sound[0..<20_000] + [.nan] + sound[20_001..<sound.count]))
        }
    }

    @Test("of a sound that is cut, what is there is heard")
    func cut() throws {
        let chords = chords(4)
        let sound = sing(chords)
        for seconds in [0.5, 1.0, 1.7, 2.3] {
            let part = Sound(rate: 48_000, samples: sound[0..<Int(seconds * 48_000)])
            let whole = Int((seconds + 0.16) / 0.6)
            #expect(try hear(part).map { $0.map(\.concept) } == chords.prefix(whole).map { $0.map(\.concept) })
        }
    }
}
