import AnnealPlatform
import CAllocationCounter
import Testing

@testable import Anneal

/// The sessions that an engine keeps between calls.
@Suite struct SessionPoolTests {
    @Test("so many sessions are kept and no more; the rest is freed")
    func bound() throws {
        let engine = try Engine()
        let settings = try engine.settings()
        #expect(engine.pool.idleCount == 0)
        /// Lends as many at once as it is deep.
        func nest(_ depth: Int) {
            guard depth > 0 else { return }
            engine.withSession(settings) { _ in nest(depth - 1) }
        }
        nest(3)
        #expect(engine.pool.idleCount == 3)
        nest(SessionPool.idleLimit + 5)
        #expect(engine.pool.idleCount == SessionPool.idleLimit)
        nest(SessionPool.idleLimit + 5)
        #expect(engine.pool.idleCount == SessionPool.idleLimit)
        #expect((8...max(8, WorkerThread.available)).contains(SessionPool.idleLimit))

        weak var dropped: PooledSession?
        do {
            let extra = PooledSession(Session(engine, settings))
            dropped = extra
            engine.pool.putBack(extra)
        }
        #expect(dropped == nil && engine.pool.idleCount == SessionPool.idleLimit)
    }

    @Test("other settings take no other sessions, and none of the last settings stays")
    func settings() throws {
        let engine = try Engine()
        let text = "The committee has not yet decided whether the dog bit the man."
        var expected: [SessionSettings: [Float]] = [:]
        for mode in Mode.allCases {
            for normalize in [true, false] {
                for dimension in [1, 64, 256] {
                    let settings = try engine.settings(mode: mode, normalize: normalize, dimension: dimension)
                    var own = try engine.makeSession(mode: mode, normalize: normalize, dimension: dimension)
                    var vector = [Float](repeating: .nan, count: dimension)
                    var row = vector.mutableSpan
                    own.embed(text, into: &row)
                    expected[settings] = vector
                }
            }
        }
        #expect(expected.count == 18 && Set(expected.values).count > 14)
        for _ in 0..<3 {
            for (settings, vector) in expected {
                engine.withSession(settings) { session in
                    var found = [Float](repeating: .nan, count: session.dimension)
                    var row = found.mutableSpan
                    session.embed(text, into: &row)
                    #expect(found == vector, "\(settings)")
                }
            }
        }
        #expect(engine.pool.idleCount == 1)
    }

    @Test("a call makes no session where one waits", .enabled(if: allocation_counter_works() != 0))
    func reuse() throws {
        let engine = try Engine()
        let settings = try engine.settings()
        var vector = [Float](repeating: 0, count: engine.dimension)
        var row = vector.mutableSpan
        func allocations(_ body: () throws -> Void) rethrows -> UInt64 {
            let before = allocation_count()
            try body()
            return allocation_count() - before
        }
        for _ in 0..<3 { _ = try engine.embed("turn the light off") }
        #expect(engine.pool.idleCount == 1)
        #expect(allocations { engine.withSession(settings) { _ = $0.embed("turn the light off", into: &row) } } == 0)
        #expect(try allocations { _ = try engine.embed("turn the light off") } == 1, "the vector")
        let made = allocations { _ = Session(engine, settings) }
        #expect(made > 10, "the count would show a session that is made")
    }

    @Test("many threads at once, with different settings, get the vectors of their texts")
    func threads() throws {
        let engine = try Engine()
        let settings = try [
            engine.settings(), engine.settings(mode: .annealed), engine.settings(mode: .naive, dimension: 64),
            engine.settings(normalize: false),
        ]
        let expected = try settings.map { settings in
            try Samples.all.map { text in
                var session = try engine.makeSession(
                    mode: settings.mode, normalize: settings.normalize, dimension: settings.dimension)
                return Samples.bits(&session, text)
            }
        }
        let wrong = Parallel.map(16, threads: 16) { thread in
            var count = 0
            for round in 0..<12 {
                let kind = (thread + round) % settings.count
                for index in Samples.all.indices {
                    let text = Samples.all[(index + thread) % Samples.all.count]
                    let bits = engine.withSession(settings[kind]) { Samples.bits(&$0, text) }
                    if bits != expected[kind][(index + thread) % Samples.all.count] { count += 1 }
                }
            }
            return count
        }
        #expect(wrong.allSatisfy { $0 == 0 }, "wrong vectors by thread: \(wrong)")
        #expect((1...SessionPool.idleLimit).contains(engine.pool.idleCount))
    }

    @Test("an engine goes with its sessions: none of them holds it")
    func lifetime() throws {
        weak var gone: Engine?
        do {
            let engine = try Engine()
            gone = engine
            _ = try engine.embed("turn the light off", mode: .annealed)
            #expect(engine.pool.idleCount == 1)
        }
        #expect(gone == nil)
    }

    @Test("a session outlives its engine")
    func outliving() throws {
        var session = try Engine().makeSession(mode: .annealed)
        #expect(
            Samples.bits(&session, Array("turn the light off".utf8))
                == (try Samples.vector(Engine(), Array("turn the light off".utf8), mode: .annealed)))
    }

    @Test("a session of another engine that was put in the place of the lent one is not kept")
    func exchange() throws {
        let engine = try Engine()
        let other = try Engine(path: Engine.defaultModelPath(), rules: "k8s = kubernetes")
        try engine.withSession(try engine.settings()) { session in session = try other.makeSession() }
        #expect(engine.pool.idleCount == 0)
        try engine.withSession(try engine.settings()) { session in session = try engine.makeSession() }
        #expect(engine.pool.idleCount == 1)
    }

    @Test("settings of an engine with more dimensions are a mistake that is caught")
    func otherSettings() async {
        await #expect(processExitsWith: .failure) {
            let settings = SessionSettings(mode: .compiled, normalize: true, dimension: 257)
            try Engine().withSession(settings) { _ in }
        }
    }
}
