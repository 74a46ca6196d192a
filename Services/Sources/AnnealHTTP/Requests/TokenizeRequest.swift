/// The body of `POST /tokenize`. The model has no special tokens, so whether they are wanted changes nothing.
struct TokenizeRequest: Decodable, Sendable {
    let inputs: TextInput
    let addsSpecialTokens: Bool?
    let model: String?
    let options: InputOptions

    enum CodingKeys: String, CodingKey {
        case inputs
        case addsSpecialTokens = "add_special_tokens"
        case model
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        inputs = try fields.decode(TextInput.self, forKey: .inputs)
        addsSpecialTokens = try fields.decodeIfPresent(Bool.self, forKey: .addsSpecialTokens)
        model = try fields.decodeIfPresent(String.self, forKey: .model)
        options = try InputOptions(from: decoder)
    }
}
