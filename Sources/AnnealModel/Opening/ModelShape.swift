import AnnealContainer

/// The counts that fix the size of every other section.
public struct ModelShape: Hashable, Sendable {
    /// Bytes of the section: seven 32-bit fields and one reserved.
    static let byteCount = 32

    /// Dimensions of the vectors: a multiple of 32, at most 1024.
    public var dimension: Int
    /// Pieces of the tokenizer; rows `0..<tokenCount` are theirs.
    public var tokenCount: Int
    /// Constant rows: the tokens', then phrases and senses.
    public var rowCount: Int
    public var roleCount: Int
    public var classCount: Int
    public var ruleCount: Int
    /// A real value is the integer times 2 to the power of −exponent.
    public var exponent: Int32

    static let dimensionLimit = 1024
    /// More tokens or rows than any tokenizer or file has; keeps every product of counts inside the machine's words.
    static let countLimit = Int.bitWidth < 64 ? 1 << 20 : 1 << 26
    static let classLimit = 1 << 16
    static let exponentLimit: Int32 = 62

    public init(
        dimension: Int, tokenCount: Int, rowCount: Int, roleCount: Int, classCount: Int, ruleCount: Int, exponent: Int32
    ) {
        self.dimension = dimension
        self.tokenCount = tokenCount
        self.rowCount = rowCount
        self.roleCount = roleCount
        self.classCount = classCount
        self.ruleCount = ruleCount
        self.exponent = exponent
    }

    /// Reads the section and checks the fields' ranges.
    init(reading bytes: UnsafeRawBufferPointer) throws(ModelError) {
        guard bytes.count == ModelShape.byteCount else {
            throw .sectionLength(
                .shape, expectedBytes: UInt64(ModelShape.byteCount), foundBytes: UInt64(bytes.count))
        }
        func count(_ offset: Int) -> Int {
            let value: UInt32 = bytes.littleEndian(at: offset)
            return Int(clamping: value)
        }
        self.init(
            dimension: count(0), tokenCount: count(4), rowCount: count(8), roleCount: count(12), classCount: count(16),
            ruleCount: count(20), exponent: bytes.littleEndian(at: 24))
        try check()
        let reserved: UInt32 = bytes.littleEndian(at: 28)
        guard reserved == 0 else {
            throw .value(.shape, what: "reserved field", expected: "0", found: String(reserved))
        }
    }

    /// Checks the fields' ranges.
    func check() throws(ModelError) {
        guard dimension > 0, dimension % 32 == 0, dimension <= ModelShape.dimensionLimit else {
            throw .value(
                .shape, what: "dimension", expected: "a multiple of 32, 32...\(ModelShape.dimensionLimit)",
                found: String(dimension))
        }
        try check(tokenCount, "token count", 1...ModelShape.countLimit)
        try check(rowCount, "row count", tokenCount...ModelShape.countLimit)
        try check(roleCount, "role count", 0...ModelShape.classLimit)
        try check(classCount, "class count", 0...ModelShape.classLimit)
        try check(ruleCount, "rule count", 0...ModelShape.countLimit)
        guard (0...ModelShape.exponentLimit).contains(exponent) else {
            throw .value(
                .shape, what: "exponent", expected: "0...\(ModelShape.exponentLimit)", found: String(exponent))
        }
    }

    private func check(_ value: Int, _ what: String, _ range: ClosedRange<Int>) throws(ModelError) {
        guard range.contains(value) else {
            throw .value(
                .shape, what: what, expected: "\(range.lowerBound)...\(range.upperBound)", found: String(value))
        }
    }

    /// The section's bytes.
    /// - Precondition: the fields passed ``check()``.
    var encoded: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ModelShape.byteCount)
        bytes.withUnsafeMutableBytes { target in
            for (index, value) in [dimension, tokenCount, rowCount, roleCount, classCount, ruleCount].enumerated() {
                target.setLittleEndian(UInt32(truncatingIfNeeded: value), at: index * 4)
            }
            target.setLittleEndian(exponent, at: 24)
        }
        return bytes
    }
}
