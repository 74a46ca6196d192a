import AnnealContainer

/// SHA-256 of bytes, in hexadecimal digits.
enum Digest {
    static func hex(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { ContentHash(of: $0).description } }

    static func hex(_ bytes: UnsafeRawBufferPointer) -> String { ContentHash(of: bytes).description }
}
