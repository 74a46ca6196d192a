package import AnnealFormats
import AnnealPlatform

/// How the words of a codebook are learned. All are called the same way, and the same points, settings and seed give the
/// same words, whatever the number of threads.
public enum CodebookLearner: String, CaseIterable, Sendable {
    /// Lloyd's rounds from a k-means++ start.
    case kMeans = "k-means"
    /// K-means, then all stages of a residual quantiser moved together by the error that they leave: what chooses a word
    /// is passed over as if it were not there.
    case straightThrough = "straight-through"
    /// Points belong to all words at first and to one at last, while noise falls to nothing; then Lloyd's rounds.
    case annealed

    /// Learns the words of one codebook. None is unused: each is the nearest of at least one point.
    /// - Parameters:
    ///   - points: a row a point, of finite numbers.
    ///   - size: how many words.
    ///   - rounds: Lloyd's rounds at most.
    ///   - progress: hears the round and the mean squared error before it.
    /// - Returns: a row a word.
    /// - Complexity: O(rounds · points · size · columns).
    /// - Throws: ``CodecError/tooFewDifferent(expected:found:)`` where fewer points differ than words are wanted.
    package func learn(
        _ points: Matrix, size: Int, rounds: Int = 24, seed: UInt64, threads: Int,
        progress: (_ round: Int, _ error: Double) -> Void = { _, _ in }
    ) throws(CodecError) -> Matrix {
        precondition(size > 0 && rounds > 0)
        guard points.rows >= size else { throw .tooFewVectors(expected: size, found: points.rows) }
        var random = SplitMix64(seed: seed)
        let start: Matrix
        switch self {
        case .kMeans, .straightThrough: start = try Self.spreadStart(points, size, &random)
        case .annealed: start = Self.anneal(points, size, &random, threads, progress)
        }
        return try Self.lloyd(points, start, rounds, &random, threads, progress)
    }

    /// Points as words, each further one drawn with a chance that grows with the squared distance to the nearest one.
    /// - SeeAlso: Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
    private static func spreadStart(
        _ points: Matrix, _ size: Int, _ random: inout SplitMix64
    ) throws(CodecError) -> Matrix {
        // Enough to find what differs; Lloyd's rounds see all points.
        let rows = min(points.rows, max(20_000, 64 * size))
        let drawn = rows < points.rows ? points.selecting(Array(random.permutation(points.rows).prefix(rows))) : points
        var chosen = [random.below(rows)]
        var nearest = [Float](repeating: .infinity, count: rows)
        while chosen.count < size {
            let last = drawn.row(chosen[chosen.count - 1])
            var total = 0.0
            for row in 0..<rows {
                nearest[row] = min(nearest[row], squaredDistance(drawn.row(row), last, points.columns))
                total += Double(nearest[row])
            }
            guard total > 0 else {
                // Of those drawn no more differ; of all points some may.
                guard rows < points.rows else { throw .tooFewDifferent(expected: size, found: chosen.count) }
                chosen.append(random.below(rows))
                continue
            }
            var place = random.unitDouble() * total
            var next = 0
            for row in 0..<rows where nearest[row] > 0 {
                place -= Double(nearest[row])
                next = row
                if place < 0 { break }
            }
            chosen.append(next)
        }
        return drawn.selecting(chosen)
    }

    private static func squaredDistance(_ one: UnsafePointer<Float>, _ other: UnsafePointer<Float>, _ count: Int)
        -> Float
    {
        var lanes = SIMD8<Float>.zero
        var index = 0
        while index + 8 <= count {
            let rest =
                UnsafeRawPointer(one + index).loadUnaligned(as: SIMD8<Float>.self)
                - UnsafeRawPointer(other + index).loadUnaligned(as: SIMD8<Float>.self)
            lanes += rest * rest
            index += 8
        }
        var sum = lanes.sum()
        while index < count {
            sum += (one[index] - other[index]) * (one[index] - other[index])
            index += 1
        }
        return sum
    }

    /// Sets words to the means of their points, again and again. A word with few points begins anew at a point of the
    /// word that has the greatest error, so that none is left over for a few strange points.
    private static func lloyd(
        _ points: Matrix, _ start: Matrix, _ rounds: Int, _ random: inout SplitMix64, _ threads: Int,
        _ progress: (Int, Double) -> Void
    ) throws(CodecError) -> Matrix {
        let (size, words) = (start.rows, start)
        // A twentieth of an equal share.
        let few = Double(points.rows) / Double(20 * size)
        var before = Double.infinity
        var round = 0
        while true {
            let found = WordSums(points, words, threads: threads)
            progress(min(round, rounds), found.error)
            let isLate = round >= rounds * 3 / 4
            let small = (0..<size).filter { found.masses[$0] < (isLate ? 1 : max(1, few)) }
            let stands = round >= rounds || before - found.error <= 1e-4 * found.error
            if small.isEmpty, stands { return words }
            // Each further round fills a word that was empty; more of them are in vain.
            guard round < rounds + size else {
                throw .tooFewDifferent(expected: size, found: size - small.count)
            }
            before = found.error
            for word in 0..<size where found.masses[word] > 0 {
                let row = words.row(word)
                for column in 0..<words.columns {
                    row[column] = Float(found.sums[word * words.columns + column] / found.masses[word])
                }
            }
            let crowded = (0..<size).filter { found.errors[$0] > 0 }
                .sorted { (found.errors[$0], $1) > (found.errors[$1], $0) }
            if crowded.isEmpty, small.contains(where: { found.masses[$0] == 0 }) {
                throw .tooFewDifferent(expected: size, found: found.masses.count { $0 > 0 })
            }
            for (word, other) in zip(small, crowded) {
                let members = (0..<points.rows).filter {
                    found.nearest[$0] == Int32(other) && found.distances[$0] > 0
                }
                let member = members[random.below(members.count)]
                words.row(word).update(from: points.row(member), count: words.columns)
            }
            round += 1
        }
    }

    /// Words by an assignment that is soft at first: sharpness rises geometrically from 8 to 400 in units of the mean
    /// nearest distance; noise of 0.15 standard deviations, which is what splits words that are alike, falls to nothing
    /// at four fifths of the way.
    private static func anneal(
        _ points: Matrix, _ size: Int, _ random: inout SplitMix64, _ threads: Int, _ progress: (Int, Double) -> Void
    ) -> Matrix {
        let columns = points.columns
        let words = Matrix(rows: size, columns: columns)
        let all = WordSums(points, Matrix(rows: 1, columns: columns), threads: threads)
        let mean = all.sums.map { $0 / Double(points.rows) }
        let variance = max(0, all.error - mean.reduce(0) { $0 + $1 * $1 })
        let deviation = (variance / Double(columns)).squareRoot()
        for word in 0..<size {
            for column in 0..<columns {
                words.row(word)[column] = Float(mean[column] + 0.15 * deviation * Double(random.normal()))
            }
        }
        var scale = variance
        let steps = 40
        for step in 0..<steps {
            let part = Double(step) / Double(steps - 1)
            let noise = 0.15 * deviation * max(0, 1 - part / 0.8)
            let found = WordSums(
                points, words, sharpness: 8 * CMath.pow(50, part) / max(scale, 1e-30), threads: threads)
            progress(0, found.error)
            scale = found.error
            for word in 0..<size where found.masses[word] > 1e-9 {
                let row = words.row(word)
                for column in 0..<columns {
                    let mean = found.sums[word * columns + column] / found.masses[word]
                    row[column] = Float(mean + noise * Double(random.normal()))
                }
            }
        }
        return words
    }
}
