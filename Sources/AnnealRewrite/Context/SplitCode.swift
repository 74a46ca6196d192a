/// 32 numbers of 16 bits as two vectors: those at even places and those at odd ones.
///
/// Swift widens vectors of bytes lane by lane; loading pairs of bytes as 16-bit numbers and shifting them apart stays in
/// vector registers with the baseline instruction set. The order of the lanes does not matter to sums and products, as
/// long as it is the same everywhere, on machines of the other byte order too.
struct SplitCode {
    var even: SIMD16<Int16>
    var odd: SIMD16<Int16>

    static var zero: SplitCode { SplitCode(even: SIMD16(), odd: SIMD16()) }

    @inline(__always) init(even: SIMD16<Int16>, odd: SIMD16<Int16>) {
        self.even = even
        self.odd = odd
    }

    /// Widens 32 bytes.
    @inline(__always) init(_ bytes: UnsafePointer<Int8>) {
        let pairs = UnsafeRawPointer(bytes).loadUnaligned(as: SIMD16<Int16>.self)
        even = (pairs &<< 8) &>> 8
        odd = pairs &>> 8
    }

    @inline(__always) mutating func add(_ other: SplitCode) {
        even = even &+ other.even
        odd = odd &+ other.odd
    }

    @inline(__always) mutating func subtract(_ other: SplitCode) {
        even = even &- other.even
        odd = odd &- other.odd
    }
}
