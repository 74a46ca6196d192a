import Anneal
import Testing

@Suite struct SessionTests {
    let engine: Engine

    init() throws { engine = try Engine() }

    @Test("a text's vector does not depend on the texts before it", arguments: Mode.allCases)
    func independence(mode: Mode) throws {
        var session = try engine.makeSession(mode: mode)
        let alone = try Samples.all.map { try Samples.vector(engine, $0, mode: mode) }
        for _ in 0..<2 {
            for (text, expected) in zip(Samples.all, alone) { #expect(Samples.bits(&session, text) == expected) }
        }
        for (text, expected) in zip(Samples.all, alone).reversed() {
            #expect(Samples.bits(&session, text) == expected)
        }
    }

    @Test("threads and batches change no bit", arguments: [1, 2, 7])
    func threads(count: Int) throws {
        let texts = (0..<200).map { Samples.ordinary[$0 % Samples.ordinary.count] + " \($0 % 31)" }
        let rows = try engine.embed(texts, threads: count)
        for (text, row) in zip(texts, rows) {
            #expect(row.map { $0.bitPattern } == (try Samples.vector(engine, Array(text.utf8))))
        }
    }

    @Test("vectors have unit length, or are zero where there is no content")
    func length() throws {
        var session = try engine.makeSession()
        var vector = [Float](repeating: 0, count: engine.dimension)
        for text in Samples.all {
            let isNonzero = vector.withUnsafeMutableBufferPointer { row in
                text.withUnsafeBufferPointer { session.embed($0, into: row.baseAddress!) }
            }
            let squares = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
            if isNonzero {
                #expect(abs(squares - 1) < 1e-5)
            } else {
                #expect(vector.allSatisfy { $0 == 0 })
            }
        }
        let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        let isNonzero = vector.withUnsafeMutableBufferPointer { session.embed(empty, into: $0.baseAddress!) }
        #expect(!isNonzero)
    }

    @Test("a prefix of the dimensions has the direction of the whole vector's prefix")
    func prefix() throws {
        var short = try engine.makeSession(dimension: 64)
        var whole = try engine.makeSession(normalize: false)
        let text = Array(Samples.ordinary[0].utf8)
        let prefix = Samples.bits(&short, text).map { Float(bitPattern: $0) }
        let head = Samples.bits(&whole, text).prefix(64).map { Float(bitPattern: $0) }
        let norm = head.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        for (one, other) in zip(prefix, head) { #expect(abs(Double(one) - Double(other) / norm) < 1e-6) }
        #expect(throws: EngineError.self) { _ = try engine.makeSession(dimension: 257).dimension }
        #expect(throws: EngineError.self) { _ = try engine.makeSession(dimension: 0).dimension }
    }

    @Test("word order and negation reach the vector, and naive mode does not see them")
    func order() throws {
        let one = Array("the dog bit the man".utf8)
        let other = Array("the man bit the dog".utf8)
        #expect(try Samples.vector(engine, one, mode: .naive) == Samples.vector(engine, other, mode: .naive))
        #expect(try Samples.vector(engine, one) != Samples.vector(engine, other))
    }
}
