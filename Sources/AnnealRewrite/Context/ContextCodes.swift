/// The context codes of the tokens and the tables that turn agreement into a gain, as a view of memory that the caller
/// keeps alive.
///
/// With `S` the sum of the keys of all live items and `n` their number, the gain index of item `i` is
/// `tanhTable[x + 2048]` and what ``PlaceGains`` adds to it, clamped to 0...255, where `d = query_i · (S − key_i)` in 32 bits and
/// `x = clamp((d * inverseRoot[n]) >> 16, -2048, 2047)` in 64 bits with an arithmetic shift.
///
/// Sendable although it holds pointers, because nothing ever writes through them and the memory outlives the view.
public struct ContextCodes: @unchecked Sendable {
    /// Numbers in a key and in a query.
    public static let width = 32
    /// Entries of ``tanhTable``.
    public static let tanhTableCount = 4096
    /// Entries of ``inverseRoot``: one for each number of live items, 0...256.
    public static let inverseRootCount = 257

    public let tokenCount: Int
    /// 64 numbers a token: 32 of its key, then 32 of its query.
    let codes: UnsafePointer<Int8>
    let tanhTable: UnsafePointer<UInt8>
    /// 16 fraction bits; carries the scale of the codes.
    let inverseRoot: UnsafePointer<UInt32>
    let places: PlaceGains

    /// - Precondition: `codes` has `64 * tokenCount` elements, `tanhTable` ``tanhTableCount`` and `inverseRoot`
    ///   ``inverseRootCount``; the memory outlives every use of this view.
    public init(
        tokenCount: Int, codes: UnsafePointer<Int8>, tanhTable: UnsafePointer<UInt8>,
        inverseRoot: UnsafePointer<UInt32>, places: PlaceGains = .none
    ) {
        self.tokenCount = tokenCount
        self.codes = codes
        self.tanhTable = tanhTable
        self.inverseRoot = inverseRoot
        self.places = places
    }

    /// The key of a token. In bounds for tokens below ``tokenCount``, which the annealer checks.
    @inline(__always) package func key(_ token: UInt32) -> UnsafePointer<Int8> { codes + Int(token) * 64 }

    /// The gain index of agreement `agreement` among `live` items, for an item that stood at `place` of its text.
    /// - Precondition: `0 <= live <= 256`, `place >= 0`.
    @inline(__always)
    package func gainIndex(agreement: Int32, live: Int, place: Int) -> UInt8 {
        // In bounds: a program has at most 256 items, and x is clamped to the table.
        let scaled = (Int64(agreement) &* Int64(inverseRoot[live])) >> 16
        let clamped = max(-2048, min(2047, scaled))
        let index = Int32(tanhTable[Int(clamped) + 2048]) + Int32(places.offset(live: live, place: place))
        return UInt8(truncatingIfNeeded: max(0, min(255, index)))
    }
}
