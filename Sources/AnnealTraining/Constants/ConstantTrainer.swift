import AnnealFormats
import AnnealPlatform
import AnnealProgram
import AnnealRewrite
import CAnnealTraining

/// Fits constants to the teacher's vectors: batches of texts, Adam on `1 − cosine` and on the structure of the batch.
///
/// The loss of a batch of B texts is the mean of `1 − cos(text, teacher)`, and for each part of the batch `structure`
/// times its share of the batch times the mean squared difference between the cosines of its texts among each other and
/// those of the teacher.
///
/// Every gradient is a sum in the order of the batch, taken by one thread: the result is the same, bit for bit, for any
/// number of threads (on the same kind of processor).
final class ConstantTrainer: Sendable {
    let constants: TrainedConstants
    let settings: StageSettings
    private let set: TrainingSet
    private let threads: Int
    private let kernel: TrainingKernel
    private let forward: ForwardPass
    let tokenTable: AdamTable
    let phraseTable: AdamTable
    let placeTable: AdamTable
    private let placeGradients = Matrix(rows: PlaceRows.count, columns: PlaceGains.width)
    private let memory: BatchMemory
    private let tokenGroups: RowGroups
    private let phraseGroups: RowGroups
    private let scratch: Matrix
    /// Texts that have tokens.
    private let usable: [Int]
    /// Occurrences of each row in the corpus.
    private let tokenCounts: [Float]
    private let phraseCounts: [Float]

    /// Rows of the batch that one thread takes at a time.
    private static let block = 64

    /// - Parameters:
    ///   - tables: the moments of an earlier part of the stage; nil to begin it.
    ///   - epochs: of the stage that are done.
    init(
        _ constants: TrainedConstants, _ set: TrainingSet, settings: StageSettings, threads: Int,
        tables: (tokens: AdamTable, phrases: AdamTable, places: AdamTable)? = nil, epochs: Int = 0,
        kernel: TrainingKernel = .fastest
    ) {
        self.constants = constants
        self.set = set
        self.settings = settings
        self.threads = threads
        self.kernel = kernel
        forward = ForwardPass(constants: constants, kernel: kernel, context: .fitting)
        tokenTable = tables?.tokens ?? AdamTable(constants.tokens)
        phraseTable = tables?.phrases ?? AdamTable(constants.phrases)
        placeTable = tables?.places ?? AdamTable(constants.places)
        memory = BatchMemory(batch: settings.batch, dimension: constants.dimension)
        let capacity = settings.batch * RewrittenCorpus.itemLimit
        tokenGroups = RowGroups(rowCount: constants.tokenCount, capacity: capacity)
        phraseGroups = RowGroups(rowCount: constants.phrases.rows, capacity: capacity)
        scratch = Matrix(rows: threads, columns: max(constants.tokens.columns, Self.block * settings.part))
        usable = (0..<set.corpus.count).filter { set.corpus.offsets[$0] < set.corpus.offsets[$0 + 1] }
        var tokenCounts = [Float](repeating: 0, count: constants.tokenCount)
        var phraseCounts = [Float](repeating: 0, count: constants.phrases.rows)
        for item in set.corpus.ids.indices {
            let token = set.corpus.ids[item]
            if token != RewrittenCorpus.none { tokenCounts[Int(token)] += 1 }
            if set.corpus.rows[item] != RewrittenCorpus.none { phraseCounts[Int(set.corpus.rows[item])] += 1 }
        }
        self.tokenCounts = tokenCounts
        self.phraseCounts = phraseCounts
        tokenTable.restart(at: epochs * stepsPerEpoch)
        phraseTable.restart(at: epochs * stepsPerEpoch)
    }

    var stepsPerEpoch: Int { (usable.count + settings.batch - 1) / settings.batch }

