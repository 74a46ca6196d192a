/// The body of `POST /explain`.
struct ExplainRequest: Decodable, Sendable {
    let text: String
    let mode: String?
    /// Rewriting stops after so many steps.
    let stepLimit: Int?
    let model: String?

    enum CodingKeys: String, CodingKey {
        case text
        case mode
        case stepLimit = "stop_after"
        case model
    }
}
