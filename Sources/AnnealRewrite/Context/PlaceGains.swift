/// What the place of an item in its text adds to its gain index, as a view of memory that the caller keeps alive.
///
/// A text of `n` live items uses the row `rowOfLive[n]`; the item that stood at place `p` of the text before any rewrite
/// gets `offsets[row][min(p, 63)]` added to what ``ContextCodes`` gives, and the sum is clamped to 0...255.
///
/// Sendable although it holds pointers, because nothing ever writes through them and the memory outlives the view.
public struct PlaceGains: @unchecked Sendable {
    /// Places of a row; the last is that of all that follow.
    public static let width = 64
    /// Entries of ``rowOfLive``: one for each number of live items, 0...256.
    public static let liveCount = 257

    /// The most rows that there may be.
    public static let rowLimit = 256

    /// The row of each number of live items.
    let rowOfLive: UnsafePointer<UInt8>
    /// ``width`` numbers a row.
    let offsets: UnsafePointer<Int8>

    /// - Precondition: `rowOfLive` has ``liveCount`` elements and `offsets` ``width`` for each row that one of them names;
    ///   the memory outlives every use of this view.
    public init(rowOfLive: UnsafePointer<UInt8>, offsets: UnsafePointer<Int8>) {
        self.rowOfLive = rowOfLive
        self.offsets = offsets
    }

    /// Places that count for nothing.
    public static let none: PlaceGains = {
        // Never freed: there is one for the process.
        let zeros = UnsafeMutablePointer<UInt8>.allocate(capacity: liveCount)
        zeros.initialize(repeating: 0, count: liveCount)
        let offsets = UnsafeMutablePointer<Int8>.allocate(capacity: width)
        offsets.initialize(repeating: 0, count: width)
        return PlaceGains(rowOfLive: zeros, offsets: offsets)
    }()

    /// What is added at a place of a text of `live` items.
    /// - Precondition: `0 <= live <= 256`, `place >= 0`.
    @inline(__always)
    func offset(live: Int, place: Int) -> Int8 {
        offsets[Int(rowOfLive[live]) &* PlaceGains.width &+ min(place, PlaceGains.width &- 1)]
    }
}
