/// Loops over rows of 32-bit floats: 128-bit vectors, no fused operations, one order of additions. The same input gives the
/// same bits on every machine.
enum RowLoops {
    /// `sum[j] += scale * row[j]`.
    @inline(__always)
    static func add(_ row: UnsafePointer<Float>, times scale: Float, to sum: UnsafeMutablePointer<Float>, _ count: Int)
    {
        var index = 0
        while index &+ 8 <= count {
            let at = UnsafeMutableRawPointer(sum + index)
            let value =
                at.loadUnaligned(as: SIMD8<Float>.self)
                + scale * UnsafeRawPointer(row + index).loadUnaligned(as: SIMD8<Float>.self)
            at.storeBytes(of: value, as: SIMD8<Float>.self)
            index &+= 8
        }
        while index < count {
            sum[index] += scale * row[index]
            index &+= 1
        }
    }

    /// The sum of `a[j] * b[j]`.
    @inline(__always)
    static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
        var sums = SIMD8<Float>()
        var index = 0
        while index &+ 8 <= count {
            sums +=
                UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Float>.self)
                * UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Float>.self)
            index &+= 8
        }
        var total = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]))
        while index < count {
            total += a[index] * b[index]
            index &+= 1
        }
        return total
    }
}
