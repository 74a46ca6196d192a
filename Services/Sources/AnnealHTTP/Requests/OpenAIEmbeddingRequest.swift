/// The body of `POST /v1/embeddings`. Fields that it does not know, such as `user`, are passed over.
struct OpenAIEmbeddingRequest: Decodable, Sendable {
    enum Encoding: String, Decodable, Sendable {
        case float
        case base64
    }

    let input: TextInput
    let model: String?
    let dimensions: Int?
    let encoding: Encoding?

    enum CodingKeys: String, CodingKey {
        case input
        case model
        case dimensions
        case encoding = "encoding_format"
    }
}
