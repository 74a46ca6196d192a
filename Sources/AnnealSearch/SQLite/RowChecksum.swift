import AnnealContainer

/// The checksums of an index file's rows: a disk's or a copy's faults inside a page, which SQLite does not see.
///
/// Each has the row's number in it, so that a row in another's place does not pass either.
/// - SeeAlso: ``Checksum64``, in a chain: the checksum of a field is the seed of the next one's.
enum RowChecksum {
    static func document(id: Int64, path: String, kind: String, hash: String) -> Int64 {
        texts(path, kind, hash, seed: numbers((id, 0, 0)))
    }

    static func passage(id: Int64, document: Int64, line: Int64, heading: String, text: String) -> Int64 {
        texts(heading, text, seed: numbers((id, document, line)))
    }

    static func vector(passage: Int64, scale: Double, data: UnsafeRawBufferPointer) -> Int64 {
        let bits = Int64(bitPattern: scale.bitPattern)
        return Int64(bitPattern: Checksum64.of(data, seed: numbers((passage, bits, 0))))
    }

    /// For rows without a checksum of their own: the checksum of all up to this one.
    static func next(_ number: Int64, _ bytes: UnsafeRawBufferPointer, after sum: UInt64) -> UInt64 {
        // An odd factor: rows that have changed places give another sum.
        Checksum64.of(bytes, seed: sum ^ UInt64(bitPattern: number) &* 0x9E37_79B9_7F4A_7C15)
    }

    private static func numbers(_ numbers: (Int64, Int64, Int64)) -> UInt64 {
        withUnsafeBytes(of: (numbers.0.littleEndian, numbers.1.littleEndian, numbers.2.littleEndian)) {
            Checksum64.of($0)
        }
    }

    private static func texts(_ texts: String..., seed: UInt64) -> Int64 {
        var sum = seed
        for var text in texts {
            sum = text.withUTF8 { Checksum64.of(UnsafeRawBufferPointer($0), seed: sum) }
        }
        return Int64(bitPattern: sum)
    }
}
