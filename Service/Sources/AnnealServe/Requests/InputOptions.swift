/// The fields of text-embeddings-inference's requests that say how a text is to be cut or completed.
///
/// They are read, so that a wrong one is refused, and change nothing: no text is ever cut, and the models have no prompts.
struct InputOptions: Decodable, Sendable {
    /// From which side a text is cut.
    enum Direction: String, Decodable, Sendable {
        case left = "Left"
        case right = "Right"
        // As some clients write it.
        case lowercasedLeft = "left"
        case lowercasedRight = "right"
    }

    enum CodingKeys: String, CodingKey {
        case truncate
        case direction = "truncation_direction"
        case promptName = "prompt_name"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        _ = try fields.decodeIfPresent(Bool.self, forKey: .truncate)
        _ = try fields.decodeIfPresent(Direction.self, forKey: .direction)
        if let name = try fields.decodeIfPresent(String.self, forKey: .promptName) {
            throw DecodingError.dataCorruptedError(
                forKey: .promptName, in: fields,
                debugDescription: "expected no prompt, for the model has none; found \(name)")
        }
    }
}
