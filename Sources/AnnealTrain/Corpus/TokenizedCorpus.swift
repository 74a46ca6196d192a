/// The token ids of all texts of a corpus, flat.
public struct TokenizedCorpus: Sendable {
    public let ids: [UInt32]
    /// Text `t` has the tokens `ids[offsets[t] ..< offsets[t + 1]]`.
    public let offsets: [Int]
    /// Number of texts.
    public var count: Int { offsets.count - 1 }

    /// - Precondition: `offsets` ascends from 0 to `ids.count`.
    public init(ids: [UInt32], offsets: [Int]) {
        precondition(offsets.first == 0 && offsets.last == ids.count)
        self.ids = ids
        self.offsets = offsets
    }
}
