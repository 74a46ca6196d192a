/// What an epoch saw along the way.
public struct EpochFigures: Sendable, Equatable {
    private var cosineSum = 0.0
    private var structureSum = 0.0
    public private(set) var texts = 0

    /// The mean cosine with the teacher.
    public var cosine: Double { texts > 0 ? cosineSum / Double(texts) : 0 }
    /// The mean squared difference between the texts' cosines and the teacher's.
    public var structure: Double { texts > 0 ? structureSum / Double(texts) : 0 }

    public init() {}

    mutating func add(cosine: Float, structure: Float) {
        cosineSum += Double(cosine)
        structureSum += Double(structure)
        texts += 1
    }
}
