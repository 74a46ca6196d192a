/// Numbers for byte strings, 0, 1, … in the order in which they come.
///
/// The strings lie one behind the other in one array, so that millions of them are a few allocations.
struct WordTable {
    private(set) var count = 0
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Open addressing: the number of a string and one; 0 where there is none. A power of two of them.
    private var slots = [UInt32](repeating: 0, count: 1 << 12)

    /// The bytes of a string, valid during the call.
    func withBytes<Result>(of number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let range = (number == 0 ? 0 : ends[number - 1])..<ends[number]
        return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// The number of a string, which is given one if it has none and the table has fewer than `most`.
    /// - Complexity: O(bytes) in the mean.
    mutating func number(of word: UnsafeBufferPointer<UInt8>, most: Int = .max) -> Int? {
        var slot = Self.hash(word) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if withBytes(of: number, { $0.elementsEqual(word) }) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard count < most else { return nil }
        bytes.append(contentsOf: word)
        ends.append(bytes.count)
        count += 1
        slots[slot] = UInt32(count)
        if 2 * count > slots.count { grow() }
        return count - 1
    }

    private mutating func grow() {
        var larger = [UInt32](repeating: 0, count: 2 * slots.count)
        for number in 0..<count {
            var slot = withBytes(of: number, Self.hash) & (larger.count - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = UInt32(number + 1)
        }
        slots = larger
    }

    /// FNV-1a, its high bits mixed into the low ones.
    private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 29) & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
