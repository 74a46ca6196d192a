import AnnealServiceKit

/// The fields of text-embeddings-inference's requests that say how a text is to be cut or completed. The models have no
/// prompts, so none can be asked for.
struct InputOptions: Decodable, Sendable {
    /// From which side a text is cut.
    enum Direction: String, Decodable, Sendable {
        case left = "Left"
        case right = "Right"
        // As some clients write it.
        case lowercasedLeft = "left"
        case lowercasedRight = "right"

        var side: CutSide {
            switch self {
            case .left, .lowercasedLeft: .left
            case .right, .lowercasedRight: .right
            }
        }
    }

    /// The side from which texts are cut that are longer than they may be; nil where they are to be refused.
    let cut: CutSide?

    enum CodingKeys: String, CodingKey {
        case truncate
        case direction = "truncation_direction"
        case promptName = "prompt_name"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let isCut = try fields.decodeIfPresent(Bool.self, forKey: .truncate) ?? false
        let direction = try fields.decodeIfPresent(Direction.self, forKey: .direction) ?? .right
        cut = isCut ? direction.side : nil
        if let name = try fields.decodeIfPresent(String.self, forKey: .promptName) {
            throw DecodingError.dataCorruptedError(
                forKey: .promptName, in: fields,
                debugDescription: "expected no prompt, for the model has none; found \(name)")
        }
    }
}
