public import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Why an endpoint gave no answer: where, what was expected, what was found.
public struct EndpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address.
    public let place: String
    public let expected: String
    public let found: String

    public init(place: String, expected: String, found: String) {
        self.place = place
        self.expected = expected
        self.found = found
    }

    public var description: String { "\(place): expected \(expected), found \(found)" }
}

/// Asks an OpenAI-compatible endpoint: `POST …` with JSON.
///
/// Answers of status 408, 429 and 5xx, and connections that fail or take too long, are asked for again after a pause that
/// doubles, or that is as long as `Retry-After` says. Every other status but 2xx is an error.
public struct EndpointConnection: Sendable {
    public let settings: EndpointSettings
    /// What is asked.
    public let url: URL
    private let session: URLSession
    private let report: @Sendable (String) -> Void
    private var nextRequest = ContinuousClock.now

    /// - Parameters:
    ///   - path: what is asked below the address: `embeddings`.
    ///   - report: called before each pause with what went wrong.
    /// - Throws: ``EndpointError`` for an address that is none.
    public init(
        _ settings: EndpointSettings, path: String, report: @escaping @Sendable (String) -> Void
    ) throws(EndpointError) {
        guard let address = URL(string: settings.address), ["http", "https"].contains(address.scheme ?? ""),
            let host = address.host(), !host.isEmpty
        else {
            throw EndpointError(
                place: "address", expected: "http://HOST/v1 or https://HOST/v1", found: settings.address)
        }
        guard settings.batch > 0, settings.retries >= 0 else {
            throw EndpointError(place: "endpoint", expected: "at least one text a request", found: "\(settings.batch)")
        }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = settings.timeout
        self.settings = settings
        url = address.appending(path: path)
        self.report = report
        session = URLSession(configuration: configuration)
    }

    /// Sends a question and waits for its answer.
    /// - Parameter question: JSON.
    /// - Returns: the body of an answer of status 2xx.
    /// - Throws: ``EndpointError``; the error of a task that was cancelled.
    public mutating func answer(to question: Data) async throws -> Data {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let key = settings.key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        request.httpBody = question
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
                if (200..<300).contains(status) { return data }
                let body = String(decoding: data.prefix(200), as: UTF8.self)
                guard status == 408 || status == 429 || status >= 500 else {
                    throw EndpointError(place: url.absoluteString, expected: "status 200", found: "\(status): \(body)")
                }
                wished = response.value(forHTTPHeaderField: "Retry-After").flatMap(Self.seconds)
                trouble = "status \(status)"
            } catch let error as URLError {
                trouble = "\(error.localizedDescription) (\(error.code.rawValue))"
            }
            attempt += 1
            guard attempt <= settings.retries else {
                throw EndpointError(
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
}
