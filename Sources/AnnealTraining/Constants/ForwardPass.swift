import AnnealFormats
import AnnealPlatform
import AnnealProgram

/// From the items of a text to its sum, as the machine runs them: `Σ gain_i · v_i + Σ constants`, with
/// `gain_i = exp(w_i + tanh(q_i · Σ_{j≠i} k_j · s(n)) + p_n(i))` over the n items that are not skipped, with s as
/// ``ContextScale`` has it and p as ``TrainedConstants/places``.
struct ForwardPass: Sendable {
    let constants: TrainedConstants
    let kernel: TrainingKernel
    var context = ContextScale.embedding

    /// Computes one text.
    /// - Parameters:
    ///   - keySum: room for the sum of the keys.
    ///   - origin: the place of the first item in its text.
    ///   - gain, squashed, place: room for a number an item; the gains, 0 where the item does not use its token, the
    ///     tangents in them, and the numbers of ``TrainedConstants/places`` in them.
    ///   - sum: room for the vector, not yet of unit length.
    /// - Returns: the context's scale, 0 where there are no live items or gains do not depend on them.
    /// - Complexity: O(items · dimension).
    @inline(__always)
    @discardableResult
    func run(
        _ items: ItemPointers, count: Int, origin: Int = 0, keySum: UnsafeMutablePointer<Float>,
        gain: UnsafeMutablePointer<Float>, squashed: UnsafeMutablePointer<Float>, place: UnsafeMutablePointer<UInt32>,
        sum: UnsafeMutablePointer<Float>
    ) -> Float {
        let width = TrainedConstants.codeWidth
        let dimension = constants.dimension
        keySum.update(repeating: 0, count: width)
        sum.update(repeating: 0, count: dimension)
        var live = 0
        for item in 0..<count where items.isLive(item) {
            addScaled(keySum, constants.key(Int(items.tokens[item])), 1, width, kernel)
            live += 1
        }
        // A scale of 0 keeps the context out, here and in the gradients.
        let scale = constants.hasGains ? Float(context.factor(of: live)) : 0
        var position = origin
        for item in 0..<count {
            let effect = items.effect(of: item)
            gain[item] = 0
            squashed[item] = 0
            place[item] = UInt32(truncatingIfNeeded: PlaceRows.cell(live: live, place: position))
            if items.tokens[item] != RewrittenCorpus.none { position += 1 }
            if effect.token.isUsed, items.tokens[item] != RewrittenCorpus.none {
                let token = Int(items.tokens[item])
                let query = constants.query(token)
                let agreement = dot(query, keySum, width, kernel) - dot(query, constants.key(token), width, kernel)
                squashed[item] = CMath.tanh(agreement * scale)
                gain[item] = CMath.exp(constants.logWeight(token) + squashed[item] + offset(place[item]))
                addScaled(sum, constants.tokens.row(token), gain[item], dimension, kernel)
            }
            if effect.constant.isUsed, items.rows[item] != RewrittenCorpus.none {
                // The machine has the token's weight in its row; a sense shares only what the context gives.
                let factor = effect.constant.isGain ? CMath.exp(squashed[item] + offset(place[item])) : 1
                addScaled(sum, constants.phrases.row(Int(items.rows[item])), factor, dimension, kernel)
            }
        }
        return scale
    }

    /// What a place adds to a gain's logarithm.
    @inline(__always)
    private func offset(_ place: UInt32) -> Float { constants.hasGains ? constants.places.storage[Int(place)] : 0 }

    /// The sums of all texts of a corpus, not of unit length.
    /// - Parameter origin: of each, the place of its first item in its text; nil where texts are whole.
    /// - Complexity: O(items · dimension).
    func vectors(of corpus: RewrittenCorpus, origin: [Int]? = nil, threads: Int) -> Matrix {
        let result = Matrix(rows: corpus.count, columns: constants.dimension)
        Parallel.forEachChunk(of: corpus.count, size: 512, threads: threads) { _, range in
            withUnsafeTemporaryAllocation(
                of: Float.self, capacity: 2 * RewrittenCorpus.itemLimit + TrainedConstants.codeWidth
            ) { memory in
                withUnsafeTemporaryAllocation(of: UInt32.self, capacity: RewrittenCorpus.itemLimit) { place in
                    let gain = memory.baseAddress!
                    let squashed = gain + RewrittenCorpus.itemLimit
                    let keySum = squashed + RewrittenCorpus.itemLimit
                    corpus.withItems { items in
                        for text in range {
                            let start = corpus.offsets[text]
                            run(
                                items.advanced(by: start), count: corpus.offsets[text + 1] - start,
                                origin: origin?[text] ?? 0, keySum: keySum, gain: gain, squashed: squashed,
                                place: place.baseAddress!, sum: result.row(text))
                        }
                    }
                }
            }
        }
        return result
    }
}
