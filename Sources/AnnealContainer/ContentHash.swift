/// The identity of a container: SHA-256 of all that the file says.
///
/// Written here because without Foundation (and its CryptoKit or a package of it) nothing on Linux gives a SHA-256,
/// and a model's identity must be one that other tools (`sha256sum`, Python's `hashlib`) can compute too.
/// It is computed when a file is written and checked when asked for, never on opening.
/// - Complexity: O(n), about 200 MB/s.
/// - SeeAlso: FIPS 180-4, "Secure Hash Standard".
public struct ContentHash: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes of the hash.
    public let bytes: [UInt8]

    /// A hash read from a file.
    /// - Precondition: 32 bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 32)
        self.bytes = bytes
    }

    /// The hash in 64 lower-case hexadecimal digits.
    public var description: String {
        var text = ""
        text.reserveCapacity(64)
        for byte in bytes {
            text.unicodeScalars.append(Unicode.Scalar(HexDigits.lower(byte &>> 4)))
            text.unicodeScalars.append(Unicode.Scalar(HexDigits.lower(byte & 15)))
        }
        return text
    }

    /// Hashes bytes.
    /// - Complexity: O(n).
    public init(of data: UnsafeRawBufferPointer) {
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        let whole = data.count / 64 * 64
        if let base = data.baseAddress, whole > 0 {
            ContentHash.compress(&state, base, blocks: whole / 64)
        }
        // The tail: the bytes left, a one bit, zeros, and the length in bits; one block or two.
        var tail = [UInt8](data[whole...])
        tail.append(0x80)
        while tail.count % 64 != 56 { tail.append(0) }
        let bitCount = UInt64(data.count) &* 8
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            tail.append(UInt8(truncatingIfNeeded: bitCount &>> shift))
        }
        tail.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { ContentHash.compress(&state, base, blocks: bytes.count / 64) }
        }
        var result: [UInt8] = []
        for word in state {
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                result.append(UInt8(truncatingIfNeeded: word &>> shift))
            }
        }
        bytes = result
    }

    @inline(__always)
    private static func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 {
        (value &>> bits) | (value &<< (32 &- bits))
    }

    private static func compress(_ state: inout [UInt32], _ base: UnsafeRawPointer, blocks: Int) {
        roundConstants.withUnsafeBufferPointer { constants in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
                for block in 0..<blocks {
                    // Word i of the block lies at block * 64 + i * 4, and the caller has blocks * 64 bytes.
                    for i in 0..<16 {
                        schedule[i] = UInt32(
                            bigEndian: base.loadUnaligned(fromByteOffset: block &* 64 &+ i &* 4, as: UInt32.self))
                    }
                    for i in 16..<64 {
                        let x = schedule[i &- 15]
                        let y = schedule[i &- 2]
                        let small0 = rotate(x, 7) ^ rotate(x, 18) ^ (x &>> 3)
                        let small1 = rotate(y, 17) ^ rotate(y, 19) ^ (y &>> 10)
                        schedule[i] = schedule[i &- 16] &+ small0 &+ schedule[i &- 7] &+ small1
                    }
                    var a = state[0]
                    var b = state[1]
                    var c = state[2]
                    var d = state[3]
                    var e = state[4]
                    var f = state[5]
                    var g = state[6]
                    var h = state[7]
                    for i in 0..<64 {
                        let big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
                        let first = h &+ big1 &+ ((e & f) ^ (~e & g)) &+ constants[i] &+ schedule[i]
                        let big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
                        let second = big0 &+ ((a & b) ^ (a & c) ^ (b & c))
                        h = g
                        g = f
                        f = e
                        e = d &+ first
                        d = c
                        c = b
                        b = a
                        a = first &+ second
                    }
                    state[0] &+= a
                    state[1] &+= b
                    state[2] &+= c
                    state[3] &+= d
                    state[4] &+= e
                    state[5] &+= f
                    state[6] &+= g
                    state[7] &+= h
                }
            }
        }
    }

    private static let roundConstants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
