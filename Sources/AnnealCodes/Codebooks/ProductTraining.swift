public import AnnealFormats
import AnnealPlatform

/// How product codes are trained.
public struct ProductSettings: Sendable {
    /// Whether the vectors are turned first, so that parts say equally much and are least dependent.
    public var isOptimised: Bool
    /// Bytes of a code, which are the parts that a vector has.
    public var bytes: Int
    /// How the words begin.
    public var learner = CodebookLearner.kMeans
    /// Vectors to train on, at most, drawn by the seed.
    public var rowsMost = 50_000
    /// Times that all vectors are coded, the words set to their means and, where that is wanted, the vectors turned.
    public var rounds = 12
    public var seed: UInt64 = 0

    public init(bytes: Int, isOptimised: Bool) {
        self.bytes = bytes
        self.isOptimised = isOptimised
    }

    var kind: CodecKind { isOptimised ? .optimised : .product }

    func check(dimension: Int) throws(CodecError) {
        guard (1...dimension).contains(bytes), bytes <= 1024 else {
            throw .setting(
                "bytes", expected: "1 to \(min(1024, dimension)) for \(kind.name) of \(dimension) numbers",
                found: "\(bytes)")
        }
        guard learner != .straightThrough else {
            throw .setting(
                "learner", expected: "k-means or annealed for \(kind.name), whose parts are not stages",
                found: learner.rawValue)
        }
        guard rounds > 0, rowsMost >= TrellisLayer.states else {
            throw .setting(
                "rows, rounds", expected: "at least \(TrellisLayer.states), 1", found: "\(rowsMost), \(rounds)")
        }
    }
}

extension TrellisCodec {
    /// Rows that code words begin from, and that vectors are turned by.
    private static let someRows = 10_000

    /// Trains product codes: parts of a vector have 256 words each, and a byte names one. It is a trellis whose steps take
    /// eight bits, so that nothing of the step before is left in the state.
    /// - Complexity: O(rounds · rows · dimension · (256 + dimension)).
    /// - Throws: ``CodecError``.
    /// - SeeAlso: Jégou, Douze and Schmid, "Product quantization for nearest neighbor search", 2011; Ge, He, Ke and Sun,
    ///   "Optimized product quantization", 2013, both IEEE Transactions on Pattern Analysis and Machine Intelligence.
    public static func train(
        on vectors: Matrix, _ settings: ProductSettings, threads: Int, progress: (CodecProgress) -> Void = { _ in }
    ) throws(CodecError) -> TrellisCodec {
        let dimension = vectors.columns
        try settings.check(dimension: dimension)
        var random = SplitMix64(seed: settings.seed)
        let training = try TrainingVectors(vectors, rowsMost: settings.rowsMost, &random)
        guard training.rows >= TrellisLayer.states else {
            throw .tooFewVectors(expected: TrellisLayer.states, found: training.rows)
        }
        let (mean, values, principal) = try training.principal(threads: threads)
        var axes = principal
        if !settings.isOptimised {
            axes = (0..<dimension * dimension).map { $0 / dimension == $0 % dimension ? 1 : 0 }
        }
        let parts =
            settings.isOptimised ? balanced(values, parts: settings.bytes) : consecutive(dimension, settings.bytes)
        func rows() -> CodedRows {
            CodedRows(training, FixedPointBasis(exponent: training.exponent, mean: mean, axes: axes), threads: threads)
        }
        var coded = rows()
        var layer = try TrellisLayer(parts: parts, coded, rows: someRows, settings.learner, &random, threads: threads)
        for round in 0..<settings.rounds {
            let error = coded.fit(&layer, threads: threads)
            progress(CodecProgress(layer: 0, layers: 1, round: round, rounds: settings.rounds, error: error))
            // The last rounds are for the words alone.
            if settings.isOptimised, round + 3 < settings.rounds {
                let products = coded.products(layer, rows: someRows, threads: threads)
                axes = Rotation.product(Rotation.nearest(to: products, size: dimension), axes, size: dimension)
                coded = rows()
            }
        }
        return TrellisCodec(
            kind: settings.kind, basis: FixedPointBasis(exponent: training.exponent, mean: mean, axes: axes),
            layers: [layer], profile: .search, variances: training.variances(values).map { Float($0) },
            trainedOn: training.rows)
    }

