import AnnealServiceKit
import HTTPTypes

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
            } else {
                self = .tokens(try single.wholeNumbers("expected a string or a list of token ids"))
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
        } else {
            items = try single.list("expected a string, strings, token ids or lists of token ids")
        }
    }
}

/// One list of token ids or several.
struct TokenLists: Decodable, Equatable, Sendable {
    private enum Item: Decodable {
        case id(Int)
        case list([Int])

        init(from decoder: any Decoder) throws {
            let single = try decoder.singleValueContainer()
            if let id = try? single.decode(Int.self) {
                self = .id(id)
            } else {
                self = .list(try single.wholeNumbers("expected a token id or a list of token ids"))
            }
        }
    }

    let lists: [[Int]]

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if let one = try? single.decode([Int].self) {
            lists = [one]
        } else if let several = try? single.decode([[Int]].self) {
            lists = several
        } else {
            // Whatever is wrong with one of them, it says itself.
            let _: [Item] = try single.list("expected token ids or lists of token ids")
            throw DecodingError.dataCorruptedError(
                in: single, debugDescription: "expected either token ids or lists of token ids")
        }
    }
}

/// A whole number of 64 bits. Of another number it says where it stands.
struct WholeNumber: Decodable, Sendable {
    let value: Int

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        do {
            value = try single.decode(Int.self)
        } catch let error as DecodingError {
            throw error
        } catch {
            // Of a number that is not whole or too large the decoder has an error of its own, without a place.
            throw DecodingError.dataCorruptedError(in: single, debugDescription: "expected a whole number")
        }
    }
}

extension SingleValueDecodingContainer {
    /// - Parameter expected: what is said of a value that is no list.
    fileprivate func wholeNumbers(_ expected: String) throws -> [Int] {
        // The fast way first.
        if let numbers = try? decode([Int].self) { return numbers }
        let numbers: [WholeNumber] = try list(expected)
        return numbers.map(\.value)
    }

    /// A list whose elements say themselves what is wrong with them.
    /// - Parameter expected: what is said of a value that is no list.
    fileprivate func list<Element: Decodable>(_ expected: String) throws -> [Element] {
        do {
            return try decode([Element].self)
        } catch let error as DecodingError {
            if case .typeMismatch(_, let place) = error, place.codingPath.count == codingPath.count {
                throw DecodingError.dataCorruptedError(in: self, debugDescription: expected)
            }
            if case .valueNotFound(_, let place) = error, place.codingPath.count == codingPath.count {
                throw DecodingError.dataCorruptedError(in: self, debugDescription: expected)
            }
            throw error
        }
    }
}

/// One of several names. Others are refused with those that there are.
protocol NamedChoice: Decodable, CaseIterable, RawRepresentable<String>, Sendable {}

extension NamedChoice {
    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        guard let value = Self(rawValue: try single.decode(String.self)) else {
            let names = Self.allCases.map(\.rawValue)
            throw DecodingError.dataCorruptedError(
                in: single,
                debugDescription: "expected \(names.dropLast().joined(separator: ", ")) or \(names.last ?? "nothing")")
        }
        self = value
    }
}

/// The fields of text-embeddings-inference's requests that say how a text is to be cut or completed. The models have no
/// prompts, so none can be asked for.
struct InputOptions: Decodable, Sendable {
    /// From which side a text is cut.
    enum Direction: String, NamedChoice {
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
        if let name = try fields.decodeIfPresent(String.self, forKey: .promptName) { throw Refusal.prompt(name) }
    }
}

/// The texts of requests.
extension EmbeddingService {
    /// The texts of an input: strings as they are, token ids as the text that they stand for.
    /// - Parameter cut: the side from which longer texts are cut; nil where they are refused.
    /// - Throws: ``Refusal`` for nothing, too much, and ids that the model does not have; ``ServiceError`` for ids where
    ///   none are taken.
    func texts(_ input: TextInput, of model: ServedModel, field: String, cut: CutSide? = nil) throws -> [String] {
        try check(count: input.items.count, field: field)
        return try input.items.enumerated().map { index, item in
            let field = EmbeddingService.name(field, index, of: input.items.count)
            switch item {
            case .text(let given): return try model.text(given, field: field, cut: cut)
            case .tokens(let ids):
                guard limits.acceptsTokenIDs else { throw ServiceError.tokenIDs(field) }
                // Tokens may stand for nothing, as control pieces do; no tokens are a mistake.
                let text = try model.decode(ids, field: field)
                return text.isEmpty ? text : try model.text(text, field: field, cut: cut)
            }
        }
    }

    /// The texts as they may be embedded.
    /// - Throws: ``Refusal`` for no text, too many, an empty one and one that is too long.
    func texts(_ texts: [String], of model: ServedModel, field: String, cut: CutSide?) throws -> [String] {
        try check(count: texts.count, field: field)
        return try texts.enumerated().map { index, text in
            try model.text(text, field: EmbeddingService.name(field, index, of: texts.count), cut: cut)
        }
    }

    /// Which item of a batch is meant: `inputs[3]`, and `inputs` where there is but one.
    private static func name(_ field: String, _ index: Int, of count: Int) -> String {
        count > 1 ? "\(field)[\(index)]" : field
    }

    func check(count: Int, field: String) throws(Refusal) {
        guard count > 0 else { throw .empty(field) }
        guard count <= limits.texts else {
            throw .tooLarge("batch size \(count) > maximum allowed batch size \(limits.texts)")
        }
    }
}
