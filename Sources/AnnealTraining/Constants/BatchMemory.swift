import AnnealFormats

/// The memory of one batch: what the forward pass leaves for the backward pass.
///
/// Sendable although it is mutable: threads write to the places of their own texts only.
final class BatchMemory: @unchecked Sendable {
    let dimension: Int
    /// Texts of the batch, as numbers of the corpus.
    var texts: [Int] = []
    /// Text `i` of the batch has the occurrences `starts[i]..<starts[i + 1]`.
    let starts: UnsafeMutablePointer<Int32>
    /// By occurrence: the token, the opcode, the constant row, the text of the batch.
    let token: UnsafeMutablePointer<UInt32>
    let opcode: UnsafeMutablePointer<UInt8>
    let phrase: UnsafeMutablePointer<UInt32>
    let textOf: UnsafeMutablePointer<UInt32>
    /// By occurrence: the gain, the hyperbolic tangent and the number of the place in it, and the gradients of the
    /// logarithms of the token's weight and of what context and place give, and of the agreement.
    let gain: UnsafeMutablePointer<Float>
    let squashed: UnsafeMutablePointer<Float>
    let place: UnsafeMutablePointer<UInt32>
    let givenGradient: UnsafeMutablePointer<Float>
    let gainGradient: UnsafeMutablePointer<Float>
    let agreementGradient: UnsafeMutablePointer<Float>
    /// By text: its unit vector, its target, and the gradient, first of the unit vector, then of the sum.
    let vectors: Matrix
    let targets: Matrix
    let gradients: Matrix
    /// By text: the length of the sum, one over the root of the number of its tokens, its cosine and its share of the
    /// structure's loss.
    let lengths: UnsafeMutablePointer<Float>
    let scale: UnsafeMutablePointer<Float>
    let cosines: UnsafeMutablePointer<Float>
    let structure: UnsafeMutablePointer<Float>
    /// By text: the sum of its keys, and of its queries times their agreement's gradient.
    let keySums: Matrix
    let querySums: Matrix

    /// The mean over the texts of one over the squared length of the sum.
    private(set) var curvature: Float = 0

    init(batch: Int, dimension: Int) {
        self.dimension = dimension
        let occurrences = batch * RewrittenCorpus.itemLimit
        starts = .allocate(capacity: batch + 1)
        token = .allocate(capacity: occurrences)
        opcode = .allocate(capacity: occurrences)
        phrase = .allocate(capacity: occurrences)
        textOf = .allocate(capacity: occurrences)
        gain = .allocate(capacity: occurrences)
        squashed = .allocate(capacity: occurrences)
        place = .allocate(capacity: occurrences)
        givenGradient = .allocate(capacity: occurrences)
        gainGradient = .allocate(capacity: occurrences)
        agreementGradient = .allocate(capacity: occurrences)
        vectors = Matrix(rows: batch, columns: dimension)
        targets = Matrix(rows: batch, columns: dimension)
        gradients = Matrix(rows: batch, columns: dimension)
        lengths = .allocate(capacity: batch)
        scale = .allocate(capacity: batch)
        cosines = .allocate(capacity: batch)
        structure = .allocate(capacity: batch)
        keySums = Matrix(rows: batch, columns: TrainedConstants.codeWidth)
        querySums = Matrix(rows: batch, columns: TrainedConstants.codeWidth)
    }

    deinit {
        starts.deallocate()
        token.deallocate()
        opcode.deallocate()
        phrase.deallocate()
        textOf.deallocate()
        gain.deallocate()
        squashed.deallocate()
        place.deallocate()
        givenGradient.deallocate()
        gainGradient.deallocate()
        agreementGradient.deallocate()
        lengths.deallocate()
        scale.deallocate()
        cosines.deallocate()
        structure.deallocate()
    }

    /// Computes the curvature from the lengths.
    func measureCurvature() {
        var sum: Float = 0
        for text in texts.indices { sum += 1 / (lengths[text] * lengths[text]) }
        curvature = sum / Float(max(1, texts.count))
    }

    /// The items from an occurrence on.
    func items(from occurrence: Int) -> ItemPointers {
        ItemPointers(tokens: token, opcodes: opcode, rows: phrase).advanced(by: occurrence)
    }

    /// Occurrences of the batch.
    var occurrenceCount: Int { Int(starts[texts.count]) }

    /// Takes the tokens, constant rows and targets of some texts.
    /// - Precondition: no more texts than the batch has room for.
    func load(_ chosen: ArraySlice<Int>, of set: TrainingSet) {
        texts = Array(chosen)
        var next = 0
        starts[0] = 0
        for (place, text) in texts.enumerated() {
            for index in set.corpus.offsets[text]..<set.corpus.offsets[text + 1] {
                token[next] = set.corpus.ids[index]
                opcode[next] = set.corpus.opcodes[index]
                phrase[next] = set.corpus.rows[index]
                textOf[next] = UInt32(truncatingIfNeeded: place)
                next += 1
            }
            starts[place + 1] = Int32(truncatingIfNeeded: next)
            targets.row(place).update(from: set.targets.row(text), count: dimension)
        }
    }
}