    /// Goes once over all texts, in an order that depends on the seed and the epoch only.
    /// - Returns: the mean cosine with the teacher, and the mean of the structure's loss, along the way.
    func runEpoch(_ epoch: Int, observe: (_ done: Int, _ total: Int) -> Void = { _, _ in }) -> EpochFigures {
        var order = usable
        var random = SplitMix64(seed: settings.seed &+ UInt64(epoch) &* 0x9E37_79B9_7F4A_7C15)
        random.shuffle(&order)
        let schedule = OneCycle(
            rate: settings.rate, steps: max(1, settings.epochs * stepsPerEpoch), rise: settings.rise)
        var figures = EpochFigures()
        for index in 0..<stepsPerEpoch {
            let number = epoch * stepsPerEpoch + index + 1
            let (rate, beta1) = schedule.values(at: number - 1)
            let start = index * settings.batch
            memory.load(order[start..<min(order.count, start + settings.batch)], of: set)
            step(number, AdamTable.step(number: number, rate: rate, beta1: beta1))
            for text in 0..<memory.texts.count {
                figures.add(cosine: memory.cosines[text], structure: memory.structure[text])
            }
            observe(start + memory.texts.count, order.count)
        }
        let number = (epoch + 1) * stepsPerEpoch
        if number > 0 {
            let (rate, beta1) = schedule.values(at: number - 1)
            let adam = AdamTable.step(number: number, rate: rate, beta1: beta1)
            tokenTable.settle(to: number, adam, threads: threads, kernel)
            phraseTable.settle(to: number, adam, threads: threads, kernel)
        }
        return figures
    }

    /// One step on the batch that is loaded.
    private func step(_ number: Int, _ adam: anneal_adam) {
        computeGradients { [self] in
            Parallel.forEachChunk(of: tokenGroups.rows.count, size: 128, threads: threads) { [self] _, range in
                for group in range { tokenTable.coast(Int(tokenGroups.rows[group]), to: number - 1, adam, kernel) }
            }
            Parallel.forEachChunk(of: phraseGroups.rows.count, size: 128, threads: threads) { [self] _, range in
                for group in range { phraseTable.coast(Int(phraseGroups.rows[group]), to: number - 1, adam, kernel) }
            }
        }
        forEachTokenGradient { [self] row, gradient in
            tokenTable.update(row, gradient, number: number, adam, kernel)
        }
        forEachPhraseGradient { [self] row, gradient in
            phraseTable.update(row, gradient, number: number, adam, kernel)
        }
        guard constants.hasGains else { return }
        sumPlaceGradients()
        for row in 0..<PlaceRows.count {
            placeTable.update(row, placeGradients.row(row), number: number, adam, kernel)
        }
    }

    /// Forward and backward as far as the texts' sums and gains.
    private func computeGradients(prepare: () -> Void) {
        let skip = Opcode.skip.rawValue
        tokenGroups.fill(memory.token, memory.opcode, leavingOut: skip, count: memory.occurrenceCount)
        phraseGroups.fill(memory.phrase, memory.opcode, leavingOut: skip, count: memory.occurrenceCount)
        prepare()
        let count = memory.texts.count
        Parallel.forEachChunk(of: count, size: Self.block, threads: threads) { [self] _, range in
            for text in range { runForward(text, of: count) }
        }
        memory.measureCurvature()
        // Blocks do not reach over parts.
        let part = settings.part
        let blocksPerPart = (part + Self.block - 1) / Self.block
        let parts = (count + part - 1) / part
        Parallel.forEach(parts * blocksPerPart, threads: threads) { [self] worker, index in
            let range = index / blocksPerPart * part..<min(count, (index / blocksPerPart + 1) * part)
            let first = range.lowerBound + index % blocksPerPart * Self.block
            guard first < range.upperBound else { return }
            let rows = first..<min(range.upperBound, first + Self.block)
            addStructure(rows, part: range, of: count, scratch.row(worker))
            for text in rows { runBackward(text) }
        }
    }

    private func runForward(_ text: Int, of count: Int) {
        let start = Int(memory.starts[text])
        let length = Int(memory.starts[text + 1]) - start
        let dimension = constants.dimension
        let vector = memory.vectors.row(text)
        memory.scale[text] = forward.run(
            memory.items(from: start), count: length, keySum: memory.keySums.row(text), gain: memory.gain + start,
            squashed: memory.squashed + start, place: memory.place + start, sum: vector)
        let norm = max(dot(vector, vector, dimension, kernel).squareRoot(), 1e-12)
        memory.lengths[text] = norm
        for index in 0..<dimension { vector[index] /= norm }
        let target = memory.targets.row(text)
        memory.cosines[text] = dot(vector, target, dimension, kernel)
        memory.structure[text] = 0
        let gradient = memory.gradients.row(text)
        gradient.update(repeating: 0, count: dimension)
        addScaled(gradient, target, -1 / Float(count), dimension, kernel)
    }

