/// One text or several, as strings or as ids of the model's tokens: what OpenAI's `input` and text-embeddings-inference's
/// `inputs` take.
struct TextInput: Decodable, Sendable {
    enum Item: Sendable {
        case text(String)
        case tokens([Int])
    }

    let items: [Item]

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if let text = try? single.decode(String.self) {
            items = [.text(text)]
        } else if let texts = try? single.decode([String].self) {
            items = texts.map(Item.text)
        } else if let tokens = try? single.decode([Int].self) {
            items = [.tokens(tokens)]
        } else if let lists = try? single.decode([[Int]].self) {
            items = lists.map(Item.tokens)
        } else {
            throw DecodingError.dataCorruptedError(
                in: single, debugDescription: "expected a string, strings, token ids or lists of token ids")
        }
    }
}
