import AnnealFormats

/// Teacher vectors to the dimensions of a model, by the basis that training learns of the same stores.
public struct StoredReduction {
    /// Numbers of a teacher's vector.
    public let width: Int
    public let dimension: Int
    private let reduction: TeacherReduction
    private let threads: Int

    /// - Parameter heldOut: texts that are held out, as in training.
    /// - Complexity: O(texts · width²).
    /// - Throws: ``TrainError``.
    public init(stores: [TeacherStore], dimension: Int, heldOut: Int, threads: Int) throws(TrainError) {
        let texts = try LabelledTexts(stores: stores, heldOut: heldOut, limit: 0)
        guard (1...texts.width).contains(dimension) else {
            throw TrainError(place: "dimension", expected: "1 to \(texts.width)", found: "\(dimension)")
        }
        width = texts.width
        self.dimension = dimension
        self.threads = threads
        reduction = TeacherReduction(texts, dimension: dimension, threads: threads)
    }

    /// The reduced vectors, of unit length, row behind row.
    /// - Precondition: `vectors.count` is a multiple of ``width``.
    public func reduce(_ vectors: [Float]) -> [Float] {
        precondition(vectors.count % width == 0)
        let count = vectors.count / width
        let width = width
        let reduced = reduction.reduce(count: count, width: width, threads: threads) { index, row in
            vectors.withUnsafeBufferPointer { row.update(from: $0.baseAddress! + index * width, count: width) }
        }
        return Array(UnsafeBufferPointer(start: reduced.storage, count: count * dimension))
    }
}
