import AnnealPlatform

/// Digits of various bases as one whole number in some bytes, the highest byte and the first digit first.
///
/// Digits are put together to groups of less than 2^16, and a group at a time is multiplied into the number: with bases that
/// are powers of two this is their bits, one behind the other.
struct MixedRadix: Sendable, Equatable {
    let bases: [Int]
    let byteCount: Int
    /// The first digit of each group, with what follows the last, and the product of each group's bases.
    private let starts: [Int]
    private let products: [UInt32]

    private static let groupMost = 1 << 16

    /// - Parameter bases: at least 1 and at most 256 each.
    init(bases: [Int], byteCount: Int) {
        precondition(bases.allSatisfy { (1...256).contains($0) })
        self.bases = bases
        self.byteCount = byteCount
        var starts: [Int] = []
        var products: [UInt32] = []
        for (index, base) in bases.enumerated() {
            if let last = products.last, Int(last) * base <= Self.groupMost {
                products[products.count - 1] = last * UInt32(base)
            } else {
                starts.append(index)
                products.append(UInt32(base))
            }
        }
        self.starts = starts + [bases.count]
        self.products = products
    }

    /// Whether there are codes for all digits.
    var fits: Bool {
        let digits = bases.map { UInt8($0 - 1) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, byteCount)) { code in
            guard let code = code.baseAddress else { return false }
            return write(digits, to: code)
        }
    }

    /// Writes the number of some digits.
    /// - Returns: false if it has no room; the code is of no use then.
    /// - Complexity: O(groups · bytes).
    @discardableResult
    func write(_ digits: UnsafePointer<UInt8>, to code: UnsafeMutablePointer<UInt8>) -> Bool {
        for index in 0..<byteCount { code[index] = 0 }
        // The number so far has no byte other than zero before this one.
        var first = byteCount
        for (group, product) in products.enumerated() {
            var carry: UInt32 = 0
            for digit in starts[group]..<starts[group + 1] {
                carry = carry * UInt32(bases[digit]) + UInt32(digits[digit])
            }
            var place = byteCount
            while place > first || carry > 0 {
                guard place > 0 else { return false }
                place -= 1
                // At most 255 · 2^16 + 2^16 - 1: inside 32 bits.
                carry += UInt32(code[place]) * product
                code[place] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            first = min(first, place)
        }
        return true
    }

    /// The digits of a number; what is above the first is left out, so that any bytes have digits.
    /// - Parameter rest: room for as many bytes as a code has.
    /// - Complexity: O(groups · bytes).
    func read(
        _ code: UnsafePointer<UInt8>, rest: UnsafeMutablePointer<UInt8>, to digits: UnsafeMutablePointer<UInt8>
    ) {
        var first = byteCount
        for index in (0..<byteCount).reversed() {
            rest[index] = code[index]
            if code[index] != 0 { first = index }
        }
        for group in products.indices.reversed() {
            var remainder: UInt32 = 0
            for place in first..<byteCount {
                remainder = remainder << 8 | UInt32(rest[place])
                rest[place] = UInt8(truncatingIfNeeded: remainder / products[group])
                remainder %= products[group]
            }
            while first < byteCount, rest[first] == 0 { first += 1 }
            for digit in (starts[group]..<starts[group + 1]).reversed() {
                digits[digit] = UInt8(remainder % UInt32(bases[digit]))
                remainder /= UInt32(bases[digit])
            }
        }
    }
}
