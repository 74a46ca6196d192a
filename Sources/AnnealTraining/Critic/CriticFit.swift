import AnnealFormats
import AnnealProgram

/// Learns to tell, without the teacher, what a constant does to a text's cosine with the teacher.
///
/// With v the sum of a text's tokens, c a constant that a rule adds, `r = |c| / |v|` and `x = cos(c, v)`, the benefit of c
/// (the cosine with it less the cosine without) is regressed on `r`, `r·x` and `r²` over the first half of the texts. Then
/// the weight of r is moved so that the estimate is zero where harm begins: the constants below it are those that are the
/// surest to do harm, by the sum of their benefits plus three times its standard error. The place is the best of many, so the
/// other half of the texts must say the same of the constants below it, and gain ``leastGain`` without them: where it does
/// not, nothing is refused in any text.
struct CriticFit {
    /// The weights of r, r·x and r².
    let weights: [Double]
    /// On the other half: the correlation of estimate and benefit, the share that is refused, and the mean benefit of
    /// those that are refused and of all.
    let correlation: Double
    let refusedShare: Double
    let refusedBenefit: Double
    let benefit: Double

    /// What refusing must add to a text's mean cosine with the teacher: less shows nowhere, and is not worth an annealed mode
    /// that differs from compiled.
    static let leastGain = 1e-4

    /// One constant in one text.
    private struct Case {
        let r: Double
        let x: Double
        let benefit: Double

        func estimate(_ weights: [Double]) -> Double { r * (weights[0] + slope(weights)) }
        /// The estimate by r, without the first weight.
        func slope(_ weights: [Double]) -> Double { weights[1] * x + weights[2] * r }
    }

    /// The benefits of some constants, of which the sum is below zero for sure where ``bound`` is.
    private struct Harm {
        private(set) var sum = 0.0
        private var squares = 0.0

        mutating func add(_ benefit: Double) {
            sum += benefit
            squares += benefit * benefit
        }

        var bound: Double { sum + 3 * squares.squareRoot() }
    }

    /// - Parameters:
    ///   - plain: the texts before the rules; `rewritten`: after them.
    ///   - targets: the teacher's unit vectors.
    /// - Complexity: O(items · dimension).
    init?(
        _ constants: TrainedConstants, plain: TokenizedCorpus, rewritten: RewrittenCorpus, targets: Matrix, threads: Int
    ) {
        let forward = ForwardPass(constants: constants, kernel: .fastest)
        let whole = forward.vectors(of: rewritten, threads: threads)
        let bare = forward.vectors(of: RewrittenCorpus(plain), threads: threads)
        var halves: ([Case], [Case]) = ([], [])
        for text in 0..<rewritten.count {
            for item in rewritten.offsets[text]..<rewritten.offsets[text + 1]
            where rewritten.opcodes[item] == Opcode.phrase.rawValue {
                let found = Self.measure(
                    constants.phrases.row(Int(rewritten.rows[item])), whole.row(text), bare.row(text),
                    targets.row(text), constants.dimension)
                guard let found else { continue }
                if text < rewritten.count / 2 { halves.0.append(found) } else { halves.1.append(found) }
            }
        }
        guard halves.0.count >= 10, halves.1.count >= 10, var weights = Self.leastSquares(halves.0) else { return nil }
        weights[2] = max(0, weights[2])
        let slopes = halves.0.map { $0.slope(weights) }
        // x is a cosine, so that no slope is below this one.
        let none = -abs(weights[1])
        var harm = Harm()
        var least = (bound: 0.0, slope: none)
        for index in slopes.indices.sorted(by: { (slopes[$0], $0) < (slopes[$1], $1) }) {
            harm.add(halves.0[index].benefit)
            if harm.bound < least.bound { least = (harm.bound, slopes[index]) }
        }
        var confirmed = Harm()
        for one in halves.1 where one.slope(weights) < least.slope { confirmed.add(one.benefit) }
        let gain = -confirmed.sum / Double(max(1, rewritten.count - rewritten.count / 2))
        if confirmed.bound >= 0 || gain < Self.leastGain { least.slope = none }
        weights[0] = -least.slope
        self.weights = weights
        let estimates = halves.1.map { $0.estimate(weights) }
        let benefits = halves.1.map(\.benefit)
        let refused = zip(estimates, benefits).filter { $0.0 < 0 }.map(\.1)
        correlation = Self.correlation(estimates, benefits)
        refusedShare = Double(refused.count) / Double(benefits.count)
        refusedBenefit = refused.isEmpty ? 0 : refused.reduce(0, +) / Double(refused.count)
        benefit = benefits.reduce(0, +) / Double(benefits.count)
    }

    /// Nil where a vector has no direction.
    private static func measure(
        _ c: UnsafePointer<Float>, _ v: UnsafePointer<Float>, _ bare: UnsafePointer<Float>, _ t: UnsafePointer<Float>,
        _ count: Int
    ) -> Case? {
        func product(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Double {
            Double(dot(a, b, count, .fastest))
        }
        let (cc, vv, bb) = (product(c, c), product(v, v), product(bare, bare))
        let (cv, ct, vt) = (product(c, v), product(c, t), product(v, t))
        let rest = vv - 2 * cv + cc
        guard cc > 0, vv > 0, bb > 0, rest > 1e-12 else { return nil }
        return Case(
            r: (cc / bb).squareRoot(), x: product(c, bare) / (cc * bb).squareRoot(),
            benefit: vt / vv.squareRoot() - (vt - ct) / rest.squareRoot())
    }

    /// The weights of least squared error, by the normal equations; nil where they have none.
    private static func leastSquares(_ cases: [Case]) -> [Double]? {
        var rows = [[Double]](repeating: [0, 0, 0, 0], count: 3)
        for one in cases {
            let features = [one.r, one.r * one.x, one.r * one.r, one.benefit]
            for i in 0..<3 {
                for j in 0..<4 { rows[i][j] += features[i] * features[j] }
            }
        }
        return LinearSystem.solve(rows)
    }

    private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let count = Double(a.count)
        let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            ab += (x - meanA) * (y - meanB)
            aa += (x - meanA) * (x - meanA)
            bb += (y - meanB) * (y - meanB)
        }
        return aa * bb > 0 ? ab / (aa * bb).squareRoot() : 0
    }
}
