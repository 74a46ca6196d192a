import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Asks an OpenAI-compatible endpoint for vectors: `POST …/embeddings`.
///
/// Answers of status 408, 429 and 5xx, and connections that fail, are asked for again after a pause that doubles, or that
/// is as long as `Retry-After` says. Everything else that is not a vector for each text is an error.
struct EndpointClient: Sendable {
    let settings: EndpointSettings
    private let url: URL
    private let session: URLSession
    private let report: @Sendable (String) -> Void
    private var nextRequest = ContinuousClock.now

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
        guard let address = URL(string: settings.address), ["http", "https"].contains(address.scheme ?? ""),
            let host = address.host(), !host.isEmpty
        else {
            throw TrainError(place: "address", expected: "http://HOST/v1 or https://HOST/v1", found: settings.address)
        }
        guard settings.batch > 0, settings.retries >= 0 else {
            throw TrainError(place: "endpoint", expected: "at least one text a request", found: "\(settings.batch)")
        }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = settings.timeout
        self.settings = settings
        url = address.appending(path: "embeddings")
        self.report = report
        session = URLSession(configuration: configuration)
    }

    /// The vectors of some texts, row after row.
    /// - Parameter width: the numbers of each; nil if not known yet.
    /// - Throws: ``TrainError``.
    mutating func vectors(of texts: [String], width: Int?) async throws -> [Float] {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let key = settings.key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        request.httpBody = try JSONEncoder().encode(Question(model: settings.model, input: texts))
        var pause = settings.firstPause
        var attempt = 0
        while true {
            try await waitForTurn()
            let trouble: String
            var wished: Double?
            do {
                let (data, response) = try await session.data(for: request)
                guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
                let status = response.statusCode
                if (200..<300).contains(status) { return try check(data, texts.count, width) }
                let body = String(decoding: data.prefix(200), as: UTF8.self)
                guard status == 408 || status == 429 || status >= 500 else {
                    throw TrainError(place: url.absoluteString, expected: "status 200", found: "\(status): \(body)")
                }
                wished = response.value(forHTTPHeaderField: "Retry-After").flatMap(Self.seconds)
                trouble = "status \(status)"
            } catch let error as URLError {
                trouble = "\(error.localizedDescription) (\(error.code.rawValue))"
            }
            attempt += 1
            guard attempt <= settings.retries else {
                throw TrainError(
                    place: url.absoluteString, expected: "an answer in \(settings.retries + 1) attempts",
                    found: trouble)
            }
            let wait = min(wished ?? pause, settings.longestPause)
            report("\(trouble); again in \(wait) s")
            try await Task.sleep(for: .seconds(wait))
            pause = min(2 * pause, settings.longestPause)
        }
    }

    /// The seconds of a `Retry-After`, which may also be a date.
    static func seconds(_ header: String) -> Double? {
        if let seconds = Double(header) { return max(0, seconds) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: header).map { max(0, $0.timeIntervalSinceNow) }
    }

    private mutating func waitForTurn() async throws {
        guard let rate = settings.requestsPerSecond, rate > 0 else { return }
        if nextRequest > ContinuousClock.now { try await Task.sleep(until: nextRequest) }
        nextRequest = ContinuousClock.now + .seconds(1 / rate)
    }

    /// The vectors of an answer, in the order of the texts.
    private func check(_ data: Data, _ count: Int, _ width: Int?) throws(TrainError) -> [Float] {
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            // NaN is no JSON: a service that writes it ends up here.
            let start = String(decoding: data.prefix(200), as: UTF8.self)
            throw TrainError(place: url.absoluteString, expected: "an answer with embeddings in JSON", found: start)
        }
        guard answer.data.count == count else {
            throw TrainError(place: url.absoluteString, expected: "\(count) vectors", found: "\(answer.data.count)")
        }
        let width = width ?? answer.data[0].embedding.count
        var rows = [[Float]?](repeating: nil, count: count)
        for (place, item) in answer.data.enumerated() {
            let index = item.index ?? place
            guard rows.indices.contains(index), rows[index] == nil else {
                throw TrainError(
                    place: url.absoluteString, expected: "each index of 0..<\(count) once", found: "\(index)")
            }
            guard item.embedding.count == width else {
                throw TrainError(
                    place: url.absoluteString, expected: "vectors of \(width) numbers",
                    found: "\(item.embedding.count)")
            }
            rows[index] = item.embedding
        }
        return rows.flatMap { $0! }
    }
}
