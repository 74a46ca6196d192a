import AnnealContainer
import Testing

@testable import AnnealModel

@Suite struct ChecksumTests {
    /// The bytes that the expected values below were computed from, with Python's `xxhash` and `hashlib`.
    static let data = (0..<200).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }

    @Test func publishedXXH64Values() {
        #expect([UInt8]().withUnsafeBytes { Checksum64.of($0) } == 0xef46_db37_51d8_e999)
        #expect(Array("abc".utf8).withUnsafeBytes { Checksum64.of($0) } == 0x44bc_2cf5_ad77_0999)
    }

    @Test func xxh64OfEveryLengthChained() {
        var value: UInt64 = 0
        for count in 0..<200 {
            value = Self.data[..<count].withUnsafeBytes { Checksum64.of($0, seed: value) }
        }
        #expect(value == 0xf052_7f3f_1783_d6e3)
    }

    @Test func publishedSHA256Value() {
        let hash = Array("abc".utf8).withUnsafeBytes { ContentHash(of: $0) }
        #expect("\(hash)" == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func sha256OfEveryLengthChained() {
        var value: [UInt8] = []
        for count in 0..<200 {
            value = (value + Self.data[..<count]).withUnsafeBytes { ContentHash(of: $0).bytes }
        }
        #expect(
            "\(ContentHash(bytes: value))" == "f4c3c0b014d91770d868fa120e80865a6f63c916c219d29972d7b29b9b9a3d5e")
    }

    @Test func base64OfEveryLength() throws {
        for count in 0..<50 {
            let bytes = Array(Self.data[..<count])
            var back: [UInt8] = []
            let wrong = Base64.encode(bytes).withUnsafeBufferPointer { Base64.decode($0, into: &back) }
            #expect(wrong == nil)
            #expect(back == bytes)
        }
        #expect(String(decoding: Base64.encode(Array("anneal".utf8)), as: UTF8.self) == "YW5uZWFs")
        #expect(String(decoding: Base64.encode(Array("annea".utf8)), as: UTF8.self) == "YW5uZWE=")
        for bad in ["YW5", "YW5*", "YW=u", "Y===", "YW5uZWF=", "====", "YW5uZWE=YW5u"] {
            var back: [UInt8] = []
            #expect(Array(bad.utf8).withUnsafeBufferPointer { Base64.decode($0, into: &back) } != nil, "\(bad)")
        }
    }
}
