/// The context: the sum of the keys of live items, 32 numbers of 16 bits.
///
/// 256 keys of one signed byte fit: -32768...32512. The loops are written so that the compiler turns each into a few
/// vector instructions of the baseline (16-bit multiply-add of pairs), without flags for a processor.
struct ContextSum: ~Copyable {
    let lanes: UnsafeMutablePointer<Int16>

    init() {
        lanes = .allocate(capacity: ContextCodes.width)
        lanes.initialize(repeating: 0, count: ContextCodes.width)
    }

    deinit { lanes.deallocate() }

    @inline(__always) func clear() {
        for lane in 0..<ContextCodes.width { lanes[lane] = 0 }
    }

    @inline(__always) func add(_ key: UnsafePointer<Int8>) {
        var lane = 0
        while lane < ContextCodes.width {
            lanes[lane] = lanes[lane] &+ Int16(truncatingIfNeeded: key[lane])
            lane &+= 1
        }
    }

    @inline(__always) func subtract(_ key: UnsafePointer<Int8>) {
        var lane = 0
        while lane < ContextCodes.width {
            lanes[lane] = lanes[lane] &- Int16(truncatingIfNeeded: key[lane])
            lane &+= 1
        }
    }

    /// code · sum.
    @inline(__always) func dot(_ code: UnsafePointer<Int8>) -> Int32 {
        var total: Int32 = 0
        var lane = 0
        while lane < ContextCodes.width {
            total = total &+ Int32(code[lane]) &* Int32(lanes[lane])
            lane &+= 1
        }
        return total
    }

    /// code · (sum − key). Without the key the sum is of at most 255 others and stays inside 16 bits.
    @inline(__always) func dot(_ code: UnsafePointer<Int8>, without key: UnsafePointer<Int8>) -> Int32 {
        var total: Int32 = 0
        var lane = 0
        while lane < ContextCodes.width {
            let others = lanes[lane] &- Int16(truncatingIfNeeded: key[lane])
            total = total &+ Int32(code[lane]) &* Int32(others)
            lane &+= 1
        }
        return total
    }
}
