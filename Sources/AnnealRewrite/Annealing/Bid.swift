/// A rule that matches somewhere, as an entry in the race.
///
/// The order is total: a higher score first; then the lower rule id, the lower first matched slot, and the lower
/// remaining slots one after the other. The tie word holds rule and slots so that this is one comparison.
struct Bid {
    var score: Int64
    /// Rule id in the upper half; four slots of eight bits in the lower, the first in the highest bits, unused ones 0.
    var tie: UInt64

    /// Worse than every bid.
    static let none = Bid(score: .min, tie: .max)

    @inline(__always) init(score: Int64, tie: UInt64) {
        self.score = score
        self.tie = tie
    }

    @inline(__always) init(score: Int64, rule: Int, slots: UInt32) {
        self.init(score: score, tie: UInt64(rule) << 32 | UInt64(slots))
    }

    @inline(__always) var exists: Bool { tie != .max }
    @inline(__always) var rule: Int { Int(tie >> 32) }
    @inline(__always) var slots: UInt32 { UInt32(truncatingIfNeeded: tie) }
    @inline(__always) func slot(_ atom: Int) -> Int { Bid.slot(slots, atom) }

    @inline(__always) static func slot(_ slots: UInt32, _ atom: Int) -> Int {
        Int(slots >> UInt32(24 &- 8 &* atom) & 0xFF)
    }

    @inline(__always) func beats(_ other: Bid) -> Bool {
        score != other.score ? score > other.score : tie < other.tie
    }
}
