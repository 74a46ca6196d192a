/// The body of `POST /similarity`.
struct SimilarityRequest: Decodable, Sendable {
    struct Inputs: Decodable, Sendable {
        let source: String
        let sentences: [String]

        enum CodingKeys: String, CodingKey {
            case source = "source_sentence"
            case sentences
        }
    }

    let inputs: Inputs
    let parameters: InputOptions?
    let model: String?
}