    /// Parts of numbers that lie together, as equal in number as can be.
    private static func consecutive(_ dimension: Int, _ parts: Int) -> [[Int]] {
        (0..<parts).map { Array(dimension * $0 / parts..<dimension * ($0 + 1) / parts) }
    }

    /// Parts whose variances have about the same product: each component, the greatest first, goes to the part with the least
    /// so far that has room.
    static func balanced(_ variances: [Double], parts: Int) -> [[Int]] {
        let room = (variances.count + parts - 1) / parts
        let least = max(variances[0], 1e-300) * 1e-9
        var found = [[Int]](repeating: [], count: parts)
        var sums = [Double](repeating: 0, count: parts)
        for (component, variance) in variances.enumerated() {
            let open = found.indices.filter { found[$0].count < room }
            guard let place = open.min(by: { (sums[$0], $0) < (sums[$1], $1) }) else { break }
            found[place].append(component)
            // Above zero, so that a part grows by each component that it gets.
            sums[place] += CMath.log2(max(variance, least) / least) + 1
        }
        return found
    }
}

extension TrellisLayer {
    /// A step for each part, with words that begin as those of some rows.
    fileprivate init(
        parts: [[Int]], _ coded: CodedRows, rows: Int, _ learner: CodebookLearner, _ random: inout SplitMix64,
        threads: Int
    ) throws(CodecError) {
        var words: [Int16] = []
        let drawn = random.permutation(coded.rows).prefix(rows)
        for part in parts {
            let points = Matrix(rows: drawn.count, columns: part.count)
            for (index, row) in drawn.enumerated() {
                for (column, component) in part.enumerated() {
                    points.row(index)[column] = Float(coded.coordinates[row * coded.components + component])
                }
            }
            // Fewer may differ, as where numbers are all zero.
            let size = points.differentRows(most: Self.states)
            let found = try learner.learn(points, size: size, rounds: 8, seed: random.next(), threads: threads)
                .filled(to: Self.states)
            for column in part.indices {
                for word in 0..<Self.states { words.append(Self.word(found.row(word)[column])) }
            }
        }
        self.init(
            byteCount: parts.count, steps: parts.map { TrellisStep(components: $0, bits: Self.stateBits) }, words: words
        )
    }
}

extension CodedRows {
    /// The sums over some rows of what codes stand for times what was coded.
    fileprivate func products(_ layer: TrellisLayer, rows wanted: Int, threads: Int) -> [Double] {
        let size = components
        let count = min(rows, wanted)
        let step = rows / count
        let parts = Parallel.mapChunks(of: count, size: Self.chunk, threads: threads) { [self] range in
            var sums = [Double](repeating: 0, count: size * size)
            let search = TrellisSearch(stepsMost: layer.steps.count)
            var path = [UInt8](repeating: 0, count: layer.steps.count)
            var words = [Double](repeating: 0, count: size)
            var point = words
            for index in range {
                let numbers = coordinates + index * step * size
                search.search(layer, numbers, states: &path)
                for (place, part) in layer.steps.enumerated() {
                    var word = layer.starts[place] + Int(path[place])
                    for component in part.components {
                        words[component] = Double(layer.words[word])
                        word += TrellisLayer.states
                    }
                }
                for column in 0..<size { point[column] = Double(numbers[column]) }
                for row in 0..<size {
                    let factor = words[row]
                    for column in 0..<size { sums[row * size + column] += factor * point[column] }
                }
            }
            return sums
        }
        var sums = [Double](repeating: 0, count: size * size)
        for part in parts {
            for index in sums.indices { sums[index] += part[index] }
        }
        return sums
    }
}
