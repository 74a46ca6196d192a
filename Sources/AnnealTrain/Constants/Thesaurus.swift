import AnnealModel
import AnnealTokens

/// Which words mean nearly the same, and which the opposite: to each token others with weights, those of opposites below zero.
///
/// Texts tell the same of "rapid" and "fast" only as far as both stand in the same ones. So each token's direction is turned
/// towards those of its neighbours here, once they are learned.
/// - SeeAlso: Faruqui, Dodge, Jauhar, Dyer, Hovy and Smith, "Retrofitting Word Vectors to Semantic Lexicons", 2015,
///   arXiv:1411.4166; ``Lexicon``.
struct Thesaurus: Sendable {
    /// Token `i` has the neighbours `starts[i]..<starts[i + 1]`.
    private let starts: [Int]
    private let neighbours: [(token: UInt32, weight: Float)]
    /// The SHA-256 of the file.
    let digest: String

    private static let format = "a word, another one and a finite weight, with tabs between"

    /// Reads lines of a word, another one and a weight, with tabs between. Words of several tokens are passed over, and words
    /// that are the same token.
    /// - Complexity: O(bytes).
    /// - Throws: ``TrainError`` if the file cannot be read, a line is no such line, or no line has two words of one token each.
    init(path: String, tokenizer: Tokenizer, threads: Int) throws(TrainError) {
        let file = try MappedFile(path: path)
        var words: [Range<Int>] = []
        var weights: [Float] = []
        for (index, range) in file.lines().enumerated() where !range.isEmpty {
            let fields = file[range].split(separator: 0x09, omittingEmptySubsequences: false)
            guard fields.count == 3, !fields[0].isEmpty, !fields[1].isEmpty,
                let weight = Float(String(decoding: fields[2], as: UTF8.self)), weight.isFinite
            else {
                let line = String(decoding: file[range].prefix(60), as: UTF8.self)
                throw TrainError(
                    place: "\(path), line \(index + 1)", expected: Self.format, found: line.debugDescription)
            }
            for field in fields.prefix(2) {
                words.append(range.lowerBound + field.startIndex..<range.lowerBound + field.endIndex)
            }
            weights.append(weight)
        }
        let tokens = TokenizedCorpus(count: words.count, tokenizer: tokenizer, threads: threads) { [words] in
            file[words[$0]]
        }
        func token(_ word: Int) -> Int? {
            tokens.offsets[word] + 1 == tokens.offsets[word + 1] ? Int(tokens.ids[tokens.offsets[word]]) : nil
        }
        var lists = [[(token: UInt32, weight: Float)]](repeating: [], count: tokenizer.pieceCount)
        for (line, weight) in weights.enumerated() {
            guard let word = token(2 * line), let other = token(2 * line + 1), word != other else { continue }
            lists[word].append((UInt32(other), weight))
        }
        self.init(lists, digest: ContentHash(of: file.bytes).description)
        guard !neighbours.isEmpty else {
            throw TrainError(
                place: path, expected: "lines with two words that are one token each",
                found: "none among \(weights.count)")
        }
    }

    /// - Parameter lists: of each token its neighbours.
    init(_ lists: [[(token: UInt32, weight: Float)]], digest: String) {
        starts = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        neighbours = Array(lists.joined())
        self.digest = digest
    }

    /// How many tokens have neighbours.
    var count: Int { (1..<starts.count).count { starts[$0 - 1] < starts[$0] } }

    /// Adds to each token's row `share` times the unit vector of its neighbours' directions, summed by their weights.
    /// - Complexity: O(neighbours · dimension).
    /// - Precondition: the constants have the thesaurus's tokens, and the shift has theirs and their dimensions.
    func add(to shift: Matrix, share: Float, directionsOf constants: TrainedConstants) {
        precondition(constants.tokenCount + 1 == starts.count)
        precondition(shift.rows == constants.tokenCount && shift.columns == constants.dimension)
        let dimension = constants.dimension
        let lengths = (0..<constants.tokenCount).map { constants.length(ofDirection: $0) }
        let sum = Matrix(rows: 1, columns: dimension)
        for token in 0..<constants.tokenCount where starts[token] < starts[token + 1] {
            sum.storage.update(repeating: 0, count: dimension)
            var weights: Float = 0
            for (other, weight) in neighbours[starts[token]..<starts[token + 1]] where lengths[Int(other)] > 0 {
                addScaled(
                    sum.storage, constants.tokens.row(Int(other)), weight / lengths[Int(other)], dimension, .fastest)
                weights += abs(weight)
            }
            let length = dot(sum.storage, sum.storage, dimension, .fastest).squareRoot()
            // What cancels out leaves only what rounding does.
            if length > 1e-5 * weights { addScaled(shift.row(token), sum.storage, share / length, dimension, .fastest) }
        }
    }
}
