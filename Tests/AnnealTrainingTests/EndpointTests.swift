import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AnnealEndpoints
@testable import AnnealTraining

@Suite struct EndpointTests {
    private struct Question: Decodable {
        let model: String
        let input: [String]
    }

    private static func texts(_ body: String) -> [String] {
        (try? JSONDecoder().decode(Question.self, from: Data(body.utf8)))?.input ?? []
    }

    /// What a well-behaved service says: the length of the text, and its number.
    private static func good(_ body: String) -> ScriptedServer.Reply {
        let items = texts(body).enumerated().map { index, text in
            #"{"index":\#(index),"embedding":[\#(text.utf8.count),1,\#(index)]}"#
        }
        // Out of order, as the interface allows.
        return ScriptedServer.Reply(body: #"{"data":[\#(items.reversed().joined(separator: ","))]}"#)
    }

    private func settings(_ server: ScriptedServer) -> EndpointSettings {
        EndpointSettings(
            address: server.address, model: "m", batch: 2, retries: 3, firstPause: 0.01, longestPause: 0.05, timeout: 5)
    }

    @Test func vectorsComeInTheOrderOfTheTexts() async throws {
        let server = try ScriptedServer { _, body in Self.good(body) }
        defer { server.stop() }
        var teacher = try await EndpointTeacher(settings(server), encoding: .int8)
        #expect(teacher.description == TeacherDescription(teacher: "m", settings: "endpoint", width: 3))
        let vectors = try await teacher.vectors(of: [(0, "a"), (1, "bcd")])
        #expect(vectors == [1, 1, 0, 3, 1, 1])
    }

    /// 429, 500, 503 and a connection that breaks off pass; the run gets what it asked for.
    @Test func troubleThatPassesIsWaitedFor() async throws {
        let server = try ScriptedServer { number, body in
            switch number {
            case 1: ScriptedServer.Reply(status: 429, headers: ["Retry-After: 0"])
            case 2: ScriptedServer.Reply(status: 500, body: "oops")
            case 4: ScriptedServer.Reply(body: #"{"data":[{"index":0,"embedding":[1,2,3]}]}"#, cut: 9)
            case 5: ScriptedServer.Reply(status: 503)
            default: Self.good(body)
            }
        }
        defer { server.stop() }
        let reports = Mutex<[String]>([])
        var teacher = try await EndpointTeacher(settings(server), encoding: .int8) { line in
            reports.withLock { $0.append(line) }
        }
        #expect(try await teacher.vectors(of: [(0, "ab")]) == [2, 1, 0])
        #expect(try await teacher.vectors(of: [(1, "abc")]) == [3, 1, 0])
        #expect(reports.withLock { $0.count } == 4)
        #expect(server.bodies.count == 7)
    }

    @Test func retryAfterIsHonoured() async throws {
        let server = try ScriptedServer { number, body in
            number == 1 ? ScriptedServer.Reply(status: 429, headers: ["Retry-After: 0.3"]) : Self.good(body)
        }
        defer { server.stop() }
        var settings = settings(server)
        settings.longestPause = 10
        var teacher = try await EndpointTeacher(settings, encoding: .int8)
        let began = ContinuousClock.now
        _ = try await teacher.vectors(of: [(0, "a")])
        #expect(ContinuousClock.now - began >= .seconds(0.3))
        #expect(EndpointConnection.seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0)
        #expect(EndpointConnection.seconds("12") == 12)
        #expect(EndpointConnection.seconds("soon") == nil)
    }

    @Test func troubleThatStaysEndsTheRun() async throws {
        let server = try ScriptedServer { number, body in
            number == 0 ? Self.good(body) : ScriptedServer.Reply(status: 503)
        }
        defer { server.stop() }
        var teacher = try await EndpointTeacher(settings(server), encoding: .int8)
        let error = await #expect(throws: TrainError.self) { _ = try await teacher.vectors(of: [(0, "a")]) }
        #expect(error?.found == "status 503")
        #expect(server.bodies.count == 5)
    }

    @Test(
        arguments: [
            (ScriptedServer.Reply(status: 401, body: "no key"), "401: no key"),
            (ScriptedServer.Reply(body: "<html>"), "<html>"),
            (
                ScriptedServer.Reply(
                    body: #"{"data":[{"index":0,"embedding":[1,NaN,3]},{"index":1,"embedding":[1,2,3]}]}"#), "NaN"
            ),
            (ScriptedServer.Reply(body: #"{"data":[{"index":0,"embedding":[1,2,3]}]}"#), "found 1"),
            (ScriptedServer.Reply(body: #"{"data":[{"embedding":[1,2,3]},{"embedding":[1,2]}]}"#), "found 2"),
            (
                ScriptedServer.Reply(
                    body: #"{"data":[{"index":0,"embedding":[1,2,3]},{"index":0,"embedding":[1,2,3]}]}"#), "index"
            ),
            (
                ScriptedServer.Reply(
                    body: #"{"data":[{"index":0,"embedding":[1,2,3]},{"index":9,"embedding":[1,2,3]}]}"#), "index"
            ),
        ] as [(ScriptedServer.Reply, String)])
    func answersThatAreNoVectorsAreErrors(_ reply: ScriptedServer.Reply, _ words: String) async throws {
        let server = try ScriptedServer { number, body in number == 0 ? Self.good(body) : reply }
        defer { server.stop() }
        var teacher = try await EndpointTeacher(settings(server), encoding: .int8)
        let error = await #expect(throws: TrainError.self) {
            _ = try await teacher.vectors(of: [(0, "a"), (1, "b")])
        }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(server.bodies.count == 2)
    }

    /// A service that stops half way, and the run that is begun again: nothing is asked for twice.
    @Test func killedRunGoesOn() async throws {
        let workspace = try Workspace()
        let lines = (0..<9).map { "line \($0)" }
        let corpus = try CorpusFile(path: workspace.write("corpus.txt", lines.joined(separator: "\n")))
        let server = try ScriptedServer { number, body in
            (3..<7).contains(number) ? ScriptedServer.Reply(status: 500) : Self.good(body)
        }
        defer { server.stop() }
        for attempt in 0..<2 {
            var teacher = try await EndpointTeacher(settings(server), encoding: .int8)
            let store = try TeacherStoreWriter(path: workspace.file("labels"), description: teacher.description)
            if attempt == 0 {
                await #expect(throws: TrainError.self) {
                    _ = try await Labelling.run(corpus, teacher: &teacher, into: store)
                }
                #expect(try TeacherStore(path: store.path).count == 4)
            } else {
                let summary = try await Labelling.run(corpus, teacher: &teacher, into: store)
                #expect(summary == Labelling.Summary(added: 5, known: 4))
            }
        }
        let asked = server.bodies.enumerated().filter { !(3..<7).contains($0.offset) }.flatMap {
            Self.texts($0.element)
        }
        #expect(asked.filter { $0 != "word" } == lines)
    }

    @Test func requestsAreSpread() async throws {
        let server = try ScriptedServer { _, body in Self.good(body) }
        defer { server.stop() }
        var settings = settings(server)
        settings.requestsPerSecond = 20
        var teacher = try await EndpointTeacher(settings, encoding: .int8)
        let began = ContinuousClock.now
        for _ in 0..<4 { _ = try await teacher.vectors(of: [(0, "a")]) }
        // Five requests with the first one's probe: four pauses of 50 ms, of which the first began before the clock.
        #expect(ContinuousClock.now - began >= .milliseconds(145))
    }

    @Test(arguments: ["", "localhost", "ftp://host/v1", "http://"])
    func badAddressesAreRefused(_ address: String) async {
        await #expect(throws: TrainError.self) {
            _ = try await EndpointTeacher(EndpointSettings(address: address, model: "m"), encoding: .int8)
        }
    }
}
