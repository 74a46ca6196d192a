import Foundation

/// A text's words, as PostgreSQL's parser shall see them: small letters and digits without accents, single spaces.
///
/// Left to itself the parser takes `example.com/a` for a web address, whose parts are not found, and knows the letters
/// of its database's locale. Documents and queries are cut here instead, by the rule that FTS5 uses for index files.
enum PostgresWords {
    /// The server refuses more than a megabyte of words in a row; a longer passage is found by those in front.
    private static let bytesMax = 200_000

    /// - Complexity: O(bytes).
    static func text(_ text: String) -> String {
        var words: [UInt8] = []
        words.reserveCapacity(min(text.utf8.count, bytesMax))
        var isBetween = true
        for byte in (text.utf8.allSatisfy { $0 < 0x80 } ? text : folded(text)).utf8 {
            // Never inside a character: continuation bytes begin with the bits 10.
            if words.count >= bytesMax, byte & 0xC0 != 0x80 { break }
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): words.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
                words.append(byte)
            default:
                if !isBetween { words.append(0x20) }
                isBetween = true
                continue
            }
            isBetween = false
        }
        return String(decoding: words.last == 0x20 ? words.dropLast() : words[...], as: UTF8.self)
    }

    /// A query that any of a text's words answers; nil for a text without words. Words are letters and digits, so nothing
    /// in a text is taken for PostgreSQL's own syntax.
    static func query(_ text: String) -> String? {
        let words = WordQuery.words(text).flatMap { PostgresWords.text(String($0)).split(separator: " ") }
        return words.isEmpty ? nil : words.map { "'\($0)'" }.joined(separator: " | ")
    }

    /// Beyond ASCII: small letters and digits without accents; all else becomes spaces.
    private static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.decomposedStringWithCanonicalMapping.lowercased().unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark: continue
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                .letterNumber, .otherNumber, .spacingMark:
                folded.append(scalar)
            default: folded.append(" ")
            }
        }
        return String(folded)
    }
}