    /// Adds the gradient of the structure's loss to some rows of a part.
    private func addStructure(
        _ rows: Range<Int>, part: Range<Int>, of count: Int, _ difference: UnsafeMutablePointer<Float>
    ) {
        guard settings.structure > 0 else { return }
        let dimension = constants.dimension
        let size = part.count
        kernel.table.pointee.similarity_difference(
            memory.vectors.row(part.lowerBound), memory.targets.row(part.lowerBound), dimension,
            rows.lowerBound - part.lowerBound, rows.count, size, difference)
        for row in rows {
            var squares: Float = 0
            let line = difference + (row - rows.lowerBound) * size
            for column in 0..<size { squares += line[column] * line[column] }
            memory.structure[row] = squares / Float(size)
        }
        // d/da_i of the mean over i, j of D_ij² is 4 / size² · Σ_j D_ij a_j; the part weighs size / count.
        let factor = Float(settings.structure) * 4 / (Float(size) * Float(count))
        kernel.table.pointee.multiply_add(
            difference, rows.count, size, memory.vectors.row(part.lowerBound), dimension, factor,
            memory.gradients.row(rows.lowerBound))
    }

    /// From the gradient of a text's unit vector to those of its sum, gains and agreements.
    private func runBackward(_ text: Int) {
        let dimension = constants.dimension
        let vector = memory.vectors.row(text)
        let gradient = memory.gradients.row(text)
        let along = dot(vector, gradient, dimension, kernel)
        addScaled(gradient, vector, -along, dimension, kernel)
        let inverse = 1 / memory.lengths[text]
        for index in 0..<dimension { gradient[index] *= inverse }
        let items = memory.items(from: 0)
        let querySum = memory.querySums.row(text)
        querySum.update(repeating: 0, count: TrainedConstants.codeWidth)
        for item in Int(memory.starts[text])..<Int(memory.starts[text + 1])
        where memory.token[item] != RewrittenCorpus.none {
            let token = Int(memory.token[item])
            // The gain is 0 where the item does not use its token, and so are all gradients through it.
            var slope = memory.gain[item] * dot(gradient, constants.tokens.row(token), dimension, kernel)
            memory.gainGradient[item] = slope
            let squashed = memory.squashed[item]
            if items.effect(of: item).constant.isGain {
                slope +=
                    given(item) * dot(gradient, constants.phrases.row(Int(memory.phrase[item])), dimension, kernel)
            }
            memory.givenGradient[item] = slope
            let agreement = slope * (1 - squashed * squashed) * memory.scale[text]
            memory.agreementGradient[item] = agreement
            addScaled(querySum, constants.query(token), agreement, TrainedConstants.codeWidth, kernel)
        }
    }

    /// What context and place make of an item's weight.
    private func given(_ item: Int) -> Float {
        CMath.exp(memory.squashed[item] + constants.places.storage[Int(memory.place[item])])
    }

    /// Sums the gradients of the places over the batch, in its order.
    private func sumPlaceGradients() {
        placeGradients.storage.update(repeating: 0, count: PlaceRows.count * PlaceGains.width)
        let items = memory.items(from: 0)
        for item in 0..<memory.occurrenceCount where items.isLive(item) {
            placeGradients.storage[Int(memory.place[item])] += memory.givenGradient[item]
        }
    }

