/// One text or several, as strings or as ids of the model's tokens: what OpenAI's `input` and text-embeddings-inference's
/// `inputs` take.
struct TextInput: Decodable, Sendable {
    enum Item: Sendable {
        case text(String)
        case tokens([Int])
    }

    let items: [Item]
    /// Whether there were brackets around the texts.
    let isList: Bool

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if let text = try? single.decode(String.self) {
            items = [.text(text)]
            isList = false
        } else if let texts = try? single.decode([String].self) {
            items = texts.map(Item.text)
            isList = true
        } else if let tokens = try? single.decode([Int].self) {
            items = [.tokens(tokens)]
            isList = false
        } else if let lists = try? single.decode([[Int]].self) {
            items = lists.map(Item.tokens)
            isList = true
        } else {
            throw DecodingError.dataCorruptedError(
                in: single, debugDescription: "expected a string, strings, token ids or lists of token ids")
        }
    }
}
