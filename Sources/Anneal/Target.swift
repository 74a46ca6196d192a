// A stand-in for the public engine, replaced by the integrator's: same interface, a vector by hashing words.
public enum Mode: String, CaseIterable, Sendable { case naive, compiled, annealed }

public struct EngineError: Error, CustomStringConvertible, Sendable {
    public let description: String
    init(_ text: String) { description = text }
}

public final class Engine: Sendable {
    public let dimension: Int = 256
    public init(path: String) throws(EngineError) {}
    public convenience init(path: String, rules: String?) throws { try self.init(path: path) }
    public func makeSession(
        mode: Mode = .compiled, normalize: Bool = true, dimension: Int? = nil
    ) throws(EngineError) -> Session { Session(dimension: dimension ?? self.dimension, normalize: normalize) }
    public func piece(of id: UInt32) -> String { "p\(id)" }
    public func explain(_ text: [UInt8], mode: Mode, stepLimit: Int?) throws(EngineError) -> Explanation {
        var session = Session(dimension: 4, normalize: true)
        var tokens: [ExplainedToken] = []
        var items: [ExplainedItem] = []
        text.withUnsafeBufferPointer { bytes in
            session.tokenize(bytes) { ids, starts, ends in
                for index in 0..<ids.count {
                    let start = Int(starts[index])
                    let end = Int(ends[index])
                    let piece = String(decoding: bytes[start..<end], as: UTF8.self)
                    tokens.append(ExplainedToken(id: ids[index], piece: piece, start: start, end: end))
                    items.append(
                        ExplainedItem(
                            token: ids[index], piece: piece, position: index, opcode: "accumulate", operand1: 128,
                            operand2: 0, gain: 1, text: "accumulate \(ids[index])", share: 1 / Double(ids.count),
                            constantName: nil))
                }
            }
        }
        let steps = items.prefix(1).map {
            ExplainedStep(
                number: 1, ruleID: 7, rule: "example", score: 12, before: [$0], after: [$0], committed: true)
        }
        return Explanation(
            tokens: tokens, naive: items, steps: steps, final: items, stopReason: "no bids", vectorNorm: 1,
            isEmpty: tokens.isEmpty, windows: 1)
    }
    public func compare(_ a: [UInt8], _ b: [UInt8], mode: Mode) throws(EngineError) -> Comparison {
        let left = try explain(a, mode: mode, stepLimit: nil)
        let right = try explain(b, mode: mode, stepLimit: nil)
        var pairs: [ComparedPair] = []
        for i in left.final.indices {
            for j in right.final.indices {
                pairs.append(ComparedPair(left: i, right: j, part: 0.01 * Double(i - j)))
            }
        }
        return Comparison(cosine: pairs.reduce(0) { $0 + $1.part }, left: left, right: right, pairs: pairs)
    }
    public static func defaultModelPath() throws(EngineError) -> String { "/dev/null" }
}

public struct Session: ~Copyable {
    public let dimension: Int
    let normalize: Bool
    init(dimension: Int, normalize: Bool) {
        self.dimension = dimension
        self.normalize = normalize
    }
    public mutating func embed(
        _ utf8: UnsafeBufferPointer<UInt8>, into vector: UnsafeMutablePointer<Float>
    ) -> Bool {
        for index in 0..<dimension { vector[index] = 0 }
        var found = false
        let dimension = dimension
        tokenize(utf8) { ids, _, _ in
            for id in ids {
                found = true
                var state = UInt64(id) &* 0x9E37_79B9_7F4A_7C15 | 1
                for index in 0..<dimension {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    vector[index] += Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
                }
            }
        }
        guard found, normalize else { return found }
        var sum: Float = 0
        for index in 0..<dimension { sum += vector[index] * vector[index] }
        let scale = 1 / sum.squareRoot()
        for index in 0..<dimension { vector[index] *= scale }
        return true
    }
    public mutating func tokenize(
        _ utf8: UnsafeBufferPointer<UInt8>,
        _ body: (
            _ ids: UnsafeBufferPointer<UInt32>, _ starts: UnsafeBufferPointer<UInt32>,
            _ ends: UnsafeBufferPointer<UInt32>
        ) -> Void
    ) {
        var ids: [UInt32] = []
        var starts: [UInt32] = []
        var ends: [UInt32] = []
        var index = 0
        while index < utf8.count {
            while index < utf8.count, utf8[index] <= 32 { index += 1 }
            let start = index
            var hash: UInt32 = 2_166_136_261
            while index < utf8.count, utf8[index] > 32 {
                hash = (hash ^ UInt32(utf8[index] | 32)) &* 16_777_619
                index += 1
            }
            if index > start {
                ids.append(hash % 32_000)
                starts.append(UInt32(start))
                ends.append(UInt32(index))
            }
            if ids.count == 256 || (index == utf8.count && !ids.isEmpty) {
                ids.withUnsafeBufferPointer { a in
                    starts.withUnsafeBufferPointer { b in ends.withUnsafeBufferPointer { c in body(a, b, c) } }
                }
                ids = []
                starts = []
                ends = []
            }
        }
    }
}

public struct ExplainedToken: Sendable {
    public let id: UInt32
    public let piece: String
    public let start: Int
    public let end: Int
}
public struct ExplainedItem: Sendable {
    public let token: UInt32
    public let piece: String
    public let position: Int
    public let opcode: String
    public let operand1: Int
    public let operand2: Int
    public let gain: Double
    public let text: String
    public let share: Double
    public let constantName: String?
}
public struct ExplainedStep: Sendable {
    public let number: Int
    public let ruleID: Int
    public let rule: String
    public let score: Int
    public let before: [ExplainedItem]
    public let after: [ExplainedItem]
    public let committed: Bool
}
public struct Explanation: Sendable {
    public let tokens: [ExplainedToken]
    public let naive: [ExplainedItem]
    public let steps: [ExplainedStep]
    public let final: [ExplainedItem]
    public let stopReason: String
    public let vectorNorm: Double
    public let isEmpty: Bool
    public let windows: Int
}
public struct ComparedPair: Sendable {
    public let left: Int
    public let right: Int
    public let part: Double
}
public struct Comparison: Sendable {
    public let cosine: Double
    public let left: Explanation
    public let right: Explanation
    public let pairs: [ComparedPair]
}
