/// Something that a person has said they like or dislike.
public struct Opinion: Sendable {
    public let name: String
    /// Its place in the list, if it is there: it is then not offered.
    public let concept: Int?
    let direction: [Float]

    /// An opinion of a concept of the list.
    /// - Throws: ``PreferenceError/unknown(_:)`` for one without a known word.
    public init(_ concept: Int, name: String, in space: ConceptSpace) throws(PreferenceError) {
        guard let direction = space.direction(of: concept) else { throw .unknown(name) }
        (self.name, self.concept, self.direction) = (name, concept, direction)
    }

    /// An opinion of something else.
    /// - Parameter vector: of the same model as the list's.
    /// - Throws: ``PreferenceError/unknown(_:)`` for the zero vector.
    public init(_ name: String, vector: [Float], in space: ConceptSpace) throws(PreferenceError) {
        guard let direction = space.direction(of: vector) else { throw .unknown(name) }
        (self.name, concept, self.direction) = (name, nil, direction)
    }
}

/// A concept, how well it fits a preference, and why.
public struct Ranked: Hashable, Sendable {
    public let concept: Int
    /// Its cosine with the preference.
    public let score: Float
    /// The liked thing that is most like it, by its place among the liked.
    public let nearest: Int
    /// How much like it that is: a cosine.
    public let likeness: Float
}

/// What a person likes, as one direction: the mean of the liked, less a tenth of the mean of the disliked.
///
///     let preference = try Preference(liked: liked, disliked: disliked)
///     let best = preference.ranked(space, count: 20)
///
/// A larger share of the disliked does harm: those that are near what is liked take what is liked with them
/// (`Research/Benchmarks/preferences.py`).
public struct Preference: Sendable {
    static let dislikedShare: Float = 0.1
    /// How much of a place in a diverse sequence is lost by likeness to what stands there already.
    static let spread: Float = 0.3

    public let liked: [Opinion]
    public let disliked: [Opinion]
    let direction: [Float]

    /// - Throws: ``PreferenceError`` if nothing is liked, or something is both liked and disliked.
    public init(liked: [Opinion], disliked: [Opinion]) throws(PreferenceError) {
        guard let first = liked.first else { throw .nothingLiked }
        for opinion in disliked {
            let isLiked = liked.contains {
                $0.concept.map { $0 == opinion.concept } ?? (opinion.concept == nil && $0.name == opinion.name)
            }
            if isLiked { throw .contradiction(opinion.name) }
        }
        var direction = [Float](repeating: 0, count: first.direction.count)
        func add(_ opinions: [Opinion], share: Float) {
            for opinion in opinions {
                for (index, value) in opinion.direction.enumerated() {
                    direction[index] += value * share / Float(opinions.count)
                }
            }
        }
        add(liked, share: 1)
        add(disliked, share: -Self.dislikedShare)
        guard direction.withUnsafeMutableBufferPointer({ ConceptSpace.normalize($0) }) else { throw .noDirection }
        (self.liked, self.disliked, self.direction) = (liked, disliked, direction)
    }

    /// The concepts that fit best, the best first; of equals, the first of the list.
    ///
    /// Left out is what is liked or disliked itself, and what has no known word.
    /// - Complexity: O(concepts · dimension).
    public func ranked(_ space: ConceptSpace, count: Int, without excluded: Set<Int> = []) -> [Ranked] {
        best(space, count: count, without: excluded).map { ranked($0.concept, $0.score, space) }
    }

    /// A sequence of concepts that fit and differ from each other.
    ///
    /// Each is the one of the highest `0.7 · score − 0.3 · c`, where `c` is its cosine with the most alike of those before it.
    /// - Complexity: O(count · concepts · dimension).
    /// - Source: Carbonell and Goldstein, The use of MMR, SIGIR 1998.
    public func diverse(_ space: ConceptSpace, count: Int, without excluded: Set<Int> = []) -> [Ranked] {
        var left = best(space, count: space.count, without: excluded)
        var likeness = [Float](repeating: -1, count: left.count)
        var chosen: [Ranked] = []
        while chosen.count < count, !left.isEmpty {
            var (place, highest) = (0, -Float.infinity)
            for (index, candidate) in left.enumerated() {
                let known = chosen.isEmpty ? 0 : likeness[index]
                let value = (1 - Self.spread) * candidate.score - Self.spread * known
                if value > highest { (place, highest) = (index, value) }
            }
            let taken = left.remove(at: place)
            likeness.remove(at: place)
            chosen.append(ranked(taken.concept, taken.score, space))
            for (index, candidate) in left.enumerated() {
                likeness[index] = max(likeness[index], space.cosine(candidate.concept, taken.concept))
            }
        }
        return chosen
    }

    /// How well something fits that is not of the list.
    /// - Throws: ``PreferenceError/unknown(_:)`` for the zero vector.
    public func score(_ text: String, vector: [Float], in space: ConceptSpace) throws(PreferenceError) -> Ranked {
        guard let other = space.direction(of: vector) else { throw .unknown(text) }
        return ranked(-1, Self.cosine(direction, other), likenesses: liked.map { Self.cosine($0.direction, other) })
    }

    private func best(
        _ space: ConceptSpace, count: Int, without excluded: Set<Int>
    ) -> [(concept: Int, score: Float)] {
        let opinions = Set((liked + disliked).compactMap(\.concept))
        var scored: [(concept: Int, score: Float)] = []
        for concept in 0..<space.count where !opinions.contains(concept) && !excluded.contains(concept) {
            guard space.isKnown(concept) else { continue }
            scored.append((concept, space.cosine(direction, concept)))
        }
        scored.sort { $0.score == $1.score ? $0.concept < $1.concept : $0.score > $1.score }
        return Array(scored.prefix(count))
    }

    private func ranked(_ concept: Int, _ score: Float, _ space: ConceptSpace) -> Ranked {
        ranked(concept, score, likenesses: liked.map { space.cosine($0.direction, concept) })
    }

    private func ranked(_ concept: Int, _ score: Float, likenesses: [Float]) -> Ranked {
        var nearest = 0
        for (index, likeness) in likenesses.enumerated() where likeness > likenesses[nearest] { nearest = index }
        return Ranked(concept: concept, score: score, nearest: nearest, likeness: likenesses[nearest])
    }

    private static func cosine(_ left: [Float], _ right: [Float]) -> Float {
        var sum: Float = 0
        for (left, right) in zip(left, right) { sum += left * right }
        return sum
    }
}
