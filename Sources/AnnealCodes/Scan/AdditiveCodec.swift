/// A codec whose codes are searched by tables: the product of a query with what a code stands for is a sum over steps,
/// and a step looks at no more than eight bits of the code.
///
/// Trellises are such codecs, and so are product codes and levels for each component.
protocol AdditiveCodec: VectorCodec {
    /// The parts that a code is searched in, in bytes: the first alone is a code, for a shortlist.
    func parts(length: Int) -> [Int]

    /// What each part adds to the product with a query of length one.
    /// - Parameter query: as many finite numbers as the codec has dimensions, not all zero.
    func products(with query: [Float], length: Int) -> (start: Float, parts: [[CodeStep]])

    /// One over the lengths of the vectors that codes stand for; 0 for the zero vector.
    /// - Parameters:
    ///   - codes: `count` of them, each `stride` bytes behind the one before.
    ///   - length: bytes of a code that are looked at, from its first on.
    func inverseLengths(
        of codes: UnsafePointer<UInt8>, count: Int, stride: Int, length: Int
    ) -> [Float]
}

/// A step of an additive code: it adds one of 256 numbers, by the eight bits that are read last.
struct CodeStep {
    /// Bits of the part that are read when the step is done.
    let end: Int
    /// For each state of the last eight bits, zeros before the first bit of the part.
    let values: [Float]
}
