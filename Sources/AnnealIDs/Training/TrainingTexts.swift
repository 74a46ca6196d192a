import AnnealPlatform

/// Where texts of training come from, and what that says of them.
public struct TextSource: Equatable, Sendable {
    public let name: String
    /// The kind of text: a label, not a judgement.
    public let style: String
    /// Whether the source is an old one; nil where nothing is said. A label of the source, not a date of the text.
    public let isOld: Bool?

    public init(name: String, style: String, isOld: Bool? = nil) {
        self.name = name
        self.style = style
        self.isOld = isOld
    }

    /// Reads a list of sources: a line each, with tabs between name, style, and, if anything is said, `old` or `new`.
    /// Lines that begin with `#` are remarks.
    /// - Throws: ``IDError/line(_:expected:found:)``.
    public static func list(_ text: String) throws(IDError) -> [TextSource] {
        var sources: [TextSource] = []
        for (number, line) in textLines(text) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let ages = ["old": true, "new": false]
            guard (2...3).contains(fields.count), !fields[0].isEmpty, !fields[1].isEmpty, !fields[1].contains(","),
                fields.count == 2 || fields[2].isEmpty || ages[fields[2]] != nil,
                !sources.contains(where: { $0.name == fields[0] })
            else {
                throw .line(
                    number,
                    expected: "a name that was not there before, a style without commas, and old, new or nothing",
                    found: line.replacing("\t", with: " "))
            }
            sources.append(
                TextSource(name: fields[0], style: fields[1], isOld: fields.count == 3 ? ages[fields[2]] : nil))
        }
        return sources
    }
}

/// A word of a list that names digits, as WordNet's.
public struct ListedWord: Equatable, Sendable {
    public let word: String
    /// What it means, in a few words.
    public let gloss: String
    /// The classes that it belongs to, the widest first.
    public let classes: [String]

    public init(word: String, gloss: String, classes: [String]) {
        self.word = word
        self.gloss = gloss
        self.classes = classes
    }

    /// What of it is embedded.
    var text: String { gloss.isEmpty ? word : "\(word): \(gloss)" }

    /// Reads a list: a line a word, with tabs between word, gloss, and its classes with commas between, as WordNet's
    /// lexicographer file and hypernyms. Lines that begin with `#` are remarks.
    /// - Throws: ``IDError/line(_:expected:found:)``.
    public static func list(_ text: String) throws(IDError) -> [ListedWord] {
        var words: [ListedWord] = []
        for (number, line) in textLines(text) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3, !fields[0].isEmpty, !fields[2].isEmpty else {
                throw .line(
                    number, expected: "a word, what it means and its classes, with tabs between",
                    found: line.replacing("\t", with: " "))
            }
            words.append(
                ListedWord(word: fields[0], gloss: fields[1], classes: fields[2].split(separator: ",").map(String.init))
            )
        }
        return words
    }
}

/// The lines that are no remark, with their numbers from 1. By bytes: "\r\n" is one character.
private func textLines(_ text: String) -> [(number: Int, line: String)] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().compactMap {
        (index, line) -> (number: Int, line: String)? in
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        if line.isEmpty || line.first == UInt8(ascii: "#") { return nil }
        return (index + 1, String(decoding: line, as: UTF8.self))
    }
}

/// The words of a text as names are made of: runs of letters of at least three, in lower case, each once.
func distinctWords(_ text: String) -> Set<String> {
    var words: Set<String> = []
    var word: [UInt8] = []
    func end() {
        if word.count >= 3 { words.insert(String(decoding: word, as: UTF8.self)) }
        word.removeAll(keepingCapacity: true)
    }
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...: word.append(byte)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte | 0x20)
        default: end()
        }
    }
    end()
    return words
}

/// How hard a text is to read, as the grade of an American school that can read it.
///
/// - SeeAlso: Kincaid and others, "Derivation of new readability formulas for Navy enlisted personnel", 1975.
public enum ReadingGrade {
    /// `0.39 · words / sentences + 11.8 · syllables / words - 15.59`; nil for a text without words.
    ///
    /// A syllable is a run of vowels, less an `e` that ends a word and is not its only one: a rule, not a dictionary.
    /// - Complexity: O(bytes).
    public static func of(_ text: String) -> Double? {
        var (words, sentences, syllables) = (0, 0, 0)
        var (letters, vowels, endsInVowel, last) = (0, 0, false, UInt8(0))
        var isSentenceOpen = false
        func endWord() {
            guard letters > 0 else { return }
            words += 1
            isSentenceOpen = true
            syllables += max(1, vowels - (last == UInt8(ascii: "e") && vowels > 1 ? 1 : 0))
            (letters, vowels, endsInVowel) = (0, 0, false)
        }
        for byte in text.utf8 {
            let lower = byte | 0x20
            if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower) || byte >= 0x80 {
                let isVowel = "aeiouy".utf8.contains(lower)
                if isVowel, !endsInVowel { vowels += 1 }
                (endsInVowel, last) = (isVowel, lower)
                letters += 1
            } else if byte == UInt8(ascii: "'"), letters > 0 {
                continue
            } else {
                endWord()
                if "!.?".utf8.contains(byte), isSentenceOpen {
                    sentences += 1
                    isSentenceOpen = false
                }
            }
        }
        endWord()
        if isSentenceOpen { sentences += 1 }
        guard words > 0 else { return nil }
        return 0.39 * Double(words) / Double(max(1, sentences)) + 11.8 * Double(syllables) / Double(words) - 15.59
    }
}
