public import AnnealMachine

/// What the critic of a model has learned: the section `CRIT`.
public struct CriticWeights: Hashable, Sendable {
    /// Of what a phrase's constant is to its tokens, with r the quotient of their lengths and x their cosine.
    public struct Phrases: Hashable, Sendable {
        public let r: Double
        public let rx: Double
        public let rr: Double

        public init(r: Double, rx: Double, rr: Double) {
            self.r = r
            self.rx = rx
            self.rr = rr
        }
    }

    public let phrases: Phrases
    /// Nil leaves gains alone.
    public let gains: GainWeights?

    public init(phrases: Phrases, gains: GainWeights?) {
        self.phrases = phrases
        self.gains = gains
    }

    /// The weights of a section's numbers, which have 16 fraction bits: three, then four of gains.
    /// - Returns: nil for fewer than three, which are no critic.
    init?(_ values: [Int32]) {
        guard values.count >= 3 else { return nil }
        let numbers = values.map { Double($0) / 65_536 }
        phrases = Phrases(r: numbers[0], rx: numbers[1], rr: numbers[2])
        gains =
            numbers.count < 7
            ? nil : GainWeights(agreement: numbers[3], length: numbers[4], share: numbers[5], constant: numbers[6])
    }

    /// The section's numbers. What does not fit 32 bits becomes the nearest that does.
    public var values: [Int32] {
        let gained = gains.map { [$0.agreement, $0.length, $0.share, $0.constant] } ?? []
        return ([phrases.r, phrases.rx, phrases.rr] + gained).map {
            Int32(max(-0x7FFF_FFFF, min(0x7FFF_FFFF, ($0 * 65_536).rounded())))
        }
    }
}

extension Model {
    /// What the model's critic has learned, or nil for a model without a critic.
    public var criticWeights: CriticWeights? { critic.flatMap { CriticWeights($0) } }
}
