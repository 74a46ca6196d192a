public import Anneal
public import AnnealCodes
import AnnealModel

/// Chooses the words that a text is packed as: those that keep its vector best for their bits.
///
/// The decoder has the same engine, so the encoder asks it what each choice comes to. From all words of the text it takes
/// away one after the other, always the one that costs least similarity for each bit saved. Every place along the way is a
/// way to pack the text; how far to go, a ``PackedText`` is asked for the price of a bit.
///
/// Immutable, for any number of threads.
public final class TextPacker: Sendable {
    public let engine: Engine
    public let words: WordModel
    /// Words of a text beyond which more are not looked at.
    static let wordLimit = 4096
    /// Words among which the choice is made one by one: those of a longer text that are nearest its vector.
    static let choiceLimit = 32

    public init(engine: Engine, words: WordModel) {
        self.engine = engine
        self.words = words
    }

    /// Finds the ways to pack a text.
    /// - Complexity: with n different words, 32 at most, O(n²) embeddings of as many words; O(bytes) beside that.
    public func pack(_ utf8: Span<UInt8>, with session: inout Session) -> PackedText {
        var vector = [Float](repeating: 0, count: session.dimension)
        var span = vector.mutableSpan
        guard session.embed(utf8, into: &span) else { return PackedText() }
        var candidates = candidates(of: utf8, in: &session)
        var search = SubsetSearch(dimension: session.dimension, target: vector)
        let dropped = search.keepNearest(Self.choiceLimit, of: &candidates, with: &session)
        candidates.sort()
        var packed = PackedText(candidates: candidates, dropped: dropped)
        search.walk(&packed, words, with: &session)
        return packed
    }

    /// The vector that a set of words stands for: that of their text.
    /// - Returns: false for a set without words that the model knows; the vector is then zero.
    public static func embed(
        _ set: WordSet, of words: WordModel, with session: inout Session, into vector: inout MutableSpan<Float>
    ) -> Bool {
        session.embed(text(of: set, words).span, into: &vector)
    }

    /// The words of a set in the order in which they are embedded, with spaces between.
    public static func text(of set: WordSet, _ words: WordModel) -> [UInt8] {
        var text: [UInt8] = []
        for word in set.known {
            if !text.isEmpty { text.append(0x20) }
            text.append(contentsOf: words.bytes(of: word))
        }
        for word in set.spelled {
            if !text.isEmpty { text.append(0x20) }
            text.append(contentsOf: word)
        }
        return text
    }

    /// The different words of a text.
    private func candidates(of utf8: Span<UInt8>, in session: inout Session) -> [Candidate] {
        var reader = WordReader(engine.model.tokenizer)
        var seen: Set<[UInt8]> = []
        var candidates: [Candidate] = []
        reader.forEachWord(of: utf8, in: &session) { word in
            guard candidates.count < Self.wordLimit, seen.insert(word).inserted else { return }
            let number = words.number(of: word)
            candidates.append(
                Candidate(
                    bytes: word, number: number,
                    cost: number.map { words.cost(of: $0) } ?? words.cost(ofSpelled: word)))
        }
        return candidates
    }
}

/// A word that may be packed.
struct Candidate: Comparable {
    let bytes: [UInt8]
    /// Its number in the model; nil if it has to be spelled.
    let number: Int?
    /// In sixty-fourths of a bit.
    let cost: Int

    /// The order of a ``WordSet``.
    static func < (left: Candidate, right: Candidate) -> Bool {
        switch (left.number, right.number) {
        case (let left?, let right?): left < right
        case (nil, nil): left.bytes.lexicographicallyPrecedes(right.bytes)
        case (_?, nil): true
        case (nil, _?): false
        }
    }
}

/// The ways to pack one text, from all of its words to none.
public struct PackedText: Sendable {
    /// One of them.
    struct Step {
        /// In sixty-fourths of a bit.
        var cost: Int
        /// Of the vector of what is left with that of the text.
        var cosine: Float
    }

    private(set) var candidates: [Candidate] = []
    /// Words of a long text that were not looked at one by one.
    private var dropped: [Candidate] = []
    /// Places of candidates, in the order in which they are taken away.
    var order: [Int] = []
    /// What is left after 0, 1, … of them.
    var steps: [Step] = [Step(cost: 0, cosine: 0)]

    /// A text without content.
    init() {}

    init(candidates: [Candidate], dropped: [Candidate]) {
        self.candidates = candidates
        self.dropped = dropped
        steps = []
    }

