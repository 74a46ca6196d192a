/// The body of `POST /decode`.
struct DecodeRequest: Decodable, Sendable {
    let ids: TokenLists
    let skipsSpecialTokens: Bool?
    let model: String?

    enum CodingKeys: String, CodingKey {
        case ids
        case skipsSpecialTokens = "skip_special_tokens"
        case model
    }
}
