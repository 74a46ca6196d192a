public import AnnealFormats
import AnnealPlatform

/// How a ``ScalarCodec`` is trained.
public struct ScalarSettings: Sendable {
    /// One whose components are coded each by itself.
    public var kind: CodecKind
    /// Bytes of each layer. Signs and learned levels have one layer: they are turned or dealt out for all components at once.
    public var layers: [Int]
    /// Vectors to train on, at most, drawn by the seed.
    public var rowsMost = 50_000
    public var seed: UInt64 = 0

    public init(_ kind: CodecKind, layers: [Int]) {
        self.kind = kind
        self.layers = layers
    }

    /// Components of a byte, where that is fixed.
    private var componentsOfByte: Int? {
        switch kind {
        case .bytes, .prefix: 1
        case .fourBits: 2
        case .sign, .itq: 8
        default: nil
        }
    }

    private var layersMost: Int {
        switch kind {
        case .bytes, .fourBits, .prefix: 16
        default: 1
        }
    }

    /// Components of each layer, where they do not hang on the variances.
    var counts: [Int]? { componentsOfByte.map { each in layers.map { $0 * each } } }

    func check(dimension: Int) throws(CodecError) {
        let found = layers.map(String.init).joined(separator: "+")
        guard (1...layersMost).contains(layers.count), layers.allSatisfy({ (1...1024).contains($0) }) else {
            let count = layersMost == 1 ? "1 layer" : "1 to \(layersMost) layers"
            throw .setting("bytes", expected: "\(count) of 1 to 1024 bytes for \(kind.name)", found: found)
        }
        let most = componentsOfByte.map { dimension / $0 } ?? dimension
        guard layers.reduce(0, +) <= most else {
            throw .setting(
                "bytes", expected: "at most \(most) of \(kind.name) for \(dimension) numbers", found: found)
        }
        guard rowsMost >= ScalarCodec.rowsLeast else {
            throw .setting("rows", expected: "at least \(ScalarCodec.rowsLeast)", found: "\(rowsMost)")
        }
    }
}

extension ScalarCodec {
    static let rowsLeast = 256
    private static let levelsMost = 256
    /// Rounds of turning signs, and the rows that they are turned by.
    private static let turns = 40
    private static let turningRows = 10_000

    /// Trains a codec. The same vectors, settings and seed give the same codec, whatever the number of threads.
    /// - Complexity: O(rows · dimension² + dimension³); for ``CodecKind/itq`` 40 times components³ and their products.
    /// - Throws: ``CodecError``.
    public static func train(
        on vectors: Matrix, _ settings: ScalarSettings, threads: Int, progress: (CodecProgress) -> Void = { _ in }
    ) throws(CodecError) -> ScalarCodec {
        try settings.check(dimension: vectors.columns)
        var random = SplitMix64(seed: settings.seed)
        let training = try TrainingVectors(vectors, rowsMost: settings.rowsMost, &random)
        guard training.rows >= rowsLeast else { throw .tooFewVectors(expected: rowsLeast, found: training.rows) }
        var (mean, values, axes) = try training.principal(threads: threads)
        let bits = 8 * settings.layers.reduce(0, +)
        let shares = settings.kind == .scalar ? levelCounts(values, bits: bits) : []
        let counts = settings.counts ?? [shares.count]
        let components = counts.reduce(0, +)
        axes = Array(axes[..<(components * vectors.columns)])
        switch settings.kind {
        case .prefix:
            mean = [Int16](repeating: 0, count: vectors.columns)
            axes = (0..<components * vectors.columns).map { $0 / vectors.columns == $0 % vectors.columns ? 1 : 0 }
        case .sign, .itq:
            var rotation = Rotation.random(components, &random)
            if settings.kind == .itq {
                let straight = CodedRows(
                    training, FixedPointBasis(exponent: training.exponent, mean: mean, axes: axes), threads: threads)
                rotation = turned(rotation, straight, threads: threads, progress)
            }
            axes = Rotation.product(rotation, axes, size: components)
        default: break
        }
        let basis = FixedPointBasis(exponent: training.exponent, mean: mean, axes: axes)
        let rows = CodedRows(training, basis, threads: threads)
        let levels = Parallel.map(components, threads: threads) { component in
            let numbers = ComponentLevels(rows, component: component)
            switch settings.kind {
            case .bytes, .prefix: return numbers.even(levelsMost)
            case .fourBits: return numbers.learned(16)
            case .sign, .itq: return numbers.mirrored()
            default: return numbers.learned(shares[component])
            }
        }
        return ScalarCodec(
            kind: settings.kind, basis: basis, levels: levels, counts: counts, bytes: settings.layers,
            variances: training.variances(values).map { Float($0) }, trainedOn: training.rows)
    }

