/// The body of `POST /embed` and `POST /embed_all`.
struct EmbedRequest: Decodable, Sendable {
    let inputs: TextInput
    let normalize: Bool?
    let dimensions: Int?
    let model: String?
    let options: InputOptions

    enum CodingKeys: String, CodingKey {
        case inputs
        case normalize
        case dimensions
        case model
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        inputs = try fields.decode(TextInput.self, forKey: .inputs)
        normalize = try fields.decodeIfPresent(Bool.self, forKey: .normalize)
        dimensions = try fields.decodeIfPresent(Int.self, forKey: .dimensions)
        model = try fields.decodeIfPresent(String.self, forKey: .model)
        options = try InputOptions(from: decoder)
    }
}
