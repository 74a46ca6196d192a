import AnnealFormats
import AnnealContainer
import AnnealPlatform
import AnnealTokens

/// Which words mean nearly the same, and which the opposite: to each token others with weights, those of opposites below zero.
///
/// Texts tell the same of "rapid" and "fast" only as far as both stand in the same ones. So each token's direction is turned
/// towards those of its neighbours here, once they are learned.
/// - SeeAlso: Faruqui, Dodge, Jauhar, Dyer, Hovy and Smith, "Retrofitting Word Vectors to Semantic Lexicons", 2015,
///   arXiv:1411.4166; ``Lexicon``.
struct Thesaurus: Sendable {
    /// Of each token its neighbours, none for those that it does not know.
    private let neighbours: [[(token: UInt32, weight: Float)]]
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
        var neighbours = [[(token: UInt32, weight: Float)]](repeating: [], count: tokenizer.pieceCount)
        for (line, weight) in weights.enumerated() {
            guard let word = tokens.onlyToken(of: 2 * line), let other = tokens.onlyToken(of: 2 * line + 1),
                word != other
            else { continue }
            neighbours[Int(word)].append((other, weight))
        }
        self.init(neighbours, digest: ContentHash(of: file.bytes).description)
        guard count > 0 else {
            throw TrainError(
                place: path, expected: "lines with two words that are one token each",
                found: "none among \(weights.count)")
        }
    }

    /// - Parameter neighbours: of each token.
    init(_ neighbours: [[(token: UInt32, weight: Float)]], digest: String) {
        self.neighbours = neighbours
        self.digest = digest
    }

    /// How many tokens have neighbours.
    var count: Int { neighbours.count { !$0.isEmpty } }

    /// Adds to each token's row `share` times the unit vector of its neighbours' directions, summed by their weights.
    /// - Complexity: O(neighbours · dimension).
    /// - Precondition: the constants have the thesaurus's tokens, and the shift has theirs and their dimensions.
    func add(to shift: Matrix, share: Float, directionsOf constants: TrainedConstants) {
        precondition(constants.tokenCount == neighbours.count)
        precondition(shift.rows == constants.tokenCount && shift.columns == constants.dimension)
        let dimension = constants.dimension
        let lengths = (0..<constants.tokenCount).map { constants.length(ofDirection: $0) }
        let sum = Matrix(rows: 1, columns: dimension)
        for (token, neighbours) in neighbours.enumerated() where !neighbours.isEmpty {
            sum.storage.update(repeating: 0, count: dimension)
            var weights: Float = 0
            for (other, weight) in neighbours where lengths[Int(other)] > 0 {
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
