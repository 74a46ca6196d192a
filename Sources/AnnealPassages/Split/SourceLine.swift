/// A line of a file, as far as the structure of the file shows in it.
struct SourceLine {
    enum Role: UInt8 {
        case blank
        case code
        case comment
        /// What closes or opens what the lines above have begun: `}`, `)`, `end`, or a brace on a line of its own.
        case bracket
        /// A line whose indentation says nothing: inside a string, a directive of a preprocessor, a label.
        case loose
    }

    let start: Int
    /// Behind the last byte before the line feed, and before a carriage return.
    let end: Int
    /// The first byte that is no blank.
    let first: Int
    /// Columns before it; a tab goes to the next multiple of four.
    let indent: Int
    var role: Role
}

/// Bytes in the classes that source code is made of.
extension UInt8 {
    @inline(__always) var isIdentifier: Bool {
        (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 || self == 0x5F || self == 0x24 || self >= 0x80
    }
    @inline(__always) var isIdentifierStart: Bool { isIdentifier && !(self &- 0x30 < 10) }
    @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0C }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether a word stands at a place.
    @inline(__always)
    func has(_ word: StaticString, at place: Int, before end: Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard place + count <= end else { return false }
        for offset in 0..<count where self[place + offset] != word.utf8Start[offset] { return false }
        return true
    }

    /// The first place of a word in a range.
    func place(of word: StaticString, in range: Range<Int>) -> Int? {
        var place = range.lowerBound
        while place < range.upperBound {
            if self[place] == word.utf8Start[0], has(word, at: place, before: range.upperBound) { return place }
            place += 1
        }
        return nil
    }

    /// A stretch as text.
    func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}
