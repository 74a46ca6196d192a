import AnnealPlatform

/// The course of the learning rate and of the first moment's decay over a stage of training: up for a while, then down
/// to almost nothing, both along half a cosine; the decay moves against the rate.
/// - SeeAlso: Smith and Topin, "Super-Convergence", 2018, arXiv:1708.07120.
struct OneCycle: Sendable {
    /// The greatest rate.
    let rate: Double
    /// Steps in all.
    let steps: Int
    /// The share of the steps on the way up.
    let rise: Double

    static let startDivisor = 25.0
    static let endDivisor = 1e4
    static let decays = 0.85...0.95

    /// Rate and decay of a step.
    /// - Precondition: `0 <= step < steps`.
    func values(at step: Int) -> (rate: Double, beta1: Double) {
        let start = rate / Self.startDivisor
        let top = rise * Double(steps) - 1
        let last = Double(max(1, steps - 1))
        if Double(step) <= top {
            let part = top > 0 ? Double(step) / top : 1
            return (
                Self.between(start, rate, part), Self.between(Self.decays.upperBound, Self.decays.lowerBound, part)
            )
        }
        let part = last > top ? (Double(step) - top) / (last - top) : 1
        return (
            Self.between(rate, start / Self.endDivisor, part),
            Self.between(Self.decays.lowerBound, Self.decays.upperBound, part)
        )
    }

    private static func between(_ from: Double, _ to: Double, _ part: Double) -> Double {
        to + (from - to) / 2 * (1 + CMath.cos(Double.pi * part))
    }
}
