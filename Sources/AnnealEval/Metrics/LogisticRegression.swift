import AnnealFormats

/// Logistic regression with a penalty of half the squared weights (C = 1) and a free intercept: the objective, the
/// solver (L-BFGS) and its limits are those of scikit-learn's `LogisticRegression()`.
///
/// Two classes share one weight vector, as there; more have one each.
struct LogisticRegression {
    private static let roundsMax = 100
    /// Rounds stop when no component of the gradient is larger.
    private static let gradientMax = 1e-4

    private let objective: LogisticObjective
    private let weights: [Double]

    /// Fits the weights. Deterministic: the same for any number of threads.
    /// - Precondition: `labels.count == vectors.rows`, labels in `0..<classCount`.
    static func fit(_ vectors: Matrix, labels: [Int], classCount: Int, threads: Int) -> LogisticRegression {
        precondition(labels.count == vectors.rows)
        let objective = LogisticObjective(
            vectors: vectors, labels: labels, classCount: max(classCount, 2), threads: threads)
        let weights = QuasiNewton.minimize(
            startingAt: [Double](repeating: 0, count: objective.parameterCount), roundsMax: roundsMax,
            gradientMax: gradientMax, objective.value)
        return LogisticRegression(objective: objective, weights: weights)
    }

    /// The likeliest class of each row; of equal ones the first.
    func predict(_ vectors: Matrix) -> [Int] { objective.classes(of: vectors, weights: weights) }
}
