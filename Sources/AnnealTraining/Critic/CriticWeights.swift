/// What the critic of a model has learned.
struct CriticWeights {
    /// See ``CriticFit/weights``.
    let constants: [Double]
    /// See ``GainFit/weights``; nil leaves gains alone.
    let gains: [Double]?
}
