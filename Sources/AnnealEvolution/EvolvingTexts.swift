import AnnealFormats
import AnnealProgram
import AnnealTraining

/// The texts as programs, rewritten by all rules accepted so far, with the residuals that are left.
///
/// Structure of arrays over token positions. A text's items lie at `offsets[t] ..< offsets[t] + lengths[t]`: absorbed items
/// are closed up by ``reindex(_:)``, so that distances count live items as the annealer's do.
///
/// Sendable although it holds pointers: many threads read it while none writes; ``RuleApplier`` writes alone.
final class EvolvingTexts: @unchecked Sendable {
    let count: Int
    let dimension: Int
    let tokens: TokenKnowledge
    let offsets: [Int]
    let lengths: UnsafeMutablePointer<Int32>
    let ids: UnsafeMutablePointer<UInt32>
    /// Raw values of ``AnnealProgram/Opcode``.
    let opcodes: UnsafeMutablePointer<UInt8>
    let gains: UnsafeMutablePointer<Float>
    /// The text of each position.
    let textOf: UnsafeMutablePointer<Int32>
    /// A row a text; what accepted rules explain is subtracted in place.
    let residuals: Matrix
    let weights: UnsafeMutablePointer<Float>
    /// The squared length of each text's residual.
    let energies: UnsafeMutablePointer<Float>
    /// The mean of the weights, squared: the unit of the ridge λ.
    let weightUnit: Double
    private var byToken: PostingIndex
    private var byFine: PostingIndex
    private var byCoarse: PostingIndex

    /// - Precondition: every token is known; fewer than 2³¹ tokens in all.
    init(_ texts: EvolutionTexts, tokens: TokenKnowledge) {
        let corpus = texts.corpus
        let total = corpus.ids.count
        precondition(total < Int(Int32.max))
        count = corpus.count
        dimension = texts.residuals.columns
        self.tokens = tokens
        offsets = corpus.offsets
        residuals = texts.residuals
        lengths = .allocate(capacity: count + 1)
        ids = .allocate(capacity: total + 1)
        opcodes = .allocate(capacity: total + 1)
        opcodes.initialize(repeating: Opcode.accumulate.rawValue, count: total + 1)
        gains = .allocate(capacity: total + 1)
        textOf = .allocate(capacity: total + 1)
        weights = .allocate(capacity: count + 1)
        energies = .allocate(capacity: count + 1)
        var weightSum = 0.0
        for position in 0..<total {
            precondition(corpus.ids[position] < tokens.count)
            ids[position] = corpus.ids[position]
            gains[position] = texts.gains?[position] ?? 1
        }
        for text in 0..<count {
            lengths[text] = Int32(offsets[text + 1] - offsets[text])
            for position in offsets[text]..<offsets[text + 1] { textOf[position] = Int32(text) }
            weights[text] = texts.weights[text]
            weightSum += Double(weights[text])
            energies[text] = RowLoops.dot(residuals.row(text), residuals.row(text), dimension)
        }
        let mean = weightSum / Double(max(count, 1))
        weightUnit = mean * mean
        byToken = PostingIndex(keyCount: 0, positionCount: 0) { _ in 0 }
        byFine = PostingIndex(keyCount: 0, positionCount: 0) { _ in 0 }
        byCoarse = PostingIndex(keyCount: 0, positionCount: 0) { _ in 0 }
        reindex()
    }

    deinit {
        lengths.deallocate()
        ids.deallocate()
        opcodes.deallocate()
        gains.deallocate()
        textOf.deallocate()
        weights.deallocate()
        energies.deallocate()
    }

    /// Closes up absorbed items and builds the index anew.
    /// - Complexity: O(positions).
    func reindex() {
        for text in 0..<count {
            let start = offsets[text]
            var kept = start
            for position in start..<start + Int(lengths[text]) where opcodes[position] != Opcode.skip.rawValue {
                ids[kept] = ids[position]
                opcodes[kept] = opcodes[position]
                gains[kept] = gains[position]
                kept += 1
            }
            lengths[text] = Int32(kept - start)
        }
        let total = offsets[count]
        let tokens = tokens
        func isLive(_ position: Int) -> Bool {
            let text = Int(textOf[position])
            return position < offsets[text] + Int(lengths[text])
        }
        byToken = PostingIndex(keyCount: tokens.count, positionCount: total) { position in
            isLive(position) ? Int(ids[position]) : -1
        }
        guard tokens.classCount > 0 else { return }
        byFine = PostingIndex(keyCount: tokens.fineCount, positionCount: total) { position in
            isLive(position) ? Int(tokens.fine[Int(ids[position])]) : -1
        }
        byCoarse = PostingIndex(keyCount: tokens.coarseCount, positionCount: total) { position in
            isLive(position) ? Int(tokens.coarse[Int(ids[position])]) - tokens.fineCount : -1
        }
    }

    /// The positions where an atom may stand by its token or class; empty for one that may stand anywhere.
    @inline(__always)
    func postings(_ genome: Genome, _ atom: Int) -> UnsafeBufferPointer<Int32> {
        let value = Int(genome.value(atom))
        if genome.isToken(atom) { return byToken.positions(of: value) }
        guard genome.isClass(atom) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return value < tokens.fineCount
            ? byFine.positions(of: value) : byCoarse.positions(of: value - tokens.fineCount)
    }

    /// The positions of a token.
    func positions(ofToken token: Int) -> UnsafeBufferPointer<Int32> { byToken.positions(of: token) }

    /// The positions of a fine class.
    func positions(ofFine fine: Int) -> UnsafeBufferPointer<Int32> { byFine.positions(of: fine) }

    /// The sum of all squared residuals.
    var energy: Double {
        var sum = 0.0
        for text in 0..<count { sum += Double(energies[text]) }
        return sum
    }
}
