/// The context: the sum of the keys of live items, and room for products with it.
///
/// 256 keys of one signed byte fit 16 bits: -32768...32512.
struct ContextSum: ~Copyable {
    private let sum: UnsafeMutablePointer<SplitCode>
    /// Two operands of a product, 32 numbers each.
    private let operands: UnsafeMutablePointer<Int16>

    init() {
        sum = .allocate(capacity: 1)
        sum.initialize(to: .zero)
        operands = .allocate(capacity: 2 * ContextCodes.width)
        operands.initialize(repeating: 0, count: 2 * ContextCodes.width)
    }

    deinit {
        sum.deallocate()
        operands.deallocate()
    }

    @inline(__always) var value: SplitCode {
        get { sum.pointee }
        nonmutating set { sum.pointee = newValue }
    }

    /// one · other. Through memory, because a loop over 16-bit numbers is what the compiler turns into multiply-add of
    /// pairs; products of vectors in registers it does not.
    @inline(__always) func dot(_ one: SplitCode, _ other: SplitCode) -> Int32 {
        let raw = UnsafeMutableRawPointer(operands)
        raw.storeBytes(of: one.even, as: SIMD16<Int16>.self)
        raw.storeBytes(of: one.odd, toByteOffset: 32, as: SIMD16<Int16>.self)
        raw.storeBytes(of: other.even, toByteOffset: 64, as: SIMD16<Int16>.self)
        raw.storeBytes(of: other.odd, toByteOffset: 96, as: SIMD16<Int16>.self)
        let left = operands
        let right = operands + ContextCodes.width
        var total: Int32 = 0
        var lane = 0
        while lane < ContextCodes.width {
            total = total &+ Int32(left[lane]) &* Int32(right[lane])
            lane &+= 1
        }
        return total
    }
}
