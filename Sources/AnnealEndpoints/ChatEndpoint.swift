import Foundation

/// A generator behind an OpenAI-compatible endpoint: `POST …/chat/completions`.
public struct ChatEndpoint: Sendable {
    /// The most candidates of a question.
    public static let candidatesMost = 1000
    private var connection: EndpointConnection

    private struct Question: Encodable {
        struct Message: Encodable {
            let role: String
            let content: String
        }
        let model: String
        let messages: [Message]
        let n: Int
        let temperature: Double
    }

    private struct Answer: Decodable {
        struct Choice: Decodable {
            struct Message: Decodable { let content: String }
            let message: Message
        }
        let choices: [Choice]
    }

    /// - Parameter report: called before each pause with what went wrong.
    /// - Throws: ``EndpointError`` for an address that is none.
    public init(
        _ settings: EndpointSettings, report: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(EndpointError) {
        connection = try EndpointConnection(settings, path: "chat/completions", report: report)
    }

    /// Different answers to a prompt, in the order of coming.
    ///
    /// Asks for all at once with `n`. A service that knows no `n` gives one at a time, and is asked again, at most `count`
    /// times. An answer that came already does not count, nor does an empty one; so there may be fewer than `count`.
    /// - Parameter temperature: 0...2; at 0 most services always answer the same.
    /// - Throws: ``EndpointError``, also for an answer that is no JSON or has no choice.
    public mutating func candidates(_ prompt: String, count: Int, temperature: Double) async throws -> [String] {
        precondition((1...Self.candidatesMost).contains(count))
        var (found, known) = ([String](), Set<String>())
        for _ in 0..<count where found.count < count {
            let question = Question(
                model: connection.settings.model, messages: [.init(role: "user", content: prompt)],
                n: count - found.count, temperature: temperature)
            for text in try texts(try await connection.answer(to: JSONEncoder().encode(question))) {
                let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
                if !trimmed.isEmpty, found.count < count, known.insert(trimmed).inserted { found.append(trimmed) }
            }
        }
        return found
    }

    private func texts(_ data: Data) throws(EndpointError) -> [String] {
        let place = connection.url.absoluteString
        let answer: Answer
        do { answer = try JSONDecoder().decode(Answer.self, from: data) } catch {
            throw EndpointError(
                place: place, expected: "an answer with choices in JSON",
                found: String(decoding: data.prefix(200), as: UTF8.self))
        }
        guard !answer.choices.isEmpty else {
            throw EndpointError(place: place, expected: "at least one choice", found: "none")
        }
        return answer.choices.map(\.message.content)
    }
}
