public import AnnealFormats
import AnnealPlatform

/// How a ``TrellisCodec`` is trained.
public struct TrellisSettings: Sendable {
    /// Bytes of each layer.
    public var layers: [Int]
    /// What ``power``, ``components`` and ``turned`` are by default. With any of them given the codec's own is custom.
    public var profile: TrellisCodec.Profile
    /// Coordinates are weighed by their variance to half of this power; nil for what the profile has.
    public var power: Double?
    /// Components that the first layer may code; nil for what the profile has.
    public var components: Int?
    /// Whether those components are turned at random, so that each has its share of all of their variance and what a code
    /// errs by is the same in all directions; nil for what the profile has.
    public var turned: Bool?
    /// Vectors to train on, at most, drawn by the seed.
    public var rowsMost = 50_000
    /// Times that all vectors are coded and the words set to their means.
    public var rounds = 12
    public var seed: UInt64 = 0

    public init(layers: [Int], profile: TrellisCodec.Profile) {
        self.layers = layers
        self.profile = profile
    }

    /// Components that the first layer of a profile codes: for codes that are compared with codes, one a bit
    /// (Docs/Decisions/codes.md).
    public static func components(_ profile: TrellisCodec.Profile, bytes: Int, _ dimension: Int) -> Int {
        profile == .pair ? min(dimension, 8 * bytes) : dimension
    }

    var isTurned: Bool { turned ?? (profile == .pair && (power ?? 0) == 0) }

    func check(dimension: Int) throws(CodecError) {
        guard !layers.isEmpty, layers.count <= 16, layers.allSatisfy({ (1...1024).contains($0) }) else {
            let found = layers.map(String.init).joined(separator: "+")
            throw .setting("bytes", expected: "1 to 16 layers of 1 to 1024 bytes", found: found)
        }
        let bits = 8 * layers.max()!
        guard bits <= dimension * TrellisLayer.stepBitsMost else {
            throw .setting(
                "bytes",
                expected: "at most \(dimension * TrellisLayer.stepBitsMost / 8) a layer for \(dimension) numbers",
                found: "\(layers.max()!)")
        }
        if let power, !(0...2).contains(power) {
            throw .setting("power", expected: "0 to 2", found: "\(power)")
        }
        if let power, power != 0, isTurned {
            throw .setting("power", expected: "0 where components are turned", found: "\(power)")
        }
        if let components, !(1...dimension).contains(components) {
            throw .setting("components", expected: "1 to \(dimension)", found: "\(components)")
        }
        guard rounds > 0, rowsMost >= TrellisLayer.states else {
            throw .setting(
                "rows, rounds", expected: "at least \(TrellisLayer.states), 1", found: "\(rowsMost), \(rounds)")
        }
    }
}

/// How far training has come.
public struct CodecProgress: Sendable {
    public let layer: Int
    public let layers: Int
    public let round: Int
    public let rounds: Int
    /// Squared error a vector after the round, in weighted coordinates, as a part of their squared length.
    public let error: Double
}

extension TrellisCodec {
    /// Trains a codec. The same vectors, settings and seed give the same codec, whatever the number of threads.
    ///
    /// Words begin as normal numbers of the variance that water-filling wants, and become the means of what is coded by
    /// them, again and again (Lloyd's iteration).
    /// - Complexity: O(rows · (dimension² + rounds · 256 · (steps + components))).
    /// - Throws: ``CodecError``.
    public static func train(
        on vectors: Matrix, _ settings: TrellisSettings, threads: Int, progress: (CodecProgress) -> Void = { _ in }
    ) throws(CodecError) -> TrellisCodec {
        try settings.check(dimension: vectors.columns)
        var random = SplitMix64(seed: settings.seed)
        let training = try TrainingVectors(vectors, rowsMost: settings.rowsMost, &random)
        guard training.rows >= TrellisLayer.states else {
            throw .tooFewVectors(expected: TrellisLayer.states, found: training.rows)
        }
        let first =
            settings.components
            ?? TrellisSettings.components(settings.profile, bytes: settings.layers[0], vectors.columns)
        let turned = settings.isTurned ? Rotation.random(first, &random) : nil
        let (basis, variances) = try training.basis(power: settings.power ?? 0, turned: turned, threads: threads)
        let rest = CodedRows(training, basis, threads: threads)
        var layers: [TrellisLayer] = []
        for (index, bytes) in settings.layers.enumerated() {
            var spread = rest.variances(threads: threads)
            // Later layers are for what this one left out as well.
            if index == 0 {
                for component in first..<spread.count { spread[component] = 0 }
                if turned != nil {
                    let mean = spread.reduce(0, +) / Double(first)
                    for component in 0..<first { spread[component] = mean }
                }
            }
            var layer = TrellisLayer(byteCount: bytes, variances: spread, random: &random)
            for round in 0..<settings.rounds {
                let error = rest.fit(&layer, threads: threads)
                progress(
                    CodecProgress(
                        layer: index, layers: settings.layers.count, round: round, rounds: settings.rounds, error: error
                    ))
            }
            rest.subtract(layer, threads: threads)
            layers.append(layer)
        }
        let isCustom = settings.power != nil || settings.components != nil || settings.turned != nil
        return TrellisCodec(
            basis: basis, layers: layers, profile: isCustom ? .custom : settings.profile,
            variances: variances.map { Float($0) }, trainedOn: training.rows)
    }
}

