import AnnealModel
import AnnealTokens

/// Where a dictionary puts words that are one token: a unit vector for each token that it knows.
///
/// What a word means is learned from the texts that it stands in, and "buy" stands in the same texts as "sell". A dictionary
/// tells them apart, so the directions of tokens are turned towards what it says once they are learned.
/// - SeeAlso: Faruqui, Dodge, Jauhar, Dyer, Hovy and Smith, "Retrofitting Word Vectors to Semantic Lexicons", 2015,
///   arXiv:1411.4166.
struct Lexicon: Sendable {
    /// A unit vector a token; zeros for those that the dictionary does not know.
    private let vectors: Matrix
    private let known: [Bool]
    /// The SHA-256 of the vectors.
    let digest: String

    /// - Parameters:
    ///   - vectors: a row a token.
    ///   - known: whether a token has one.
    init(vectors: Matrix, known: [Bool]) {
        precondition(vectors.rows == known.count)
        self.vectors = vectors
        self.known = known
        digest =
            ContentHash(
                of: UnsafeRawBufferPointer(start: vectors.storage, count: 4 * vectors.rows * vectors.columns)
            ).description
    }

    /// - Parameters:
    ///   - store: words and their vectors. Words of several tokens are passed over; of several forms that are the same token
    ///     the last counts.
    ///   - teacher: of the texts, whose vectors these must be.
    ///   - reduction: what the texts' vectors are reduced by.
    /// - Throws: ``TrainError`` if the vectors are another teacher's, or no word is a token.
    init(
        _ store: TeacherStore, of teacher: TeacherDescription, tokenizer: Tokenizer, reduction: TeacherReduction,
        threads: Int
    ) throws(TrainError) {
        guard store.description.teacher == teacher.teacher, store.description.width == teacher.width else {
            throw TrainError(
                place: store.path, expected: "vectors of \(teacher.teacher), \(teacher.width) numbers",
                found: "\(store.description.teacher), \(store.description.width)")
        }
        let words = TokenizedCorpus(count: store.count, tokenizer: tokenizer, threads: threads) { store.text($0) }
        let single = (0..<store.count).filter { words.offsets[$0] + 1 == words.offsets[$0 + 1] }
        guard !single.isEmpty else {
            throw TrainError(
                place: store.path, expected: "words that are one token", found: "none among \(store.count) texts")
        }
        let reduced = reduction.reduce(count: single.count, width: teacher.width, threads: threads) {
            store.copyVector(single[$0], into: $1)
        }
        let vectors = Matrix(rows: tokenizer.pieceCount, columns: reduced.columns)
        var known = [Bool](repeating: false, count: tokenizer.pieceCount)
        for (row, word) in single.enumerated() {
            let token = Int(words.ids[words.offsets[word]])
            vectors.row(token).update(from: reduced.row(row), count: reduced.columns)
            known[token] = true
        }
        self.init(vectors: vectors, known: known)
    }

    /// How many tokens it knows.
    var count: Int { known.count { $0 } }

    /// Turns the direction of each token that the lexicon knows towards its vector there: to that of `v / ‖v‖ + share · vector`,
    /// with the length that it had.
    /// - Complexity: O(tokens · dimension).
    /// - Precondition: the constants have the lexicon's tokens and dimensions.
    func retrofit(_ constants: TrainedConstants, share: Float) {
        precondition(constants.tokenCount == vectors.rows && constants.dimension == vectors.columns)
        let dimension = constants.dimension
        for token in 0..<constants.tokenCount where known[token] {
            let row = constants.tokens.row(token)
            let length = dot(row, row, dimension, .fastest).squareRoot()
            // What was never seen has no direction that could be turned.
            guard length > 0 else { continue }
            addScaled(row, vectors.row(token), share * length, dimension, .fastest)
            let turned = dot(row, row, dimension, .fastest).squareRoot()
            guard turned > 0 else { continue }
            for index in 0..<dimension { row[index] *= length / turned }
        }
    }
}
