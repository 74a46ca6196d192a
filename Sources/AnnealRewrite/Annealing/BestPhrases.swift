/// The best two ordinary bids for an item that have different rows.
struct BestPhrases {
    /// Stands for no bid: a bid needs a positive confidence, which is in the upper half.
    static let none: Int64 = 1 << 32 - 1

    private(set) var first = Self.none
    private(set) var second = Self.none
    private(set) var firstRow: UInt32 = 0
    private(set) var secondRow: UInt32 = 0

    /// Takes a bid if it is better than one of them. Without a branch on the order, which is a coin toss.
    @inline(__always)
    mutating func offer(_ bid: Int64, _ row: UInt32) {
        let isFirst = bid > first
        // The lesser of the bid and the first goes on to the second place, unless both are of one row.
        let isOther = row != firstRow || first == Self.none
        let lesser = isFirst ? first : bid
        let lesserRow = isFirst ? firstRow : row
        first = isFirst ? bid : first
        firstRow = isFirst ? row : firstRow
        let isSecond = isOther && lesser > second
        second = isSecond ? lesser : second
        secondRow = isSecond ? lesserRow : secondRow
    }
}
