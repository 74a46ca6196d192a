import AnnealEndpoints
import Foundation

/// Asks an OpenAI-compatible endpoint for vectors: `POST …/embeddings`.
///
/// Trouble that may pass is waited for, as ``EndpointConnection`` says. Everything else that is not a vector for each text is
/// an error.
struct EndpointClient: Sendable {
    private var connection: EndpointConnection
    var settings: EndpointSettings { connection.settings }
    private var address: String { connection.url.absoluteString }

    private struct Question: Encodable {
        let model: String
        let input: [String]
    }

    private struct Answer: Decodable {
        struct Item: Decodable {
            let index: Int?
            let embedding: [Float]
        }
        let data: [Item]
    }

    init(_ settings: EndpointSettings, report: @escaping @Sendable (String) -> Void) throws(TrainError) {
        do throws(EndpointError) {
            connection = try EndpointConnection(settings, path: "embeddings", report: report)
        } catch {
            throw TrainError(error)
        }
    }

    /// The vectors of some texts, row after row.
    /// - Parameter width: the numbers of each; nil if not known yet.
    /// - Throws: ``TrainError``.
    mutating func vectors(of texts: [String], width: Int?) async throws -> [Float] {
        let question = try JSONEncoder().encode(Question(model: settings.model, input: texts))
        do {
            return try check(try await connection.answer(to: question), texts.count, width)
        } catch let error as EndpointError {
            throw TrainError(error)
        }
    }

    /// The vectors of an answer, in the order of the texts.
    private func check(_ data: Data, _ count: Int, _ width: Int?) throws(TrainError) -> [Float] {
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            // NaN is no JSON: a service that writes it ends up here.
            let start = String(decoding: data.prefix(200), as: UTF8.self)
            throw TrainError(place: address, expected: "an answer with embeddings in JSON", found: start)
        }
        guard answer.data.count == count else {
            throw TrainError(place: address, expected: "\(count) vectors", found: "\(answer.data.count)")
        }
        let width = width ?? answer.data[0].embedding.count
        var rows = [[Float]?](repeating: nil, count: count)
        for (place, item) in answer.data.enumerated() {
            let index = item.index ?? place
            guard rows.indices.contains(index), rows[index] == nil else {
                throw TrainError(
                    place: address, expected: "each index of 0..<\(count) once", found: "\(index)")
            }
            guard item.embedding.count == width else {
                throw TrainError(
                    place: address, expected: "vectors of \(width) numbers",
                    found: "\(item.embedding.count)")
            }
            rows[index] = item.embedding
        }
        return rows.flatMap { $0! }
    }
}

extension TrainError {
    init(_ error: EndpointError) { self.init(place: error.place, expected: error.expected, found: error.found) }
}
