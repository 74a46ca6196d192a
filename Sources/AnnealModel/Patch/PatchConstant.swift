import AnnealMachine

/// A constant row made of a text's tokens: the exact sum of their contributions, rounded to one row with one scale.
struct PatchConstant: Equatable {
    /// What the row stands for, as the patch says it.
    let name: String
    let scale: Int16
    let row: [Int8]

    /// - Precondition: every token is below the token count of `constants`; there are fewer than 2^20 of them.
    /// - Complexity: O(tokens · dimension).
    init(name: String, tokens: [UInt32], constants: Constants) {
        var sum = [Int32](repeating: 0, count: constants.dimension)
        for token in tokens {
            let row = constants.bytes(of: Int(token))
            let scale = Int32(constants.scales[Int(token)])
            // Each term is at most 12000 · 128, so 2^10 of them fit; more saturate, in the order of the tokens.
            for column in 0..<constants.dimension {
                let (value, overflow) = sum[column].addingReportingOverflow(scale * Int32(row[column]))
                sum[column] = overflow ? (value < 0 ? Int32.max : -Int32.max) : value
            }
        }
        self.init(name: name, quantising: sum)
    }

    /// The row and the scale nearest to a vector: the least scale under which the greatest magnitude fits 127, each
    /// value rounded half away from zero. A vector too long for the greatest scale keeps its direction and gets that.
    init(name: String, quantising vector: [Int32]) {
        let greatest = vector.reduce(Int64(0)) { max($0, abs(Int64($1))) }
        let divisor = max(1, (greatest + 126) / 127)
        self.name = name
        scale = Int16(min(divisor, Int64(Constants.scaleLimit)))
        row = vector.map { value in
            let magnitude = (abs(Int64(value)) * 2 + divisor) / (2 * divisor)
            // At most 127: the divisor is at least greatest / 127.
            return Int8(truncatingIfNeeded: value < 0 ? -magnitude : magnitude)
        }
    }
}
