import Foundation
import TestSupport
import Testing

@testable import AnnealEndpoints

/// Candidates of a generator, from a server in this process.
@Suite struct CandidateTests {
    private func settings(_ server: ScriptedServer) -> EndpointSettings {
        EndpointSettings(
            address: server.address, model: "m", key: "secret", retries: 2, firstPause: 0.01, longestPause: 0.05,
            timeout: 2)
    }

    private static func reply(_ texts: [String]) -> ScriptedServer.Reply {
        let choices = texts.map { #"{"index":0,"message":{"role":"assistant","content":"\#($0)"}}"# }
        return ScriptedServer.Reply(body: #"{"choices":[\#(choices.joined(separator: ","))]}"#)
    }

    @Test("all at once where the service knows n; what is asked is what was said")
    func atOnce() async throws {
        let server = try ScriptedServer { _, _ in Self.reply(["a", " b ", "c"]) }
        defer { server.stop() }
        var endpoint = try ChatEndpoint(settings(server))
        #expect(try await endpoint.candidates("why?", count: 3, temperature: 0.5) == ["a", "b", "c"])
        try #require(server.bodies.count == 1)
        let question = try #require(
            try JSONSerialization.jsonObject(with: Data(server.bodies[0].utf8)) as? [String: Any])
        #expect(question["model"] as? String == "m" && question["n"] as? Int == 3)
        #expect(question["temperature"] as? Double == 0.5)
        #expect(question["messages"] as? [[String: String]] == [["role": "user", "content": "why?"]])
    }

    @Test("one at a time where it does not; the same and the empty do not count, and asking ends")
    func oneByOne() async throws {
        let answers = ["a", "a", "", "b", "c", "d"]
        let server = try ScriptedServer { number, _ in Self.reply([answers[number]]) }
        defer { server.stop() }
        var endpoint = try ChatEndpoint(settings(server))
        #expect(try await endpoint.candidates("?", count: 4, temperature: 1) == ["a", "b"])
        #expect(server.bodies.count == 4)
    }

    @Test("429 is waited for, and then is an error; so is a service that does not answer in time")
    func trouble() async throws {
        let server = try ScriptedServer { number, _ in
            number == 1 ? Self.reply(["a"]) : ScriptedServer.Reply(status: 429, headers: ["Retry-After: 0"])
        }
        defer { server.stop() }
        var endpoint = try ChatEndpoint(settings(server))
        #expect(try await endpoint.candidates("?", count: 1, temperature: 1) == ["a"])
        let error = await #expect(throws: EndpointError.self) {
            _ = try await endpoint.candidates("?", count: 1, temperature: 1)
        }
        #expect(error?.found == "status 429" && error?.expected == "an answer in 3 attempts")
        #expect(server.bodies.count == 5)
        let slow = try ScriptedServer { _, _ in
            Thread.sleep(forTimeInterval: 1)
            return Self.reply(["late"])
        }
        defer { slow.stop() }
        var settings = settings(slow)
        (settings.timeout, settings.retries) = (0.2, 0)
        var impatient = try ChatEndpoint(settings)
        let late = await #expect(throws: EndpointError.self) {
            _ = try await impatient.candidates("?", count: 1, temperature: 1)
        }
        #expect(late?.found.contains("-1001") == true, "\(String(describing: late))")
    }

    @Test(
        "an answer that is none is told with its first words",
        arguments: [
            (ScriptedServer.Reply(status: 401, body: "no key"), "401: no key"),
            (ScriptedServer.Reply(body: "<html>"), "<html>"),
            (ScriptedServer.Reply(body: #"{"choices":[]}"#), "at least one choice, found none"),
            (ScriptedServer.Reply(body: #"{"choices":[{"message":{"content":null}}]}"#), #""content":null"#),
            (ScriptedServer.Reply(body: #"{"choices":[{"text":"a"}]}"#), #""text":"a""#),
        ] as [(ScriptedServer.Reply, String)])
    func malformed(_ reply: ScriptedServer.Reply, _ words: String) async throws {
        let server = try ScriptedServer { _, _ in reply }
        defer { server.stop() }
        var endpoint = try ChatEndpoint(settings(server))
        let error = await #expect(throws: EndpointError.self) {
            _ = try await endpoint.candidates("?", count: 2, temperature: 1)
        }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(server.bodies.count == 1)
    }
}
