public import AnnealEndpoints

/// A teacher behind an OpenAI-compatible endpoint.
public struct EndpointTeacher: Teacher, Sendable {
    public let description: TeacherDescription
    public var batchLimit: Int { client.settings.batch }
    private var client: EndpointClient

    /// Asks for the vector of one word, to learn the width.
    /// - Parameters:
    ///   - note: how the teacher is asked, for the store.
    ///   - report: called before each pause with what went wrong.
    /// - Throws: ``TrainError``.
    public init(
        _ settings: EndpointSettings, encoding: TeacherEncoding, note: String = "endpoint",
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        var client = try EndpointClient(settings, report: report)
        let probe = try await client.vectors(of: ["word"], width: nil)
        description = TeacherDescription(
            teacher: settings.model, settings: note, width: probe.count, encoding: encoding)
        try description.check(settings.address)
        self.client = client
    }

    public mutating func vectors(of texts: [(number: Int, text: String)]) async throws -> [Float] {
        try await client.vectors(of: texts.map(\.text), width: description.width)
    }
}
