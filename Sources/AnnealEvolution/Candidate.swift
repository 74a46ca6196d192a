/// A genome in the population, with where it came from and what it was last found to be worth.
struct Candidate: Sendable {
    let genome: Genome
    /// Births are numbered through the run; equal gains rank by it.
    let birth: Int64
    /// Births of the parents, or -1.
    let parents: SIMD2<Int64>
    /// The last measured gain less the costs of row and atoms. Residuals shrink as rules are accepted, so that it is
    /// hardly ever less than the truth.
    var worth: Double

    /// The order of ranking: total, so that every run ranks alike.
    static func precedes(_ one: Candidate, _ other: Candidate) -> Bool {
        one.worth != other.worth ? one.worth > other.worth : one.birth < other.birth
    }
}
