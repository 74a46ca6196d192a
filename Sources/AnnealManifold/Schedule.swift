/// A number that goes from one value to another over the steps of a run.
public struct Ramp: Hashable, Sendable {
    public enum Shape: String, CaseIterable, Sendable { case linear, geometric }

    public var from: Double
    public var to: Double
    public var shape: Shape

    public init(_ from: Double, _ to: Double, _ shape: Shape = .linear) {
        self.from = from
        self.to = to
        self.shape = shape
    }

    /// The value at a share of the way, 0...1.
    func value(at place: Double) -> Double {
        guard from != to else { return from }
        switch shape {
        case .linear: return from + (to - from) * place
        case .geometric: return from * Elementary.exp(Elementary.log(to / from) * place)
        }
    }
}

/// How a run goes from soft to hard: what is followed at each of its steps.
///
/// There is one form for all that anneals: oscillators that lock to carriers, and centres that find their vectors.
public struct Schedule: Hashable, Sendable {
    /// The rule of a step.
    public enum Law: String, CaseIterable, Sendable {
        /// The source's: weights by distance alone, an Euler step. Sharpness is one over a distance.
        case source
        /// Capacity prices in the soft part, an integer assignment in the hard part, exact exponential steps. Sharpness
        /// has no unit: it is over the range of everything at first and over the carriers' least distance at the end.
        case balanced
    }

    /// What moves the sharpness.
    public enum Sharpening: String, CaseIterable, Sendable {
        /// The ramp alone.
        case ramp
        /// Twice as sharp after each step at which every load is within a twentieth of its share.
        case adaptive
        /// The ramp, times the load over the share by carrier: who has too much lets go of what is far.
        case byLoad
        /// One over the noise, as a temperature.
        case byTemperature
    }

    public var law: Law
    public var steps: Int
    /// Time of a step.
    public var dt: Double
    public var sharpness: Ramp
    /// The rate of the drift, one over time.
    public var strength: Ramp
    /// How far noise moves a point in a unit of time: Hz in the source's law, mean nearest distances in the balanced one.
    public var noise: Ramp
    public var sharpening = Sharpening.ramp
    /// How often prices are set in a step.
    public var priceRounds = 4
    /// The share of the steps after which points are committed to carriers; 1 never commits.
    public var commitsAt = 0.5

    public init(law: Law, steps: Int, dt: Double = 0.05, sharpness: Ramp, strength: Ramp, noise: Ramp) {
        self.law = law
        self.steps = steps
        self.dt = dt
        self.sharpness = sharpness
        self.strength = strength
        self.noise = noise
    }

    /// Prices and commit: every carrier gets its share exactly, and every point locks.
    public static let balanced = Schedule(
        law: .balanced, steps: 48, sharpness: Ramp(4, 20, .geometric), strength: Ramp(1, 20, .geometric),
        noise: Ramp(0, 0))
    /// The source's annealing.
    public static let source = Schedule(
        law: .source, steps: 100, sharpness: Ramp(0.05, 20), strength: Ramp(1, 11), noise: Ramp(50, 0))
    /// The source's law, always hard.
    public static let hard = Schedule(
        law: .source, steps: 100, sharpness: Ramp(20, 20), strength: Ramp(1, 11), noise: Ramp(50, 0))
    /// The source's law, always soft.
    public static let soft = Schedule(
        law: .source, steps: 100, sharpness: Ramp(0.05, 0.05), strength: Ramp(5, 5), noise: Ramp(10, 10))

    /// The step from which on points are committed.
    var commitStep: Int { law == .source ? steps : Int((Double(steps) * commitsAt).rounded()) }

    /// How far a step is on the way, 0...1.
    func place(of step: Int) -> Double { steps > 1 ? Double(step) / Double(steps - 1) : 1 }

    /// How far a step is on the way of the soft part, 0...1.
    func softPlace(of step: Int) -> Double { commitStep > 1 ? min(1, Double(step) / Double(commitStep - 1)) : 1 }

    func check() throws(ManifoldError) {
        func check(_ condition: Bool, _ expected: String, _ found: Any) throws(ManifoldError) {
            if !condition { throw .schedule(expected: expected, found: "\(found)") }
        }
        try check((1...1_000_000).contains(steps), "1 to 1000000 steps", steps)
        try check(dt > 0 && dt.isFinite, "a step of more than 0", dt)
        try check((1...1000).contains(priceRounds), "1 to 1000 price rounds", priceRounds)
        try check((0...1).contains(commitsAt), "a commit at 0 to 1 of the way", commitsAt)
        for (name, ramp) in [("sharpness", sharpness), ("strength", strength), ("noise", noise)] {
            let least = name == "noise" && ramp.shape == .linear ? 0 : Double.leastNormalMagnitude
            for value in [ramp.from, ramp.to] {
                try check(
                    value >= least && value.isFinite, "a \(name) above 0 (noise may be 0 unless geometric)", value)
            }
        }
        if law == .balanced, sharpening == .byTemperature {
            try check(noise.from > 0 && noise.to > 0, "noise above 0, for sharpness goes by it", noise.to)
        }
    }
}
