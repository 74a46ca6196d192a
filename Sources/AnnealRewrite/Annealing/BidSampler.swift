/// Samples bids: the horse with the best noisy score runs instead of the best horse. For training.
///
/// The noise of a bid is drawn from the seed, the step, the rule and the matched slots alone, so that it does not matter
/// in which order bids are found. It is triangular in -1...1 times the schedule's amplitude. A score that a critic's
/// veto has lowered is sharpened after that.
public struct BidSampler: Hashable, Sendable {
    public var seed: UInt64
    public var schedule: AnnealingSchedule

    public init(seed: UInt64, schedule: AnnealingSchedule) {
        self.seed = seed
        self.schedule = schedule
    }

    /// The noisy score of a bid in a step.
    func score(_ score: Int64, tie: UInt64, step: Int) -> Int64 {
        let word = SplitMix.mix(SplitMix.mix(seed &+ UInt64(step)) ^ tie)
        // Two uniform numbers of 16 bits each: their difference is triangular.
        let noise = Int64(word & 0xFFFF) - Int64(word >> 16 & 0xFFFF)
        // Scores are inside ±2^50: sharpness may not push them over the edge.
        let sharpness = min(schedule.sharpness(at: step), 1 << 12)
        return (score &* sharpness) >> 8 &+ (noise &* schedule.noise(at: step)) >> 16
    }
}
