/// The body of `POST /rerank`.
struct RerankRequest: Decodable, Sendable {
    let query: String
    let texts: [String]
    let wantsRawScores: Bool?
    let wantsText: Bool?
    let model: String?
    let options: InputOptions

    enum CodingKeys: String, CodingKey {
        case query
        case texts
        case wantsRawScores = "raw_scores"
        case wantsText = "return_text"
        case model
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        query = try fields.decode(String.self, forKey: .query)
        texts = try fields.decode([String].self, forKey: .texts)
        wantsRawScores = try fields.decodeIfPresent(Bool.self, forKey: .wantsRawScores)
        wantsText = try fields.decodeIfPresent(Bool.self, forKey: .wantsText)
        model = try fields.decodeIfPresent(String.self, forKey: .model)
        options = try InputOptions(from: decoder)
    }
}
