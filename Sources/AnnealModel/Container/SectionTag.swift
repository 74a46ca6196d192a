/// The name of a section: four printable ASCII bytes.
///
/// This is the one place where the sections of a model file are declared.
public struct SectionTag: Hashable, Sendable, CustomStringConvertible {
    /// The four bytes as they lie in the file, the first in the lowest byte.
    public let code: UInt32

    init(code: UInt32) {
        self.code = code
    }

    /// A tag of four ASCII characters, or nil if the text is anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 4, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        code = bytes.reversed().reduce(0) { $0 &<< 8 | UInt32($1) }
    }

    private init(known text: StaticString) {
        precondition(text.utf8CodeUnitCount == 4)
        code = (0..<4).reversed().reduce(0) { $0 &<< 8 | UInt32(text.utf8Start[$1]) }
    }

    /// The four characters; bytes that are not printable show as `?`.
    public var description: String {
        var text = ""
        for shift in stride(from: UInt32(0), through: 24, by: 8) {
            let byte = UInt8(truncatingIfNeeded: code &>> shift)
            text.unicodeScalars.append(byte > 0x20 && byte < 0x7f ? Unicode.Scalar(byte) : "?")
        }
        return text
    }

    /// Whether the four bytes are printable, as every tag's must be.
    var isPrintable: Bool {
        (0..<4).allSatisfy { position in
            let byte = UInt8(truncatingIfNeeded: code &>> (UInt32(position) &* 8))
            return byte > 0x20 && byte < 0x7f
        }
    }

    /// Metadata: UTF-8 lines `key = value`, sorted by key.
    public static let metadata = SectionTag(known: "META")
    /// The SentencePiece model, byte for byte.
    public static let tokenizer = SectionTag(known: "TOKM")
    /// Counts and the exponent. See ``ModelShape``.
    public static let shape = SectionTag(known: "SHAP")
    /// Gain table: 256 UInt16.
    public static let gains = SectionTag(known: "GAIN")
    /// Scales: an Int16 a row.
    public static let scales = SectionTag(known: "SCAL")
    /// Rows: `dimension` Int8 a row.
    public static let rows = SectionTag(known: "ROWS")
    /// Rows of constants, the first ones, packed: `dimension / 2` bytes a row.
    public static let packedRows = SectionTag(known: "ROW4")
    /// Roles: three diagonals of `dimension` Int8 a role.
    public static let roles = SectionTag(known: "ROLE")
    /// Context codes: 64 Int8 a token.
    public static let codes = SectionTag(known: "CODE")
    /// Gain index by agreement: 4096 UInt8.
    public static let tanhTable = SectionTag(known: "TANH")
    /// Inverse root by count: 257 UInt32.
    public static let inverseRoots = SectionTag(known: "ROOT")
    /// Row of the places by count: 257 UInt8.
    public static let placeRows = SectionTag(known: "PROW")
    /// What each place adds to a gain index: 64 Int8 a row.
    public static let places = SectionTag(known: "PLAC")
    /// Token classes: offsets, then members.
    public static let classes = SectionTag(known: "CLAS")
    /// Names of the classes, a line each.
    public static let classNames = SectionTag(known: "CLNM")
    /// Names of the constant rows behind the tokens' rows, a line each.
    public static let constantNames = SectionTag(known: "NAME")
    /// The rules' words.
    public static let rules = SectionTag(known: "RULE")
    /// The critic: Int32 values that the engine interprets.
    public static let critic = SectionTag(known: "CRIT")
    /// What is derived from the rules, so that it need not be on opening.
    public static let ruleIndex = SectionTag(known: "RIDX")
    /// What is derived from the tokenizer, so that it need not be on opening.
    public static let tokenizerIndex = SectionTag(known: "TIDX")

    /// Every section of this version, in the order in which they lie in a file.
    public static let known: [SectionTag] = [
        .metadata, .tokenizer, .shape, .gains, .scales, .rows, .packedRows, .roles, .codes, .tanhTable, .inverseRoots,
        .placeRows, .places, .classes, .classNames, .constantNames, .rules, .critic, .ruleIndex, .tokenizerIndex,
    ]

    /// The sections that others give: see ``ModelParts/storesIndexes``.
    static let indexes: [SectionTag] = [.ruleIndex, .tokenizerIndex]

    /// The sections that no model is without.
    static let required: [SectionTag] = [.metadata, .tokenizer, .shape, .gains, .scales, .rows, .rules]

    /// Whether a reader that does not know this section must refuse the file.
    var isMandatory: Bool {
        self != .constantNames && self != .critic && !SectionTag.indexes.contains(self)
    }
}
