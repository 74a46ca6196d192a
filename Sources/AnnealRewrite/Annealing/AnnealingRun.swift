/// What one rewrite counts and was asked for.
struct AnnealingRun {
    let judged: Bool
    let budget: Int
    let stepLimit: Int?
    var steps = 0
    var reverts = 0
    var rounds = 0

    init(judged: Bool, budget: Int, stepLimit: Int?) {
        self.judged = judged
        self.budget = budget
        self.stepLimit = stepLimit
    }
}
