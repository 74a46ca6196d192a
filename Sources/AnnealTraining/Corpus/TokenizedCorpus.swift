import AnnealPlatform
public import AnnealTokens

/// The token ids of many texts as one flat array with offsets.
public struct TokenizedCorpus: Sendable {
    /// Ids of all texts, one after the other.
    public let ids: [UInt32]
    /// Text `i` has the ids `offsets[i]..<offsets[i + 1]`; one more than there are texts.
    public let offsets: [Int]

    public var count: Int { offsets.count - 1 }

    /// Tokens of a text that are kept: one window of the engine.
    public static let tokenLimit = 256

    /// - Precondition: `offsets` begin with 0, ascend, and end with `ids.count`.
    public init(ids: [UInt32], offsets: [Int]) {
        precondition(offsets.first == 0 && offsets.last == ids.count)
        self.ids = ids
        self.offsets = offsets
    }

    /// Tokenises texts on several threads.
    /// - Parameters:
    ///   - count: the number of texts.
    ///   - text: the bytes of a text, which stay valid while this runs. Called from several threads.
    /// - Complexity: O(bytes).
    public init(
        count: Int, tokenizer: Tokenizer, threads: Int, text: @escaping @Sendable (Int) -> UnsafeRawBufferPointer
    ) {
        let parts = Parallel.mapChunks(of: count, size: 4096, threads: threads) { range in
            var encoder = TokenEncoder(tokenizer)
            var ids: [UInt32] = []
            var lengths: [Int] = []
            lengths.reserveCapacity(range.count)
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.tokenLimit) { window in
                for index in range {
                    encoder.begin(text(index).bindMemory(to: UInt8.self))
                    let filled = encoder.nextKnown(into: window, starts: nil, ends: nil)
                    ids.append(contentsOf: window[..<filled])
                    lengths.append(filled)
                }
            }
            return (ids: ids, lengths: lengths)
        }
        var ids: [UInt32] = []
        var offsets = [0]
        offsets.reserveCapacity(count + 1)
        for part in parts {
            ids += part.ids
            for length in part.lengths { offsets.append(offsets[offsets.count - 1] + length) }
        }
        self.ids = ids
        self.offsets = offsets
    }

    /// The ids of one text.
    public subscript(text: Int) -> ArraySlice<UInt32> { ids[offsets[text]..<offsets[text + 1]] }

    /// The token of a text that is one token; nil for others.
    func onlyToken(of text: Int) -> UInt32? { self[text].count == 1 ? self[text].first : nil }
}
