/// The text of a file's bytes.
enum DocumentText {
    /// UTF-8, or UTF-16 with a byte-order mark; without the mark. Nil for what is no text: text has no zeros. A file that
    /// has is kept without passages, so that it is not read again.
    /// - Complexity: O(bytes).
    static func decoded(_ data: [UInt8]) -> String? {
        switch (data.first, data.dropFirst().first) {
        case (0xFF, 0xFE): return utf16(data, isLittle: true)
        case (0xFE, 0xFF): return utf16(data, isLittle: false)
        default:
            guard !data.prefix(8192).contains(0) else { return nil }
            let hasMark = data.starts(with: [0xEF, 0xBB, 0xBF])
            return String(decoding: data.dropFirst(hasMark ? 3 : 0), as: UTF8.self)
        }
    }

    private static func utf16(_ data: [UInt8], isLittle: Bool) -> String? {
        let units = stride(from: 2, to: data.count - 1, by: 2).map { place in
            let (first, second) = (UInt16(data[place]), UInt16(data[place + 1]))
            return isLittle ? second << 8 | first : first << 8 | second
        }
        return units.prefix(4096).contains(0) ? nil : String(decoding: units, as: UTF16.self)
    }
}