extension TrellisLayer {
    /// Steps by water-filling, and words that are drawn.
    fileprivate init(byteCount: Int, variances: [Double], random: inout SplitMix64) {
        let steps = BitAllocation.steps(variances, bits: 8 * byteCount, most: Self.stepBitsMost)
        let level = BitAllocation.fill(variances, bits: Double(8 * byteCount)).level
        var words: [Int16] = []
        for step in steps {
            for component in step.components {
                let deviation = Float(max(variances[component] - level, 1).squareRoot())
                for _ in 0..<Self.states {
                    words.append(Self.word((random.normal() * deviation).rounded()))
                }
            }
        }
        self.init(byteCount: byteCount, steps: steps, words: words)
    }
}

extension CodedRows {
    /// Codes all rows and sets each word to the mean of what it was chosen for.
    /// - Returns: the squared error before that, as a part of all.
    func fit(_ layer: inout TrellisLayer, threads: Int) -> Double {
        let fixed = layer
        let parts = Parallel.mapChunks(of: rows, size: max(Self.chunk, rows / 64 + 1), threads: threads) {
            [self] range in
            var sums = [Int64](repeating: 0, count: fixed.words.count)
            var counts = [Int64](repeating: 0, count: fixed.steps.count * TrellisLayer.states)
            var (error, all) = (Int64(0), Int64(0))
            let search = TrellisSearch(stepsMost: fixed.steps.count)
            var path = [UInt8](repeating: 0, count: fixed.steps.count)
            for row in range {
                let numbers = coordinates + row * components
                search.search(fixed, numbers, states: &path)
                for component in 0..<components { all += Int64(numbers[component]) * Int64(numbers[component]) }
                for (index, step) in fixed.steps.enumerated() {
                    counts[index * TrellisLayer.states + Int(path[index])] += 1
                    var place = fixed.starts[index] + Int(path[index])
                    for component in step.components {
                        let number = Int64(numbers[component])
                        let rest = number - Int64(fixed.words[place])
                        sums[place] += number
                        error += rest * rest - number * number
                        place += TrellisLayer.states
                    }
                }
            }
            return (sums: sums, counts: counts, error: error, all: all)
        }
        let all = parts.reduce(0) { $0 + $1.all }
        let error = parts.reduce(all) { $0 + $1.error }
        for (index, step) in layer.steps.enumerated() {
            for state in 0..<TrellisLayer.states {
                let count = parts.reduce(0) { $0 + $1.counts[index * TrellisLayer.states + state] }
                if count == 0 { continue }
                for offset in step.components.indices {
                    let place = layer.starts[index] + offset * TrellisLayer.states + state
                    // The word before counts as half a vector, so that one that was chosen once is not that vector.
                    let sum = 2 * parts.reduce(0) { $0 + $1.sums[place] } + Int64(layer.words[place])
                    layer.words[place] = TrellisLayer.word(Double(sum) / Double(2 * count + 1))
                }
            }
        }
        return all > 0 ? Double(error) / Double(all) : 0
    }

    /// Leaves of all rows what a layer does not say of them.
    func subtract(_ layer: TrellisLayer, threads: Int) {
        Parallel.forEachChunk(of: rows, size: Self.chunk, threads: threads) { [self] _, range in
            let search = TrellisSearch(stepsMost: layer.steps.count)
            var path = [UInt8](repeating: 0, count: layer.steps.count)
            for row in range {
                let numbers = coordinates + row * components
                search.search(layer, numbers, states: &path)
                for (index, step) in layer.steps.enumerated() {
                    var place = layer.starts[index] + Int(path[index])
                    for component in step.components {
                        numbers[component] = Int16(
                            max(-16383, min(16383, Int32(numbers[component]) - Int32(layer.words[place]))))
                        place += TrellisLayer.states
                    }
                }
            }
        }
    }
}
