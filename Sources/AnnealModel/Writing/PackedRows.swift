/// Rows in half their bytes: of a model's constants the first ones, as long as all their bytes are multiples of 16.
///
/// Nothing is lost, and the same rows are always packed alike. Training rounds constants of phrases to such bytes;
/// constants that a patch adds stand behind them, whole.
struct PackedRows {
    let count: Int
    /// `dimension / 2` bytes a row: byte j holds the upper half of element j in its upper half, that of element
    /// `j + dimension / 2` in its lower one.
    let bytes: [UInt8]

    /// - Complexity: O(bytes of the rows that are packed).
    init(of parts: ModelParts) {
        let dimension = parts.dimension
        let constants = parts.rows.dropFirst(parts.tokenCount * dimension)
        let end = constants.firstIndex { $0 & 15 != 0 } ?? constants.endIndex
        count = (end - constants.startIndex) / dimension
        let half = dimension / 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * half)
        for row in 0..<count {
            let start = constants.startIndex + row * dimension
            for position in start..<start + half {
                bytes.append(
                    UInt8(bitPattern: parts.rows[position]) | UInt8(bitPattern: parts.rows[position + half]) >> 4)
            }
        }
        self.bytes = bytes
    }
}
