/// Cuts a line into words and sentences.
///
/// A word is a run of letters and digits; an apostrophe between two of them belongs to it. A sentence ends with a full stop,
/// an exclamation or a question mark that a space follows. All else lies between words. Words are compared *folded*: in lower case,
/// with `'` for every apostrophe.
package struct LineCutter {
    /// A word and where it lies in the line.
    package struct Word {
        package let range: Range<Int>
        /// Whether a sentence begins with it.
        package let isFirst: Bool
    }

    /// The words of the line that was cut last.
    package private(set) var words: [Word] = []
    /// Whether the line's last sentence is over, so that the next word begins one. True for an empty line.
    package private(set) var endsSentence = true
    /// Whether the line ends within a word, which may go on.
    package private(set) var endsInWord = false

    package init() {}

    /// Cuts a line; bytes that are not UTF-8 lie between words.
    /// - Complexity: O(bytes).
    package mutating func cut(_ line: UnsafeBufferPointer<UInt8>) {
        words.removeAll(keepingCapacity: true)
        endsSentence = true
        var index = 0
        var start: Int?
        // A mark that ends a sentence if a space follows.
        var isStopped = false
        while index < line.count {
            let (kind, length) = Self.kind(line, index)
            switch kind {
            case .letter:
                if start == nil { start = index }
                isStopped = false
            case .apostrophe
            where start != nil && index + length < line.count
                && Self.kind(line, index + length).kind == .letter:
                break
            case .apostrophe, .stop, .space, .other:
                if let first = start { end(first..<index) }
                start = nil
                switch kind {
                case .stop: isStopped = true
                case .space:
                    if isStopped { endsSentence = true }
                    isStopped = false
                // A closing quotation mark or bracket may stand between the stop and the space.
                case .apostrophe, .letter, .other: break
                }
            }
            index += length
        }
        endsInWord = start != nil
        if let start { end(start..<line.count) }
        if isStopped { endsSentence = true }
    }

    private mutating func end(_ range: Range<Int>) {
        words.append(Word(range: range, isFirst: endsSentence))
        endsSentence = false
    }

    /// Appends a word of a line in its folded form.
    package static func fold(_ word: UnsafeBufferPointer<UInt8>, into folded: inout [UInt8]) {
        if word.allSatisfy({ $0 < 0x80 }) {
            for byte in word { folded.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) }
            return
        }
        for scalar in String(decoding: word, as: UTF8.self).lowercased().unicodeScalars {
            if isApostrophe(scalar) { folded.append(0x27) } else { folded.append(contentsOf: UTF8.encode(scalar)!) }
        }
    }

    private enum Kind { case letter, apostrophe, stop, space, other }

    private static func kind(_ line: UnsafeBufferPointer<UInt8>, _ index: Int) -> (kind: Kind, length: Int) {
        let byte = line[index]
        if byte < 0x80 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return (.letter, 1)
            case 0x27: return (.apostrophe, 1)
            case 0x21, 0x2E, 0x3F: return (.stop, 1)
            case 0x20, 0x09...0x0D: return (.space, 1)
            default: return (.other, 1)
            }
        }
        var decoder = UTF8()
        var rest = line[index..<min(line.count, index + 4)].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return (.other, 1) }
        let length = UTF8.width(scalar)
        if isApostrophe(scalar) { return (.apostrophe, length) }
        let properties = scalar.properties
        if properties.isWhitespace { return (.space, length) }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber:
            return (.letter, length)
        default: return (.other, length)
        }
    }

    private static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool { scalar == "'" || scalar == "\u{2019}" }
}
