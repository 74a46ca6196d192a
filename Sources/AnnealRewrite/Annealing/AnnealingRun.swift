/// What one rewrite counts and was asked for.
struct AnnealingRun {
    let judged: Bool
    let budget: Int
    let stepLimit: Int?
    let sampler: BidSampler?
    var steps = 0
    var reverts = 0
    var rounds = 0

    init(judged: Bool, budget: Int, stepLimit: Int?, sampler: BidSampler?) {
        self.judged = judged
        self.budget = budget
        self.stepLimit = stepLimit
        self.sampler = sampler
    }
}
