/// The body of `POST /compare`.
struct CompareRequest: Decodable, Sendable {
    let left: String
    let right: String
    let mode: String?
    let model: String?
    /// The most pairs that are wanted.
    let pairs: Int?
}