    /// Calls `body` with each token row that the batch has, and its gradient.
    private func forEachTokenGradient(_ body: @escaping @Sendable (Int, UnsafePointer<Float>) -> Void) {
        let width = TrainedConstants.codeWidth
        Parallel.forEachChunk(of: tokenGroups.rows.count, size: 32, threads: threads) { [self] worker, range in
            let gradient = scratch.row(worker)
            for group in range {
                let token = Int(tokenGroups.rows[group])
                gradient.update(repeating: 0, count: constants.tokens.columns)
                let key = gradient + constants.keyOffset
                let query = gradient + constants.queryOffset
                var agreementSum: Float = 0
                var gainSum: Float = 0
                for place in Int(tokenGroups.starts[group])..<Int(tokenGroups.starts[group + 1]) {
                    let item = Int(tokenGroups.order[place])
                    let text = Int(memory.textOf[item])
                    let agreement = memory.agreementGradient[item]
                    addScaled(gradient, memory.gradients.row(text), memory.gain[item], constants.dimension, kernel)
                    addScaled(key, memory.querySums.row(text), 1, width, kernel)
                    addScaled(query, memory.keySums.row(text), agreement, width, kernel)
                    agreementSum += agreement
                    gainSum += memory.gainGradient[item]
                }
                addRidge(
                    settings.ridge, gradient, constants.tokens.row(token), constants.anchors?.tokens.row(token),
                    tokenCounts[token], group, tokenGroups)
                // No token is its own context.
                addScaled(key, constants.query(token), -agreementSum, width, kernel)
                addScaled(query, constants.key(token), -agreementSum, width, kernel)
                gradient[constants.weightOffset] = gainSum
                body(token, gradient)
            }
        }
    }

    /// Calls `body` with each constant row that the batch has, and its gradient.
    private func forEachPhraseGradient(_ body: @escaping @Sendable (Int, UnsafePointer<Float>) -> Void) {
        Parallel.forEachChunk(of: phraseGroups.rows.count, size: 64, threads: threads) { [self] worker, range in
            let gradient = scratch.row(worker)
            let items = memory.items(from: 0)
            for group in range {
                gradient.update(repeating: 0, count: constants.dimension)
                for place in Int(phraseGroups.starts[group])..<Int(phraseGroups.starts[group + 1]) {
                    let item = Int(phraseGroups.order[place])
                    let factor = items.effect(of: item).constant.isGain ? given(item) : 1
                    let text = Int(memory.textOf[item])
                    addScaled(gradient, memory.gradients.row(text), factor, constants.dimension, kernel)
                }
                let row = Int(phraseGroups.rows[group])
                addRidge(
                    settings.phraseRidge ?? settings.ridge, gradient, constants.phrases.row(row),
                    constants.anchors?.phrases.row(row), phraseCounts[row], group, phraseGroups)
                body(row, gradient)
            }
        }
    }

    /// Adds the share of a row's ridge that falls to its occurrences in the batch: over an epoch
    /// `ridge · a² / 2 · ‖row − anchor‖²` in all, the curvature of that many texts, with a² the mean of one over the squared length of the texts' sums.
    private func addRidge(
        _ ridge: Double, _ gradient: UnsafeMutablePointer<Float>, _ row: UnsafePointer<Float>,
        _ anchor: UnsafeMutablePointer<Float>?, _ count: Float, _ group: Int, _ groups: RowGroups
    ) {
        guard ridge > 0 else { return }
        let occurrences = Float(groups.starts[group + 1] - groups.starts[group])
        let factor = Float(ridge) * memory.curvature * occurrences / (count * Float(memory.texts.count))
        addScaled(gradient, row, factor, constants.dimension, kernel)
        if let anchor { addScaled(gradient, anchor, -factor, constants.dimension, kernel) }
    }

    /// The loss of some texts and its gradients, for tests.
    func lossAndGradients(of texts: [Int]) -> (loss: Double, tokens: Matrix, phrases: Matrix, places: Matrix) {
        memory.load(texts[...], of: set)
        computeGradients {}
        let tokens = Matrix(rows: constants.tokenCount, columns: constants.tokens.columns)
        let phrases = Matrix(rows: constants.phrases.rows, columns: constants.dimension)
        forEachTokenGradient { row, gradient in
            tokens.row(row).update(from: gradient, count: tokens.columns)
        }
        forEachPhraseGradient { row, gradient in
            phrases.row(row).update(from: gradient, count: phrases.columns)
        }
        var figures = EpochFigures()
        for text in 0..<texts.count {
            figures.add(cosine: memory.cosines[text], structure: memory.structure[text])
        }
        sumPlaceGradients()
        return (1 - figures.cosine + settings.structure * figures.structure, tokens, phrases, placeGradients.copy())
    }
}
