public import Anneal
public import AnnealCodes
import AnnealFormats
import AnnealModel
import AnnealPlatform

/// What a model of IDs is made of, and how.
public struct IDTraining: Sendable {
    /// The levels and how their words are learned.
    public var quantizer: ResidualSettings
    /// Digits of an attribute that is no class.
    public var levels = 8
    /// Digits of the variation.
    public var variation = 64
    /// Whether attributes are predicted.
    public var predictsAttributes = true
    /// A list whose words name prefixes by their classes.
    public var words: [ListedWord] = []
    public var threads = 1

    public init(sizes: [Int] = [64, 64, 64], learner: CodebookLearner = .annealed) {
        quantizer = ResidualSettings(sizes: sizes, learner: learner)
        quantizer.rowsMost = .max
    }

    /// Trains a model of IDs for an engine's vectors. The same texts, settings and seed give the same bytes, whatever the
    /// number of threads.
    /// - Parameters:
    ///   - texts: those without content are left out.
    ///   - sourceOf: for each text the place of its source.
    ///   - progress: hears what is being done.
    /// - Returns: the bytes of the file, which ``IDModel/init(bytes:)`` opens.
    /// - Complexity: O(texts · (length + dimension · words · rounds + dimension²)); memory for the vectors three times.
    /// - Throws: ``IDError``.
    public func train(
        _ engine: Engine, texts: [String], sourceOf: [Int], sources: [TextSource],
        progress: (String) -> Void = { _ in }
    ) throws(IDError) -> [UInt8] {
        precondition(texts.count == sourceOf.count && sourceOf.allSatisfy(sources.indices.contains))
        do throws(CodecError) { try ResidualQuantizer.check(sizes: quantizer.sizes) } catch { throw .codec(error) }
        progress("embedding")
        var random = SplitMix64(seed: quantizer.seed)
        let all = Self.embed(engine, texts, threads: threads)
        var order = texts.indices.filter { index in (0..<all.columns).contains { all.row(index)[$0] != 0 } }
        // In an order that has nothing to do with sources, so that each fifth is a fair draw.
        random.shuffle(&order)
        guard order.count >= Self.textsLeast else {
            throw .tooFewTexts(expected: Self.textsLeast, found: order.count)
        }
        let vectors = all.selecting(order)
        let (ownTexts, ownSources) = (order.map { texts[$0] }, order.map { sourceOf[$0] })

        let residual: ResidualQuantizer
        do throws(CodecError) {
            residual = try ResidualQuantizer.train(on: vectors, quantizer, threads: threads) { step in
                progress("digit \(step.layer + 1) of \(step.layers), round \(step.round + 1)")
            }
        } catch {
            throw .codec(error)
        }
        progress("assigning")
        let digits = Self.digits(residual, vectors, threads: threads)
        var usage = quantizer.sizes.map { [Int](repeating: 0, count: $0) }
        for case let own? in digits { for (level, digit) in own.enumerated() { usage[level][digit] += 1 } }
        progress("naming")
        let sizes = quantizer.sizes
        let levels = sizes.count > 1 && IDModel.prefixes(sizes, levels: 2) != nil ? 2 : 1
        let listed =
            words.isEmpty
            ? []
            : Self.digits(
                residual, Self.embed(engine, words.map(\.text), threads: threads), threads: threads)
        let (names, counts) = PrefixNames(ownTexts, threads: threads).names(
            sizes: sizes, levels: levels, digits: digits, list: words, listed: listed, threads: threads)
        var scored: ScoredModel?
        if predictsAttributes {
            scored = try ScoredTraining(
                vectors, texts: ownTexts, sourceOf: ownSources, sources: sources, levels: self.levels,
                threads: threads
            ).train(exponent: residual.exponent, variation: variation, seed: random.next(), progress: progress)
        }
        return IDModel.bytes(
            engine: engine.model.contentHash, quantizer: residual, trainedOn: order.count, namedLevels: levels,
            usage: usage, prefixCounts: counts, names: names, scored: scored)
    }

    private static let textsLeast = 20

    private static func embed(_ engine: Engine, _ texts: [String], threads: Int) -> Matrix {
        let vectors = Matrix(rows: texts.count, columns: engine.dimension)
        var rows = UnsafeMutableBufferPointer(
            start: vectors.storage, count: texts.count * engine.dimension
        ).mutableSpan
        do throws(EngineError) { try engine.embed(texts, threads: threads, into: &rows) } catch {
            // All dimensions of the engine's own are asked for.
            preconditionFailure("\(error)")
        }
        return vectors
    }

    /// The digits of each row; nil for a row of zeros.
    private static func digits(_ quantizer: ResidualQuantizer, _ vectors: Matrix, threads: Int) -> [[Int]?] {
        Parallel.mapChunks(of: vectors.rows, size: 512, threads: threads) { range in
            let coder = quantizer.makeCoder()
            var found = [UInt16](repeating: 0, count: quantizer.sizes.count)
            return range.map { row -> [Int]? in
                let vector = UnsafeBufferPointer(start: vectors.row(row), count: vectors.columns)
                do throws(CodecError) {
                    let isCoded = try found.withUnsafeMutableBufferPointer { (digits) throws(CodecError) in
                        try coder.encode(vector, into: digits)
                    }
                    return isCoded ? found.map(Int.init) : nil
                } catch {
                    preconditionFailure("a vector of the engine's that its IDs refuse: \(error)")
                }
            }
        }.flatMap { $0 }
    }
}
