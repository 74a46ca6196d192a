/// Sorting of integers by their digits, stable.
package enum RadixSort {
    /// Sorts by `bits` bits from bit `first` on; what is equal there keeps its order.
    /// - Complexity: O(n · bits / 11); a second array of the same size.
    package static func sort(_ keys: inout [UInt64], from first: Int, bits: Int) {
        var other = [UInt64](repeating: 0, count: keys.count)
        var done = 0
        while done < bits {
            let shift = UInt64(first + done)
            let digitBits = min(11, bits - done)
            let mask = UInt64(1) << UInt64(digitBits) - 1
            var places = [Int](repeating: 0, count: 1 << digitBits)
            keys.withUnsafeBufferPointer { keys in
                other.withUnsafeMutableBufferPointer { other in
                    for key in keys { places[Int(key >> shift & mask)] += 1 }
                    var sum = 0
                    for digit in places.indices {
                        let count = places[digit]
                        places[digit] = sum
                        sum += count
                    }
                    places.withUnsafeMutableBufferPointer { places in
                        for key in keys {
                            let digit = Int(key >> shift & mask)
                            other[places[digit]] = key
                            places[digit] += 1
                        }
                    }
                }
            }
            swap(&keys, &other)
            done += digitBits
        }
    }
}
