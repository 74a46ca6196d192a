public import AnnealContainer

/// What a table says of itself behind the parts that version 1 has. Readers of version 1 do not look at it.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 4 | magic, 0x454D4258 |
/// | 4 | 4 | version 1 |
/// | 8 | 8 | bytes of the trailer |
/// | 16 | 8 | count of all tokens of the texts |
/// | 24 | 4 | smoothing of the weights, float32 |
/// | 28 | 4 | bytes of the longest piece of an entry |
/// | 32 | 8 | XXH64 of the table before the trailer |
/// | 40 | 8 | print of the model file, see ``ModelRows`` |
/// | 48 | 4 | numbers of a row of the model |
/// | 52 | 4 | length of a mean row, float32 |
/// | 56 | 4 | weights of character n-grams, a power of two or 0 |
/// | 60 | 4 | 1: identifiers are split; 2: rows are mapped into the space of an engine; the sum of both, or 0 |
/// | 64 | 32 | hash of the engine's model, or zeros |
/// | 96 | 4 each | weights of n-grams, float32 |
/// | then | 4, 2, 4 each | where rows are mapped the ``RowMap``: centre, matrix, target |
/// | end − 8 | 8 | XXH64 of the trailer before it |
public struct LookupTrailer: Sendable {
    static let magic: UInt32 = 0x454D_4258
    static let version: UInt32 = 1
    static let headSize = 96
    static let checksumSize = 8
    /// More n-gram weights would only take room.
    static let gramLimit = 1 << 20
    /// Bytes of a piece of an entry, at most: pieces are sought from each place of what is unknown, the longest first.
    static let pieceLimit = 256

    /// How many tokens the texts had, those of no entry too.
    public var total: UInt64
    /// `a` of the weights `a / (a + frequency / total)`.
    public var smoothing: Float
    /// The longest piece of an entry, in bytes.
    public var longestPiece: Int
    /// What tells the model file from others: ``ModelRows/print``.
    public var modelPrint: UInt64
    /// Numbers of a row of the model.
    public var modelWidth: Int
    /// The mean Euclidean length of the table's rows.
    public var rowLength: Float
    /// Whether identifiers are split before they are cut into pieces.
    public var splitsIdentifiers: Bool
    /// Weights of character n-grams by their hashes.
    public var gramWeights: [Float]
    /// How rows of the model come into the space of an engine; nil in a raw table.
    public var alignment: LookupAlignment?

    /// What no trailer exceeds.
    static func byteLimit(dimension: Int) -> Int {
        headSize + 4 * gramLimit + RowMap.byteCount(width: TableLayout.dimensionLimit, dimension: dimension)
            + checksumSize
    }

    /// Bytes, checksum included.
    var byteCount: Int {
        Self.headSize + 4 * gramWeights.count + (alignment?.map.byteCount ?? 0) + Self.checksumSize
    }
}

/// The space that rows were mapped into, and the map.
public struct LookupAlignment: Sendable {
    /// The hash of the engine's model.
    public let engine: ContentHash
    /// From rows of the model file to the space.
    public let map: RowMap
}
