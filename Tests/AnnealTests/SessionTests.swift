import Anneal
import AnnealMachine
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
            var row = vector.mutableSpan
            let isNonzero = session.embed(text.span, into: &row)
            let squares = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
            if isNonzero {
                #expect(abs(squares - 1) < 1e-5)
            } else {
                #expect(vector.allSatisfy { $0 == 0 })
            }
        }
        let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        var row = vector.mutableSpan
        #expect(!session.embed(empty.span, into: &row))
    }

    @Test("a string has the vector of its bytes")
    func strings() throws {
        var session = try engine.makeSession()
        for text in Samples.ordinary + ["", "naïve café 北京 😀"] {
            var vector = [Float](repeating: .nan, count: engine.dimension)
            var row = vector.mutableSpan
            #expect(session.embed(text, into: &row) == !text.isEmpty)
            #expect(vector.map(\.bitPattern) == (try Samples.vector(engine, Array(text.utf8))))
        }
    }

    @Test("room for another number of dimensions is a mistake that is caught", arguments: [0, 63, 65, 256])
    func room(count: Int) async {
        await #expect(processExitsWith: .failure) { [count] in
            var session = try Engine().makeSession(dimension: 64)
            var vector = [Float](repeating: 0, count: count)
            var row = vector.mutableSpan
            session.embed("some text", into: &row)
        }
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

    @Test("a kernel is chosen by an argument, and each gives the same bits")
    func kernels() throws {
        let path = try Engine.defaultModelPath()
        for kernel in Kernel.available {
            let engine = try Engine(path: path, kernel: kernel.name)
            #expect(engine.kernelName == kernel.name)
            for mode in Mode.allCases {
                for text in Samples.all {
                    #expect(
                        try Samples.vector(engine, text, mode: mode) == Samples.vector(self.engine, text, mode: mode))
                }
            }
        }
        #expect {
            try Engine(path: path, kernel: "abacus")
        } throws: { error in
            guard case EngineError.kernel(.unknown(name: "abacus", _)) = error else { return false }
            return "\(error)".contains("expected one of")
        }
    }

    @Test("no message of the engine names an option of a command")
    func messages() {
        let errors: [EngineError] = [
            .noShippedModel(searched: ["/a", "/b"]), .dimension(expected: 1...256, found: 0),
            .tooLong(limit: 1, unit: "tokens", found: 2), .kernel(.unknown(name: "x", known: ["portable"])),
            .lookup(expected: 256, found: 64),
        ]
        for error in errors { #expect(!"\(error)".contains("--") && "\(error)".contains("expected")) }
    }
}