    /// How many levels each component has: one more for whichever error falls most by, for what the code grows by, as long as
    /// there is room.
    static func levelCounts(_ variances: [Double], bits: Int) -> [Int] {
        var counts = [Int](repeating: 1, count: variances.count)
        var used = 0.0
        func gain(_ component: Int) -> Double {
            let count = counts[component]
            guard count < levelsMost else { return 0 }
            let fall = variances[component] * (normalError(count) - normalError(count + 1))
            return fall / CMath.log2(Double(count + 1) / Double(count))
        }
        var gains = counts.indices.map(gain)
        while let best = gains.indices.max(by: { gains[$0] < gains[$1] }), gains[best] > 0 {
            let more = CMath.log2(Double(counts[best] + 1) / Double(counts[best]))
            counts[best] += 1
            // Sums of logarithms are wrong by less; where it is that near, the number itself says whether it has room.
            guard
                used + more <= Double(bits) - 1e-6
                    || used + more <= Double(bits) + 1e-6 && MixedRadix(bases: counts, byteCount: bits / 8).fits
            else {
                counts[best] -= 1
                gains[best] = 0
                continue
            }
            used += more
            gains[best] = gain(best)
        }
        // Components of one level say nothing, and those behind them have no more.
        return Array(counts.prefix { $0 > 1 })
    }

    /// The squared error of the best levels for a normal number of variance 1.
    /// - SeeAlso: Max, "Quantizing for minimum distortion", 1960; for many levels Panter and Dite's π√3/2 over their square.
    private static func normalError(_ levels: Int) -> Double {
        let known = [1, 0.3634, 0.1902, 0.1175]
        let many = Double(levels) + 0.853
        return levels <= known.count ? known[levels - 1] : 2.7207 / (many * many)
    }

    /// Turns a rotation until the turned points are as near to the corners of a cube as they come.
    private static func turned(
        _ start: [Double], _ rows: CodedRows, threads: Int, _ progress: (CodecProgress) -> Void
    ) -> [Double] {
        let size = rows.components
        let count = min(rows.rows, turningRows)
        let step = rows.rows / count
        var rotation = start
        for round in 0..<turns {
            let fixed = rotation
            // Each part: the sums of sign · point, and what turned points are long together.
            let parts = Parallel.mapChunks(of: count, size: CodedRows.chunk, threads: threads) { range in
                var sums = [Double](repeating: 0, count: size * size)
                var (corner, squares) = (0.0, 0.0)
                var turned = [Double](repeating: 0, count: size)
                for index in range {
                    let point = rows.coordinates + index * step * size
                    for row in 0..<size {
                        var sum = 0.0
                        for column in 0..<size { sum += fixed[row * size + column] * Double(point[column]) }
                        turned[row] = sum
                        corner += abs(sum)
                        squares += sum * sum
                    }
                    for row in 0..<size {
                        let sign: Double = turned[row] >= 0 ? 1 : -1
                        for column in 0..<size { sums[row * size + column] += sign * Double(point[column]) }
                    }
                }
                return (sums: sums, corner: corner, squares: squares)
            }
            var sums = [Double](repeating: 0, count: size * size)
            for part in parts {
                for index in sums.indices { sums[index] += part.sums[index] }
            }
            rotation = Rotation.nearest(to: sums, size: size)
            let corner = parts.reduce(0) { $0 + $1.corner }
            let squares = parts.reduce(0) { $0 + $1.squares }
            // With the best length of the corners' half edge.
            let error = squares > 0 ? 1 - corner * corner / (Double(count * size) * squares) : 0
            progress(CodecProgress(layer: 0, layers: 1, round: round, rounds: turns, error: error))
        }
        return rotation
    }
}

