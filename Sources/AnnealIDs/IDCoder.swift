public import Anneal
import AnnealCodes
import AnnealContainer
import AnnealModel

/// Finds the IDs of vectors, with memory of its own. For one thread at a time.
public final class IDCoder {
    private let model: IDModel
    private let coder: ResidualCoder
    private let variation: ResidualCoder?
    private let found: UnsafeMutableBufferPointer<UInt16>
    private let varied: UnsafeMutableBufferPointer<UInt16>

    init(_ model: IDModel) {
        self.model = model
        coder = model.quantizer.makeCoder()
        variation = model.scored?.variation.makeCoder(beam: 1)
        found = .allocate(capacity: model.sizes.count)
        found.initialize(repeating: 0)
        varied = .allocate(capacity: 1)
        varied.initialize(repeating: 0)
    }

    deinit {
        found.deallocate()
        varied.deallocate()
    }

    /// Writes the digits of a vector.
    /// - Parameter digits: room for as many as the model has levels.
    /// - Returns: false for the zero vector, which has no ID; all digits are then 0.
    /// - Complexity: O(words · dimension); allocates nothing.
    /// - Throws: ``IDError/codec(_:)`` for a vector of another dimension, with numbers that are not finite, or too long.
    public func digits(
        of vector: UnsafeBufferPointer<Float>, into digits: UnsafeMutableBufferPointer<UInt16>
    ) throws(IDError) -> Bool {
        do throws(CodecError) { return try coder.encode(vector, into: digits) } catch { throw .codec(error) }
    }

    /// The ID of a vector; nil for the zero vector.
    /// - Throws: as ``digits(of:into:)``.
    public func id(of vector: UnsafeBufferPointer<Float>) throws(IDError) -> SemanticID? {
        try digits(of: vector, into: found) ? SemanticID(digits: found.map(Int.init)) : nil
    }

    /// The predicted attributes of a vector; nil for the zero vector and for a model without them.
    /// - Throws: as ``digits(of:into:)``.
    public func scored(of vector: UnsafeBufferPointer<Float>) throws(IDError) -> ScoredDigits? {
        guard let scored = model.scored, let variation, try digits(of: vector, into: found) else { return nil }
        let digits = scored.predictor.digits(of: coder.rounded)
        do throws(CodecError) { _ = try variation.encode(vector, into: varied) } catch { throw .codec(error) }
        return ScoredDigits(digits: digits + [Int(varied[0])])
    }
}

/// Texts to IDs in one call: no vector that the caller must keep. For one thread at a time; after the first texts
/// ``digits(of:into:)`` allocates nothing.
public struct IDSession: ~Copyable {
    private var session: Session
    private let coder: IDCoder
    private let numbers: UnsafeMutableBufferPointer<Float>

    /// - Throws: ``IDError/otherEngine(expected:found:)`` where the IDs are for the vectors of another model.
    public init(_ engine: Engine, _ model: IDModel) throws(IDError) {
        try model.check(engine)
        do throws(EngineError) { session = try engine.makeSession() } catch {
            // All dimensions of the engine's own are asked for.
            preconditionFailure("\(error)")
        }
        coder = model.makeCoder()
        numbers = .allocate(capacity: engine.dimension)
        numbers.initialize(repeating: 0)
    }

    deinit { numbers.deallocate() }

    /// The vector of the text that was asked for last.
    public var vector: UnsafeBufferPointer<Float> { UnsafeBufferPointer(numbers) }

    /// Writes the digits of a text.
    /// - Parameter digits: room for as many as the model has levels.
    /// - Returns: false for a text without content, which has no ID; all digits are then 0.
    public mutating func digits(of utf8: Span<UInt8>, into digits: UnsafeMutableBufferPointer<UInt16>) -> Bool {
        var row = numbers.mutableSpan
        session.embed(utf8, into: &row)
        do throws(IDError) { return try coder.digits(of: vector, into: digits) } catch {
            preconditionFailure("a vector of the engine's that its IDs refuse: \(error)")
        }
    }

    /// The ID of a text; nil for one without content.
    public mutating func id(of text: String) -> SemanticID? {
        embed(text)
        do throws(IDError) { return try coder.id(of: vector) } catch {
            preconditionFailure("a vector of the engine's that its IDs refuse: \(error)")
        }
    }

    /// The predicted attributes of a text; nil for one without content and for a model without them.
    public mutating func scored(of text: String) -> ScoredDigits? {
        embed(text)
        do throws(IDError) { return try coder.scored(of: vector) } catch {
            preconditionFailure("a vector of the engine's that its IDs refuse: \(error)")
        }
    }

    private mutating func embed(_ text: String) {
        var row = numbers.mutableSpan
        session.embed(text, into: &row)
    }
}

extension IDModel {
    /// Refuses an engine whose vectors these IDs are not for. Hand-written rules on top of the model are no other model.
    /// - Throws: ``IDError/otherEngine(expected:found:)``.
    public func check(_ engine: Engine) throws(IDError) {
        let found = engine.model.contentHash
        guard found == self.engine || engine.model.metadata["parent"] == "\(self.engine)", engine.dimension == dimension
        else { throw .otherEngine(expected: self.engine, found: found) }
    }
}
