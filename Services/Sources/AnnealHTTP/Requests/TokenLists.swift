/// One list of token ids or several.
struct TokenLists: Decodable, Equatable, Sendable {
    let lists: [[Int]]

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if let one = try? single.decode([Int].self) {
            lists = [one]
        } else if let several = try? single.decode([[Int]].self) {
            lists = several
        } else {
            throw DecodingError.dataCorruptedError(
                in: single, debugDescription: "expected token ids or lists of token ids")
        }
    }
}