/// How often each number occurs as a coordinate of one component, and the levels that are best for that.
struct ComponentLevels {
    private static let limit = 16383
    /// How many are below each number, and their sum; from -limit to limit + 1.
    private let counts: [Int]
    private let sums: [Int]

    init(_ rows: CodedRows, component: Int) {
        self.init((0..<rows.rows).map { rows.coordinates[$0 * rows.components + component] })
    }

    init(_ numbers: [Int16]) {
        var histogram = [Int](repeating: 0, count: 2 * Self.limit + 1)
        for number in numbers { histogram[Int(number) + Self.limit] += 1 }
        var counts = [0]
        var sums = [0]
        for (index, count) in histogram.enumerated() {
            counts.append(counts[index] + count)
            sums.append(sums[index] + count * (index - Self.limit))
        }
        self.counts = counts
        self.sums = sums
    }

    private var total: Int { counts[counts.count - 1] }

    /// Levels at equal distances from the least to the greatest number.
    func even(_ count: Int) -> [Int16] {
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.firstIndex(of: total) else {
            return [0]
        }
        // The place before the one that the count grew by.
        let (least, greatest) = (first - 1 - Self.limit, last - 1 - Self.limit)
        return (0..<count).map { index in
            Int16(least + ((greatest - least) * index * 2 + count - 1) / (2 * (count - 1)))
        }
    }

    /// The mean magnitude below zero and above, so that the levels are signs.
    func mirrored() -> [Int16] {
        let magnitudes = total > 0 ? Double(sums[sums.count - 1] - 2 * sums[Self.limit]) / Double(total) : 0
        let level = Int16(max(1, magnitudes.rounded(.toNearestOrEven)))
        return [-level, level]
    }

    /// Levels with the least squared error, nearly: each the mean of the numbers that are nearest to it (Lloyd and Max), from
    /// a start where as many numbers are near to one as to another.
    /// - Complexity: O(rounds · count).
    func learned(_ count: Int) -> [Int16] {
        var levels = (0..<count).map { index -> Int in
            let wanted = (2 * index + 1) * total / (2 * count)
            // Ascending counts: the first that is greater.
            var (low, high) = (0, counts.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if counts[middle] > wanted { high = middle } else { low = middle + 1 }
            }
            return low - 1 - Self.limit
        }
        for _ in 0..<100 {
            var next = levels
            var start = 0
            for index in 0..<count {
                // Numbers up to half way belong to the lower level, as codes are chosen.
                let end =
                    index + 1 < count
                    ? Self.floorHalf(levels[index] + levels[index + 1]) + Self.limit + 1 : counts.count - 1
                if let mean = mean(start, end) { next[index] = Int(mean) }
                start = end
            }
            if next == levels { break }
            levels = next
        }
        return levels.map { Int16($0) }
    }

    private static func floorHalf(_ number: Int) -> Int { number >> 1 }

    /// The mean of the numbers from one place of the histogram to before another; nil if there are none.
    private func mean(_ start: Int, _ end: Int) -> Int16? {
        let count = counts[end] - counts[start]
        guard count > 0 else { return nil }
        return Int16((Double(sums[end] - sums[start]) / Double(count)).rounded(.toNearestOrEven))
    }
}
