public import Anneal
public import AnnealCodes
import AnnealModel
public import AnnealTokens

/// A model under the name that clients call it by, the mode in which it embeds, and what a text may be.
public struct ServedModel: Sendable {
    /// What texts are taken.
    public struct TextRules: Sendable {
        /// The most bytes of one text: about a tenth of a second of work.
        public var bytes = 1 << 20
        /// Whether a text without a byte has a vector, which is zero, or is refused as a mistake.
        public var acceptsEmpty = false

        public init() {}
    }

    public let name: String
    /// Other names that mean it where no model is called so: those of the file, by its metadata and as it lies there.
    public let aliases: Set<String>
    public let mode: Mode
    public let rules: TextRules
    public internal(set) var engine: Engine
    /// Where its file lies, beside which others of it may lie; nil where nobody says.
    let path: String?
    /// The codecs in whose codes its vectors may be asked for, by name.
    public internal(set) var codecs: [String: CodecFile]

    /// - Parameters:
    ///   - name: as the operator calls it; nil for the name that the model file itself has.
    ///   - fileName: what it is called else, and besides.
    ///   - path: where its file lies.
    ///   - codecs: by the names that clients ask with.
    public init(
        name: String? = nil, fileName: String, engine: Engine, path: String? = nil, codecs: [String: CodecFile] = [:],
        mode: Mode = .compiled, rules: TextRules = TextRules()
    ) {
        let own = engine.model.metadata["name"]
        self.name = name ?? own ?? fileName
        aliases = Set([own, fileName].compactMap { $0 })
        self.mode = mode
        self.rules = rules
        self.engine = engine
        self.path = path
        self.codecs = codecs
    }

    public var tokenizer: Tokenizer { engine.model.tokenizer }
    public var contentHash: String { "\(engine.model.contentHash)" }
    /// Rows of its lookup table; nil without one.
    public var lookupRows: Int? { engine.lookup?.count }

    // MARK: What is asked for

    /// The text as it may be worked on.
    /// - Parameter cut: the side from which a longer one is cut; nil where it is refused.
    /// - Throws: ``Refusal`` for an empty text, unless these are taken, and one that is too long.
    public func text(_ given: String, field: String, cut: CutSide? = nil) throws(Refusal) -> String {
        guard rules.acceptsEmpty || !given.isEmpty else { throw .empty(field) }
        guard given.utf8.count > rules.bytes else { return given }
        guard let cut else {
            throw .tooLarge("`\(field)`: expected a text of at most \(rules.bytes) bytes, found \(given.utf8.count)")
        }
        return cut.cut(given, toBytes: rules.bytes)
    }

    /// The text that tokens stand for.
    /// - Throws: ``Refusal`` for no ids, for too many, and for those that the model does not have.
    public func decode(_ ids: some Collection<some BinaryInteger>, field: String) throws(Refusal) -> String {
        guard !ids.isEmpty else { throw .empty(field) }
        // A token has a byte at least.
        guard ids.count <= rules.bytes else {
            throw .tooLarge("`\(field)`: expected at most \(rules.bytes) ids of a text, found \(ids.count)")
        }
        if let wrong = ids.first(where: { $0 < 0 || $0 >= tokenizer.pieceCount }) {
            throw Refusal(
                .tokens, "`\(field)`: expected token ids from 0 to \(tokenizer.pieceCount - 1), found \(wrong)")
        }
        return tokenizer.decode(ids.lazy.map { UInt32($0) })
    }

    /// - Throws: ``Refusal`` for a number of dimensions that the model does not have.
    public func settings(normalize: Bool, dimensions: Int?) throws(Refusal) -> SessionSettings {
        do throws(EngineError) {
            return try engine.settings(mode: mode, normalize: normalize, dimension: dimensions)
        } catch {
            throw .invalid("`dimensions`: \(error)")
        }
    }

    // MARK: What is done

    /// The tokens of a text, with their bytes.
    public func tokens(of text: String) throws(Refusal) -> TokenizedText {
        engine.withSession(try settings(normalize: true, dimensions: nil)) { session in
            TokenizedText(text, &session, tokenizer)
        }
    }

    public func countTokens(_ text: String) throws(Refusal) -> Int {
        var text = text
        return engine.withSession(try settings(normalize: true, dimensions: nil)) { session in
            text.withUTF8 { session.countTokens($0.span) }
        }
    }
}

/// The tokens of a text, and which of them the vocabulary does not know.
public struct TokenizedText: Sendable {
    public let tokens: [Token]
    /// For each token, whether the vocabulary has nothing to add for it: an unknown piece, or a word boundary before one.
    public let isUnknown: [Bool]
    public let unknown: UnknownBytes

    init(_ text: String, _ session: inout Session, _ tokenizer: Tokenizer) {
        var tokens: [Token] = []
        var text = text
        text.withUTF8 { utf8 in
            session.tokenize(utf8.span) { ids, starts, ends in
                for index in ids.indices {
                    tokens.append(Token(id: ids[index], start: starts[index], end: ends[index]))
                }
            }
        }
        self.tokens = tokens
        isUnknown = tokenizer.isLeftOut(tokens)
        unknown = UnknownBytes(
            count: zip(tokens, isUnknown).reduce(0) { $0 + ($1.1 ? Int($1.0.end - $1.0.start) : 0) },
            of: text.utf8.count)
    }
}

/// How many bytes of one text, or of several, the vocabulary does not know.
public struct UnknownBytes: Equatable, Sendable {
    public let count: Int
    public let total: Int

    public init(count: Int = 0, of total: Int = 0) {
        self.count = count
        self.total = total
    }

    /// The unknown part, from 0 to 1, as explanations tell it; 0 where there is no text.
    public var share: Double { total > 0 ? Double(count) / Double(total) : 0 }

    public static func + (some: UnknownBytes, more: UnknownBytes) -> UnknownBytes {
        UnknownBytes(count: some.count + more.count, of: some.total + more.total)
    }

    /// Those of the text that the session has just embedded. One without unknown tokens costs nothing; else its tokens are
    /// made once more, with their bytes.
    public init(of text: String, embeddedBy session: inout Session, _ tokenizer: Tokenizer) {
        self =
            session.unknownCount == 0
            ? UnknownBytes(of: text.utf8.count) : TokenizedText(text, &session, tokenizer).unknown
    }
}
