/// The rules that a critic has vetoed in this rewrite: for how long they do not bid, and how often it was.
///
/// A small hash table with open addressing, allocated once; forgetting costs as much as was noted.
struct Inhibition: ~Copyable {
    /// The most rules that a rewrite can inhibit: one a step.
    private let limit: Int
    private let mask: Int
    private let rules: UnsafeMutablePointer<UInt32>
    private let levels: UnsafeMutablePointer<UInt32>
    private let ends: UnsafeMutablePointer<Int>
    private let used: UnsafeMutablePointer<Int32>
    private(set) var count = 0

    init(limit: Int) {
        var capacity = 16
        while capacity < 2 * limit { capacity *= 2 }
        self.limit = limit
        mask = capacity - 1
        rules = .allocate(capacity: capacity)
        rules.initialize(repeating: .max, count: capacity)
        // These are written with the rule, before they are read.
        levels = .allocate(capacity: capacity)
        ends = .allocate(capacity: capacity)
        used = .allocate(capacity: limit)
    }

    deinit {
        rules.deallocate()
        levels.deallocate()
        ends.deallocate()
        used.deallocate()
    }

    mutating func removeAll() {
        for index in 0..<count { rules[Int(used[index])] = .max }
        count = 0
    }

    private func place(_ rule: Int) -> Int {
        var place = Int(truncatingIfNeeded: (UInt64(rule) &* 0x9E37_79B1) >> 7) & mask
        while rules[place] != .max && rules[place] != UInt32(rule) { place = (place + 1) & mask }
        return place
    }

    /// Notes a veto: the rule does not bid before step `end`. Beyond the limit vetoes are not noted.
    mutating func inhibit(_ rule: Int, until end: Int) {
        let place = place(rule)
        if rules[place] == .max {
            guard count < limit else { return }
            rules[place] = UInt32(rule)
            levels[place] = 0
            used[count] = Int32(place)
            count += 1
        }
        levels[place] += 1
        ends[place] = end
    }

    /// The step before which the rule does not bid, and how often it was vetoed.
    @inline(__always)
    func state(_ rule: Int) -> (end: Int, level: UInt32) {
        if count == 0 { return (0, 0) }
        let place = place(rule)
        return rules[place] == .max ? (0, 0) : (ends[place], levels[place])
    }

    /// The score after so many vetoes: halved for each when it is positive, doubled when it is not, so that a veto always
    /// lowers it. After 16 vetoes nothing more is taken off, which keeps the score inside 64 bits.
    @inline(__always)
    static func lowered(_ score: Int64, level: UInt32) -> Int64 {
        score > 0 ? score >> Int64(min(level, 16)) : score << Int64(min(level, 16))
    }
}
