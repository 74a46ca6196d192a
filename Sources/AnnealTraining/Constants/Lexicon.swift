import AnnealFormats
import AnnealContainer
import AnnealTokens

/// Where a dictionary puts words that are one token: a unit vector for each token that it knows.
///
/// What a word means is learned from the texts that it stands in, and "buy" stands in the same texts as "sell". A dictionary
/// tells them apart, so the directions of tokens are turned towards what it says once they are learned.
/// - SeeAlso: ``Thesaurus``.
struct Lexicon: Sendable {
    /// A unit vector a token; zeros for those that the dictionary does not know.
    private let vectors: Matrix
    /// How many tokens it knows.
    let count: Int
    /// The SHA-256 of the vectors.
    let digest: String

    /// - Parameter vectors: a row a token, zeros for those that the dictionary does not know.
    init(vectors: Matrix) {
        self.vectors = vectors
        count = (0..<vectors.rows).count { row in (0..<vectors.columns).contains { vectors.row(row)[$0] != 0 } }
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
        let single = (0..<store.count).filter { words.onlyToken(of: $0) != nil }
        guard !single.isEmpty else {
            throw TrainError(
                place: store.path, expected: "words that are one token", found: "none among \(store.count) texts")
        }
        let reduced = reduction.reduce(count: single.count, width: teacher.width, threads: threads) {
            store.copyVector(single[$0], into: $1)
        }
        let vectors = Matrix(rows: tokenizer.pieceCount, columns: reduced.columns)
        for (row, word) in single.enumerated() {
            let token = Int(words.ids[words.offsets[word]])
            vectors.row(token).update(from: reduced.row(row), count: reduced.columns)
        }
        self.init(vectors: vectors)
    }

    /// Adds `share` times each token's vector to its row.
    /// - Complexity: O(tokens · dimension).
    /// - Precondition: the shift has the lexicon's tokens and dimensions.
    func add(to shift: Matrix, share: Float) {
        precondition(shift.rows == vectors.rows && shift.columns == vectors.columns)
        addScaled(shift.storage, vectors.storage, share, vectors.rows * vectors.columns, .fastest)
    }
}