    /// How many words to take away.
    /// - Parameters:
    ///   - price: how much similarity a bit has to bring.
    ///   - bitLimit: what the words may cost at most.
    /// - Complexity: O(words).
    func best(price: Double, bitLimit: Int?) -> Int {
        var best = steps.count - 1
        var least = Double.infinity
        for (index, step) in steps.enumerated() {
            if let bitLimit, step.cost > 64 * bitLimit { continue }
            let value = 1 - Double(step.cosine) + price * Double(step.cost) / 64
            if value < least { (best, least) = (index, value) }
        }
        return best
    }

    /// The text packed at a price.
    public func choice(price: Double, bitLimit: Int? = nil) -> PackedChoice {
        let removed = best(price: price, bitLimit: bitLimit)
        var isLeft = [Bool](repeating: true, count: candidates.count)
        for place in order[..<removed] { isLeft[place] = false }
        var set = WordSet()
        var leftOut = dropped.map(\.bytes)
        for (place, candidate) in candidates.enumerated() {
            if !isLeft[place] {
                leftOut.append(candidate.bytes)
            } else if let number = candidate.number {
                set.known.append(number)
            } else {
                set.spelled.append(candidate.bytes)
            }
        }
        return PackedChoice(
            words: set, cosine: steps[removed].cosine, bits: Double(steps[removed].cost) / 64, leftOut: leftOut)
    }
}

/// What a text is packed as.
public struct PackedChoice: Sendable {
    public let words: WordSet
    /// Of the vector that comes back with that of the text; 0 if nothing is left.
    public let cosine: Float
    /// About what it costs.
    public let bits: Double
    /// The words that are not coded.
    public let leftOut: [[UInt8]]
}

/// Takes words away from a text, asking the engine what each comes to.
private struct SubsetSearch {
    private let target: [Float]
    private var vector: [Float]
    private var text: [UInt8] = []

    init(dimension: Int, target: [Float]) {
        self.target = target
        vector = [Float](repeating: 0, count: dimension)
    }

    /// Leaves the candidates whose own vectors are nearest the target's, and gives back the others.
    mutating func keepNearest(_ limit: Int, of candidates: inout [Candidate], with session: inout Session)
        -> [Candidate]
    {
        if candidates.count <= limit { return [] }
        var cosines: [Float] = []
        for candidate in candidates { cosines.append(cosine(of: [candidate], where: [true], with: &session)) }
        let ranked = candidates.indices.sorted { (cosines[$0], -$0) > (cosines[$1], -$1) }
        let all = candidates
        candidates = ranked[..<limit].map { all[$0] }
        return ranked[limit...].map { all[$0] }
    }

    /// Finds the order in which words are taken away, and what each step comes to.
    mutating func walk(_ packed: inout PackedText, _ words: WordModel, with session: inout Session) {
        let candidates = packed.candidates
        var isLeft = [Bool](repeating: true, count: candidates.count)
        var left = candidates.count
        var cost = candidates.reduce(0) { $0 + $1.cost }
        var current = cosine(of: candidates, where: isLeft, with: &session)
        packed.steps.append(.init(cost: cost + words.cost(ofCount: left), cosine: current))
        while left > 0 {
            var best = (place: -1, loss: Double.infinity, cosine: Float(0))
            for place in candidates.indices where isLeft[place] {
                isLeft[place] = false
                let rest = cosine(of: candidates, where: isLeft, with: &session)
                isLeft[place] = true
                let loss = Double(current - rest) / Double(candidates[place].cost)
                if loss < best.loss { best = (place, loss, rest) }
            }
            isLeft[best.place] = false
            left -= 1
            cost -= candidates[best.place].cost
            current = best.cosine
            packed.order.append(best.place)
            packed.steps.append(.init(cost: cost + words.cost(ofCount: left), cosine: current))
        }
    }

    /// The cosine of the target with the vector of the candidates that are left; 0 if none is.
    private mutating func cosine(
        of candidates: [Candidate], where isLeft: [Bool], with session: inout Session
    ) -> Float {
        // Taken out of the search while the engine reads it.
        var text: [UInt8] = []
        swap(&text, &self.text)
        defer { swap(&text, &self.text) }
        text.removeAll(keepingCapacity: true)
        for place in candidates.indices where isLeft[place] {
            if !text.isEmpty { text.append(0x20) }
            text.append(contentsOf: candidates[place].bytes)
        }
        var span = vector.mutableSpan
        session.embed(text.span, into: &span)
        var product: Float = 0
        for index in vector.indices { product += vector[index] * target[index] }
        return product
    }
}
