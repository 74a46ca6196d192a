public import AnnealContainer

/// The sections of a model file: this is the one place where they are declared.
extension SectionTag {
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

    /// The sections that others give: see ``ModelParts/storesIndexes``.
    static let indexes: [SectionTag] = [.ruleIndex, .tokenizerIndex]
}

extension ContainerKind {
    /// A model file: every section of this version, in the order in which they lie in a file.
    static let model = ContainerKind(
        letters: "ANNL",
        known: [
            .metadata, .tokenizer, .shape, .gains, .scales, .rows, .packedRows, .roles, .codes, .tanhTable,
            .inverseRoots, .placeRows, .places, .classes, .classNames, .constantNames, .rules, .critic, .ruleIndex,
            .tokenizerIndex,
        ],
        optional: [.constantNames, .critic, .ruleIndex, .tokenizerIndex],
        required: [.metadata, .tokenizer, .shape, .gains, .scales, .rows, .rules])
}
