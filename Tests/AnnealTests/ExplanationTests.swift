import Anneal
import AnnealRewrite
import Testing

@Suite struct ExplanationTests {
    let engine: Engine

    init() throws { engine = try Engine() }

    @Test("shares sum to one, and the explained program is the one that ran", arguments: Mode.allCases)
    func shares(mode: Mode) throws {
        for text in Samples.all where text.count < 4_000 {
            let explanation = try engine.explain(text, mode: mode)
            #expect(explanation.naive.count == explanation.tokens.count - explanation.unknownCount)
            #expect(explanation.final.count == explanation.tokens.count - explanation.unknownCount)
            let sum = explanation.final.reduce(0.0) { $0 + $1.share }
            #expect(explanation.isEmpty || abs(sum - 1) < 1e-9)
            for token in explanation.tokens { #expect(token.start <= token.end && token.end <= text.count) }
        }
    }

    @Test("naive mode rewrites nothing, and says so")
    func naive() throws {
        let explanation = try engine.explain(Samples.ordinary[0], mode: .naive)
        #expect(explanation.stopReason == .naive && explanation.steps.isEmpty)
        #expect(explanation.final.map(\.text) == explanation.naive.map(\.text))
        #expect(try engine.explain(Samples.ordinary[0]).stopReason == .noBids)
        #expect(try engine.explain(Samples.ordinary[0], stepLimit: 1).stopReason == .stopAfter(1))
    }

    @Test("the contributions of the tokens sum to the vector before it is normalised", arguments: Mode.allCases)
    func contributions(mode: Mode) throws {
        var session = try engine.makeSession(mode: mode, normalize: false)
        for text in Samples.all where text.count < 4_000 {
            var vector = [Float](repeating: 0, count: engine.dimension)
            var row = vector.mutableSpan
            session.embed(text.span, into: &row)
            let rows = try engine.contributions(text, mode: mode)
            #expect(rows.count == (try engine.explain(text, mode: mode)).tokens.count)
            let differences = vector.indices.map { index in
                abs(rows.reduce(0.0) { $0 + Double($1[index]) } - Double(vector[index])) / max(1, Double(vector[index]))
            }
            #expect(differences.max()! < 1e-4)
        }
        #expect(throws: EngineError.self) {
            try engine.contributions(Array(repeatElement(Array("? ".utf8), count: 5_000).joined()))
        }
    }

    @Test("the parts of a comparison sum to the cosine of the vectors", arguments: Mode.allCases)
    func decomposition(mode: Mode) throws {
        for left in Samples.ordinary {
            for right in Samples.ordinary {
                let comparison = try engine.compare(left, right, mode: mode)
                let sum = comparison.pairs.reduce(0.0) { $0 + $1.part }
                #expect(abs(sum - comparison.cosine) < 1e-9)
                let a = try engine.embed(left, mode: mode)
                let b = try engine.embed(right, mode: mode)
                let cosine = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                #expect(abs(cosine - comparison.cosine) < 1e-5)
            }
        }
    }

    @Test("rewriting can be stopped after any step, and the steps before are the same")
    func stopping() throws {
        let whole = try engine.explain(Samples.ordinary[0])
        // The last entry is the setting of the gains, which is no step of its own.
        let rules = whole.steps.filter { $0.ruleID >= 0 }
        #expect(rules.count > 3 && rules.count == whole.steps.count - 1)
        for limit in 0..<rules.count {
            let part = try engine.explain(Samples.ordinary[0], stepLimit: limit)
            #expect(Array(whole.steps.prefix(limit)) == Array(part.steps.prefix(limit)))
            #expect(part.steps.count == limit)
        }
    }

    @Test("a text too long to explain is refused with both numbers")
    func tooLong() {
        let text = String(repeating: "word ", count: 5_000)
        #expect {
            try engine.explain(text)
        } throws: { error in
            "\(error)".contains("4096") && "\(error)".contains("5000")
        }
    }

    @Test("a phrase added by hand takes effect without training")
    func handWritten() throws {
        let patched = try Engine(path: Engine.defaultModelPath(), rules: "k8s = kubernetes\n")
        let before = try engine.compare("k8s cluster", "kubernetes cluster").cosine
        let after = try patched.compare("k8s cluster", "kubernetes cluster").cosine
        #expect(before < 0.9)
        #expect(after > 0.95)
        #expect(
            try Samples.vector(engine, Array("no such word".utf8))
                == Samples.vector(patched, Array("no such word".utf8)))
    }

    @Test("rules that cannot be read say line, column, expected and found")
    func badRules() {
        #expect {
            try Engine(path: Engine.defaultModelPath(), rules: "a = b\n\"x\" => $1 fly !3\n")
        } throws: { error in
            "\(error)".contains("2:") && "\(error)".contains("expected") && "\(error)".contains("found")
        }
    }
}
