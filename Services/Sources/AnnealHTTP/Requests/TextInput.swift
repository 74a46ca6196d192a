/// One text or several, as strings or as ids of the model's tokens: what OpenAI's `input` and text-embeddings-inference's
/// `inputs` take.
struct TextInput: Decodable, Equatable, Sendable {
    enum Item: Decodable, Equatable, Sendable {
        case text(String)
        case tokens([Int])

        init(from decoder: any Decoder) throws {
            let single = try decoder.singleValueContainer()
            if let text = try? single.decode(String.self) {
                self = .text(text)
            } else if let tokens = try? single.decode([Int].self) {
                self = .tokens(tokens)
            } else {
                throw DecodingError.dataCorruptedError(
                    in: single, debugDescription: "expected a string or a list of token ids")
            }
        }
    }

    let items: [Item]

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        // In the order of how often they are sent: a guess that fails costs an error with its description.
        if let texts = try? single.decode([String].self) {
            items = texts.map(Item.text)
        } else if let text = try? single.decode(String.self) {
            items = [.text(text)]
        } else if let tokens = try? single.decode([Int].self) {
            items = [.tokens(tokens)]
        } else if let mixed = try? single.decode([Item].self) {
            items = mixed
        } else {
            throw DecodingError.dataCorruptedError(
                in: single,
                debugDescription:
                    "expected a string, strings, token ids or lists of token ids; strings without lone surrogates")
        }
    }
}
