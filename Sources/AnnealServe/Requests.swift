// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are those of the clients' JSON.

/// `POST /v1/embeddings`
struct OpenAIEmbeddingRequest: Decodable {
    enum Encoding: String, Decodable {
        case float
        case base64
    }

    let input: TextInput
    let model: String?
    let dimensions: Int?
    let encoding_format: Encoding?
}

/// `POST /embed`
struct EmbedRequest: Decodable {
    /// From which side a text is cut; here none ever is.
    enum Direction: String, Decodable {
        case left = "Left"
        case right = "Right"
    }

    let inputs: TextInput
    let normalize: Bool?
    let truncate: Bool?
    let truncation_direction: Direction?
    let dimensions: Int?
}

/// `POST /similarity`
struct SimilarityRequest: Decodable {
    struct Inputs: Decodable {
        let source_sentence: String
        let sentences: [String]
    }

    let inputs: Inputs
}

/// `POST /rerank`
struct RerankRequest: Decodable {
    let query: String
    let texts: [String]
    let raw_scores: Bool?
    let return_text: Bool?
    let truncate: Bool?
}

/// `POST /tokenize`
struct TokenizeRequest: Decodable {
    let inputs: TextInput
    let add_special_tokens: Bool?
}

/// `POST /decode`
struct DecodeRequest: Decodable {
    /// One list of ids or several.
    struct IDs: Decodable {
        let lists: [[Int]]

        init(from decoder: any Decoder) throws {
            let single = try decoder.singleValueContainer()
            if let one = try? single.decode([Int].self) {
                lists = [one]
            } else {
                lists = try single.decode([[Int]].self)
            }
        }
    }

    let ids: IDs
    let skip_special_tokens: Bool?
}

/// `POST /explain`
struct ExplainRequest: Decodable {
    let text: String
    let mode: String?
    let stop_after: Int?
}

/// `POST /compare`
struct CompareRequest: Decodable {
    let left: String
    let right: String
    let mode: String?
}
