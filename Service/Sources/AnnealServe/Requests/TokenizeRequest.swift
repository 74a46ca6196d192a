/// The body of `POST /tokenize`. The model has no special tokens, so whether they are wanted changes nothing.
struct TokenizeRequest: Decodable, Sendable {
    let inputs: TextInput
    let addsSpecialTokens: Bool?
    let model: String?

    enum CodingKeys: String, CodingKey {
        case inputs
        case addsSpecialTokens = "add_special_tokens"
        case model
    }
}
