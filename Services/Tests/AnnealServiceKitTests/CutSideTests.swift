import Testing

@testable import AnnealServiceKit

@Suite("Texts that are cut")
struct CutSideTests {
    @Test("The most code points that fit are kept, from either side")
    func longest() {
        let text = "aé北😀 e\u{301}z"
        let scalars = Array(text.unicodeScalars)
        for limit in 0...text.utf8.count + 1 {
            // The slow way: one code point less until it fits.
            func longest(_ drop: (inout [Unicode.Scalar]) -> Void) -> String {
                var kept = scalars
                while kept.reduce(0, { $0 + UTF8.width($1) }) > limit { drop(&kept) }
                return String(String.UnicodeScalarView(kept))
            }
            let right = CutSide.right.cut(text, toBytes: limit)
            let left = CutSide.left.cut(text, toBytes: limit)
            #expect(Array(right.utf8) == Array(longest { $0.removeLast() }.utf8), "\(limit) bytes from the right")
            #expect(Array(left.utf8) == Array(longest { $0.removeFirst() }.utf8), "\(limit) bytes from the left")
        }
    }
}
