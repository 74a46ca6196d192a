public import AnnealContainer

/// Everything that a model file says, as plain arrays: what ``ModelWriter`` writes and ``ModelAssembler`` returns.
public struct ModelParts: Equatable, Sendable {
    /// The tables of context-dependent gains; all or none.
    public struct Context: Equatable, Sendable {
        /// 64 values a token: the key, then the query.
        public var codes: [Int8]
        /// 4096 gain indices by agreement.
        public var tanhTable: [UInt8]
        /// 257 factors by the count of live items.
        public var inverseRoots: [UInt32]
        /// 257 rows of ``places`` by the count of live items; empty, as they are, where the place counts for nothing.
        public var placeRows: [UInt8]
        /// 64 values a row: what is added to the gain index at each place.
        public var places: [Int8]

        public init(
            codes: [Int8], tanhTable: [UInt8], inverseRoots: [UInt32], placeRows: [UInt8] = [], places: [Int8] = []
        ) {
            self.codes = codes
            self.tanhTable = tanhTable
            self.inverseRoots = inverseRoots
            self.placeRows = placeRows
            self.places = places
        }
    }

    /// The token classes; absent where there are none.
    public struct Classes: Equatable, Sendable {
        /// The classes' names, in order of their ids.
        public var names: [String]
        /// Token `t` is in the classes `members[offsets[t]..<offsets[t + 1]]`.
        public var offsets: [UInt32]
        public var members: [UInt16]

        public init(names: [String], offsets: [UInt32], members: [UInt16]) {
            self.names = names
            self.offsets = offsets
            self.members = members
        }
    }

    /// A section that this version does not know and keeps.
    public struct Extra: Equatable, Sendable {
        public var tag: SectionTag
        public var bytes: [UInt8]

        public init(tag: SectionTag, bytes: [UInt8]) {
            self.tag = tag
            self.bytes = bytes
        }
    }

    public var metadata = Metadata()
    /// The SentencePiece model, byte for byte.
    public var tokenizer: [UInt8] = []
    public var tokenCount = 0
    public var dimension = 0
    public var exponent: Int32 = 0
    /// A scale a row, 1...12000.
    public var scales: [Int16] = []
    /// `dimension` values a row.
    public var rows: [Int8] = []
    /// 256 gains in Q12; entry 128 is 4096.
    public var gainTable: [UInt16] = []
    /// Three diagonals of `dimension` values a role.
    public var roles: [Int8] = []
    public var context: Context?
    public var classes: Classes?
    /// A name for each row from `tokenCount` on.
    public var constantNames: [String]?
    /// The rules as `RuleTable.encode` gives them.
    public var ruleWords: [UInt32] = []
    public var ruleCount = 0
    public var critic: [Int32]?
    /// Whether the file gets sections of what opening would compute from tokenizer and rules, to be read where they lie:
    /// a cold process starts sooner, and the file is larger by some 12 bytes a unit of the tokenizer's trie, 20 bytes a
    /// piece and 40 to 60 bytes a rule.
    public var storesIndexes = true
    /// Sections that this version does not know, sorted by tag.
    public var extras: [Extra] = []

    public init() {}

    /// The counts that these parts give.
    public var shape: ModelShape {
        ModelShape(
            dimension: dimension, tokenCount: tokenCount, rowCount: scales.count,
            roleCount: dimension > 0 ? roles.count / (3 * dimension) : 0, classCount: classes?.names.count ?? 0,
            ruleCount: ruleCount, exponent: exponent)
    }
}
