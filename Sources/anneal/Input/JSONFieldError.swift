/// Why a line of JSONL gave no text: where, what was expected, what was there.
struct JSONFieldError: Error, Equatable {
    /// Byte in the line, from 1.
    let column: Int
    let expected: String
    let found: String
}
