public import AnnealContainer
public import AnnealFormats
import AnnealPlatform

/// Codes of a ``ResidualQuantizer`` with 256 words a stage: a byte names the word of a stage, and their sum is the vector.
///
/// It learns what vectors it is trained on are like, clusters and all, so that it is best at those and poor at others: for
/// codes of one collection that is searched by itself.
public struct ResidualCodec: VectorCodec, Equatable {
    public var kind: CodecKind { .residual }
    let quantizer: ResidualQuantizer
    public let variances: [Float]
    public let trainedOn: Int

    public var dimension: Int { quantizer.dimension }
    public var lengths: [Int] { [quantizer.sizes.count] }

    static let words = 256
    /// Beginnings that are kept where codes are chosen.
    static let beam = 16

    public func makeCoder() -> any VectorCoder { ResidualVectorCoder(self) }

    /// How a codec of so many bytes is trained unless it is said otherwise.
    public static func settings(bytes: Int) -> ResidualSettings {
        var settings = ResidualSettings(sizes: [Int](repeating: words, count: bytes), learner: .kMeans)
        settings.refits = 8
        return settings
    }

    /// Trains a codec.
    /// - Parameter settings: with 256 words a stage; of ``settings(bytes:)``.
    /// - Complexity: that of the quantiser's training, and O(rows · dimension² + dimension³) for the bound.
    /// - Throws: ``CodecError``.
    public static func train(
        on vectors: Matrix, _ settings: ResidualSettings, threads: Int, progress: (CodecProgress) -> Void = { _ in }
    ) throws(CodecError) -> ResidualCodec {
        let most = min(ResidualQuantizer.stagesMost, vectors.columns)
        guard (1...max(1, most)).contains(settings.sizes.count), settings.sizes.allSatisfy({ $0 == words }) else {
            throw .setting(
                "bytes", expected: "1 to \(most) for residual of \(vectors.columns) numbers",
                found: "\(settings.sizes.count)")
        }
        var random = SplitMix64(seed: settings.seed)
        let training = try TrainingVectors(vectors, rowsMost: settings.rowsMost, &random)
        guard training.rows >= words else { throw .tooFewVectors(expected: words, found: training.rows) }
        let values = try training.principal(threads: threads).values
        return ResidualCodec(
            quantizer: try .train(on: vectors, settings, threads: threads, progress: progress),
            variances: training.variances(values).map { Float($0) }, trainedOn: training.rows)
    }
}

/// Encodes and decodes by a ``ResidualCodec``.
final class ResidualVectorCoder: VectorCoder {
    private let codec: ResidualCodec
    private let coder: ResidualCoder
    private var digits: [UInt16]

    init(_ codec: ResidualCodec) {
        self.codec = codec
        coder = codec.quantizer.makeCoder(beam: ResidualCodec.beam)
        digits = [UInt16](repeating: 0, count: codec.quantizer.sizes.count)
    }

    func encode(
        _ vector: UnsafeBufferPointer<Float>, into code: UnsafeMutableBufferPointer<UInt8>
    ) throws(CodecError) {
        try codec.check(length: code.count)
        let isZero = try !digits.withUnsafeMutableBufferPointer { (digits) throws(CodecError) in
            try coder.encode(vector, into: digits)
        }
        for index in code.indices { code[index] = UInt8(digits[index]) }
        // All zeros is the zero vector's. The last word says least.
        if !isZero, code.allSatisfy({ $0 == 0 }) { code[code.count - 1] = 1 }
    }

    func decode(_ code: UnsafeBufferPointer<UInt8>, into vector: UnsafeMutableBufferPointer<Float>) {
        precondition(vector.count == codec.dimension && code.count == digits.count)
        guard let numbers = vector.baseAddress else { return }
        if code.allSatisfy({ $0 == 0 }) {
            for index in vector.indices { vector[index] = 0 }
        } else {
            codec.quantizer.decode(code.lazy.map { Int($0) }, into: numbers)
        }
    }
}

extension ResidualCodec: AdditiveCodec {
    func parts(length: Int) -> [Int] { [length] }

    func products(with query: [Float], length: Int) -> (start: Float, parts: [[CodeStep]]) {
        let scale = 1 / query.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let along = query.map { Float(Double($0) * scale) }
        let steps = (0..<length).map { stage in
            CodeStep(end: 8 * (stage + 1), values: quantizer.products(of: stage, with: along))
        }
        return (0, [steps])
    }

    func inverseLengths(of codes: UnsafePointer<UInt8>, count: Int, stride: Int, length: Int) -> [Float] {
        (0..<count).map { index in
            let code = UnsafeBufferPointer(start: codes + index * stride, count: length)
            guard code.contains(where: { $0 != 0 }) else { return 0 }
            let squares = quantizer.squaredLength(of: code.lazy.map { Int($0) })
            return squares > 0 ? Float(1 / squares.squareRoot()) : 0
        }
    }
}

extension ResidualCodec {
    public var sections: [(tag: SectionTag, bytes: [UInt8])] {
        let head = CodecHead(
            kind: kind, dimension: dimension, components: quantizer.sizes.count, exponent: quantizer.exponent,
            layers: 1, profile: .search, trainedOn: trainedOn)
        return head.sections(variances) + [(tag: SectionTag.words, bytes: quantizer.wordBytes)]
    }

    init(reading container: OpenContainer, head: CodecHead) throws(CodecError) {
        try head.checkNoProfile()
        guard head.layers == 1 else {
            throw .value(.head, what: "layers", expected: "1", found: "\(head.layers)")
        }
        self.init(
            quantizer: try ResidualQuantizer(
                sizes: [Int](repeating: Self.words, count: head.components), dimension: head.dimension,
                exponentField: UInt32(bitPattern: Int32(head.exponent)), words: .words, of: container, head: .head,
                noun: "codec"),
            variances: try head.variances(of: container), trainedOn: head.trainedOn)
    }
}
