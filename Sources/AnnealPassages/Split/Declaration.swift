/// What a line declares.
struct Declaration {
    enum Kind {
        case container
        /// Holds declarations of a type that is declared elsewhere.
        case reopening
        case leaf
        /// A constant or variable: a passage of its own only if there is something to it.
        case value
    }

    let kind: Kind
    /// Where the name stands.
    let name: Range<Int>
    /// A type that the line itself says the name belongs to: `T` in `func (t *T) f()` and in `T::f`.
    var owner: Range<Int>?
}

/// Finds what a line declares.
struct DeclarationMatcher {
    let language: SourceLanguage
    let bytes: UnsafeBufferPointer<UInt8>

    /// Names are not longer, nor are the arguments of a function in lines.
    private static let wordsMax = 10
    private static let argumentBytesMax = 2000

    /// - Parameters:
    ///   - line: a line of code.
    ///   - allowsBare: whether a function may be declared without a word that says so: not inside another.
    /// - Complexity: O(bytes of the line), and of the arguments of a function.
    func declaration(_ line: SourceLine, allowsBare: Bool) -> Declaration? {
        var place = line.first
        let end = line.end
        var hadWord = false
        if language.name == "objc", let method = objectiveCMethod(line) { return method }
        for _ in 0..<Self.wordsMax {
            place = afterBlanks(place, end)
            guard place < end else { return nil }
            switch bytes[place] {
            case UInt8(ascii: "@"), UInt8(ascii: "#"):
                if language.hasDirectives, bytes.has("#define", at: place, before: end) {
                    return value(afterBlanks(place + 7, end), end, allowsObject: false)
                }
                place = wordEnd(place + 1, end)
                place = afterBalanced(place, end)
                continue
            case UInt8(ascii: "["):
                place = afterBalanced(place, end)
                continue
            case UInt8(ascii: "\""):
                place += 1
                while place < end, bytes[place] != UInt8(ascii: "\"") { place += 1 }
                place += 1
                continue
            default: break
            }
            guard bytes[place].isIdentifierStart || bytes[place] == UInt8(ascii: "~") else { break }
            let word = place..<wordEnd(place + 1, end)
            let role = language.role(bytes, word)
            switch role {
            case .modifier:
                hadWord = true
                place = afterBalanced(word.upperBound, end)
                continue
            case .statement: return nil
            case .container, .reopening, .leaf:
                let kind: Declaration.Kind =
                    role == .container ? .container : role == .reopening ? .reopening : .leaf
                if let found = type(word.upperBound, end, kind) { return found }
                // The type of a function of C: `struct node *next() {`.
                guard language.hasDirectives, language.hasBareFunctions else { return nil }
            case .named: return Declaration(kind: .leaf, name: word)
            case .value: return value(word.upperBound, end, allowsObject: allowsBare)
            case nil: break
            }
            if language.assignsFunctions, let assigned = assigned(word, end, allowsObject: allowsBare) {
                return assigned
            }
            break
        }
        if language.hasBareFunctions, allowsBare { return bareFunction(line, hadWord) }
        if language.name == "haskell", line.indent == 0 { return signature(line) }
        if language.name == "python", line.indent == 0 || allowsBare { return constant(line) }
        return nil
    }

    // MARK: - Places

    private func afterBlanks(_ place: Int, _ end: Int) -> Int {
        var place = place
        while place < end, bytes[place].isBlank { place += 1 }
        return place
    }

    private func wordEnd(_ place: Int, _ end: Int) -> Int {
        var place = place
        while place < end, bytes[place].isIdentifier { place += 1 }
        return place
    }

    /// Behind a pair of brackets, if one opens here; else here.
    private func afterBalanced(_ place: Int, _ end: Int) -> Int {
        guard place < end, "([<".utf8.contains(bytes[place]) else { return place }
        var depth = 0
        var place = place
        while place < end {
            switch bytes[place] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "<"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            // Of `->` it closes nothing.
            case UInt8(ascii: ">") where bytes[place - 1] != UInt8(ascii: "-"): depth -= 1
            default: break
            }
            place += 1
            if depth == 0 { return place }
        }
        return end
    }

    // MARK: - Behind a word that declares

    private func type(_ start: Int, _ end: Int, _ kind: Declaration.Kind) -> Declaration? {
        var place = afterBlanks(start, end)
        while place < end, bytes[place] == UInt8(ascii: "*") || bytes[place] == UInt8(ascii: "!") {
            place = afterBlanks(place + 1, end)
        }
        var owner: Range<Int>?
        if place < end, bytes[place] == UInt8(ascii: "("), language.name == "go" {
            let behind = afterBalanced(place, end)
            owner = lastWord(place..<max(place, behind - 1))
            place = afterBlanks(behind, end)
        } else if place < end, bytes[place] == UInt8(ascii: "<") {
            place = afterBlanks(afterBalanced(place, end), end)
        }
        guard var found = qualified(place, end) else {
            // `typedef struct {`: the name stands behind it.
            let opens = place < end && bytes[place] == UInt8(ascii: "{")
            return opens && language.hasBareFunctions && language.hasDirectives
                ? Declaration(kind: kind, name: place..<place) : nil
        }
        var next = afterBlanks(afterBalanced(found.end, end), end)
        // `class EXPORTED Name`, `CREATE TABLE IF NOT EXISTS name`.
        if language.hasDirectives || language.name == "sql" {
            while next < end, bytes[next].isIdentifierStart, !bytes.has("final", at: next, before: end),
                let another = qualified(next, end)
            {
                found = another
                next = afterBlanks(found.end, end)
            }
        }
        if language.hasDirectives, language.hasBareFunctions, kind == .leaf || kind == .container {
            // A type that is declared, and not one that a variable or a function has.
            guard next == end || "{:<".utf8.contains(bytes[next]) || bytes.has("final", at: next, before: end) else {
                return nil
            }
        }
        if language.name == "rust", bytes.has("for ", at: next, before: end) {
            if let target = qualified(afterBlanks(next + 4, end), end) {
                return Declaration(kind: kind, name: target.name, owner: nil)
            }
        }
        return Declaration(kind: kind, name: found.name, owner: owner ?? found.owner)
    }

    /// A name with what it is said to be in: `Outer.name`, `Outer::name`, `self.name`.
    private func qualified(_ start: Int, _ end: Int) -> (name: Range<Int>, owner: Range<Int>?, end: Int)? {
        var place = start
        if place < end, bytes[place] == UInt8(ascii: "`") { place += 1 }
        if place < end, bytes[place] == UInt8(ascii: "~") { place += 1 }
        guard place < end, bytes[place].isIdentifier else { return nil }
        var owner: Range<Int>?
        var name = place..<wordEnd(place, end)
        while true {
            place = name.upperBound
            let isDot = place < end && (bytes[place] == UInt8(ascii: ".") || bytes[place] == UInt8(ascii: ":"))
            guard isDot else { break }
            var next = place + 1
            if bytes[place] == UInt8(ascii: ":"), next < end, bytes[next] == UInt8(ascii: ":") { next += 1 }
            // A single colon parts names in Lua only.
            if bytes[place] == UInt8(ascii: ":"), next == place + 1, language.name != "lua" { break }
            if next < end, bytes[next] == UInt8(ascii: "~") { next += 1 }
            guard next < end, bytes[next].isIdentifierStart else { break }
            owner = name
            name = next..<wordEnd(next, end)
        }
        if place < end, bytes[place] == UInt8(ascii: "?") || bytes[place] == UInt8(ascii: "!"), language.name == "ruby"
        {
            name = name.lowerBound..<place + 1
        }
        return (name, owner, max(place, name.upperBound))
    }

    private func lastWord(_ range: Range<Int>) -> Range<Int>? {
        var end = range.upperBound
        while end > range.lowerBound, !bytes[end - 1].isIdentifier { end -= 1 }
        // `[T]` behind the name of a generic type.
        if end < range.upperBound, bytes[end] == UInt8(ascii: "]") {
            while end > range.lowerBound, bytes[end - 1] != UInt8(ascii: "[") { end -= 1 }
            end = max(range.lowerBound, end - 1)
        }
        var start = end
        while start > range.lowerBound, bytes[start - 1].isIdentifier { start -= 1 }
        return start < end ? start..<end : nil
    }

    private func value(_ start: Int, _ end: Int, allowsObject: Bool) -> Declaration? {
        let place = afterBlanks(start, end)
        guard place < end, bytes[place].isIdentifierStart else { return nil }
        let name = place..<wordEnd(place, end)
        if language.assignsFunctions, let assigned = assigned(name, end, allowsObject: allowsObject) { return assigned }
        return Declaration(kind: .value, name: name)
    }

    // MARK: - Without a word that declares

    /// `a.b = function`, `name: async (x) =>`, `name <- function`; and `name = {`, `name = Base.extend({`, which hold functions.
    private func assigned(_ first: Range<Int>, _ end: Int, allowsObject: Bool) -> Declaration? {
        guard let found = qualified(first.lowerBound, end) else { return nil }
        var place = afterBlanks(found.end, end)
        guard place < end else { return nil }
        if bytes[place] == UInt8(ascii: ":"), language.name == "typescript",
            bytes.place(of: "=>", in: place..<end) != nil
        {
            // A type stands between name and value.
            guard let equals = bytes.place(of: " = ", in: place..<end) else { return nil }
            place = equals + 1
        }
        if bytes.has("<-", at: place, before: end) {
            place += 2
        } else if bytes[place] == UInt8(ascii: "=") || bytes[place] == UInt8(ascii: ":") {
            place += 1
        } else {
            return nil
        }
        place = afterBlanks(place, end)
        if bytes.has("async ", at: place, before: end) { place = afterBlanks(place + 6, end) }
        let declared = Declaration(kind: .leaf, name: found.name, owner: found.owner)
        if bytes.has("function", at: place, before: end) { return declared }
        if language.blockComment?.open.utf8Start[0] == UInt8(ascii: "/"), place < end {
            if bytes.has("class", at: place, before: end) { return Declaration(kind: .container, name: found.name) }
            let opens = bytes[place] == UInt8(ascii: "(") || bytes[place].isIdentifierStart
            if opens, bytes.place(of: "=>", in: place..<end) != nil { return declared }
            if allowsObject, opensObject(place, end) {
                return Declaration(kind: .container, name: found.name, owner: found.owner)
            }
        }
        return nil
    }

    /// Whether a value is an object, or a call whose last argument is one, and goes on below.
    private func opensObject(_ place: Int, _ end: Int) -> Bool {
        var last = end
        while last > place, bytes[last - 1].isBlank { last -= 1 }
        guard last > place, bytes[last - 1] == UInt8(ascii: "{") else { return false }
        last -= 1
        while last > place, bytes[last - 1].isBlank { last -= 1 }
        return last == place || "(,".utf8.contains(bytes[last - 1])
    }

    /// `type name(arguments) {`, with the brace here or on one of the next lines.
    private func bareFunction(_ line: SourceLine, _ hadWord: Bool) -> Declaration? {
        var open = line.first
        while open < line.end, bytes[open] != UInt8(ascii: "(") {
            let byte = bytes[open]
            if byte == UInt8(ascii: "="), !bytes.has("operator", at: max(line.first, open - 9), before: open) {
                return nil
            }
            if byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return nil }
            if byte == UInt8(ascii: "."), language.name != "cpp" { return nil }
            open += 1
        }
        guard open < line.end else { return nil }
        var nameEnd = open
        while nameEnd > line.first, bytes[nameEnd - 1].isBlank { nameEnd -= 1 }
        var start = nameEnd
        while start > line.first, bytes[start - 1].isIdentifier { start -= 1 }
        guard start < nameEnd, bytes[start].isIdentifierStart, language.role(bytes, start..<nameEnd) != .statement
        else {
            return nil
        }
        var owner: Range<Int>?
        if start >= line.first + 3,
            bytes.has("::", at: start - (bytes[start - 1] == UInt8(ascii: "~") ? 3 : 2), before: start)
        {
            owner = lastWord(line.first..<start - 2)
        }
        guard hasBody(open) else { return nil }
        return Declaration(kind: .leaf, name: start..<nameEnd, owner: owner)
    }

    /// Whether a brace comes behind the arguments, and before what ends a statement.
    private func hasBody(_ open: Int) -> Bool {
        let end = min(bytes.count, open + Self.argumentBytesMax)
        var depth = 0
        var place = open
        while place < end {
            switch bytes[place] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth < 0 { return false }
            case UInt8(ascii: "{") where depth == 0: return true
            case UInt8(ascii: ";") where depth == 0: return false
            case UInt8(ascii: "=") where depth == 0 && place + 1 < end && bytes[place + 1] == UInt8(ascii: ">"):
                return true
            case UInt8(ascii: ".") where depth == 0 && language.name == "typescript": break
            case let byte where depth == 0 && "=}?.".utf8.contains(byte): return false
            default: break
            }
            place += 1
        }
        return false
    }

    /// `name :: type` of Haskell.
    private func signature(_ line: SourceLine) -> Declaration? {
        let name = line.first..<wordEnd(line.first, line.end)
        guard !name.isEmpty, bytes.has("::", at: afterBlanks(name.upperBound, line.end), before: line.end) else {
            return nil
        }
        return Declaration(kind: .leaf, name: name)
    }

    /// `NAME = …` of Python.
    private func constant(_ line: SourceLine) -> Declaration? {
        let name = line.first..<wordEnd(line.first, line.end)
        let place = afterBlanks(name.upperBound, line.end)
        guard !name.isEmpty, place < line.end, bytes[place] == UInt8(ascii: "=") || bytes[place] == UInt8(ascii: ":"),
            place + 1 < line.end, bytes[place + 1] != UInt8(ascii: "=")
        else { return nil }
        return Declaration(kind: .value, name: name)
    }

    /// `- (void)name:(int)argument`, and `@interface Name`.
    private func objectiveCMethod(_ line: SourceLine) -> Declaration? {
        let end = line.end
        if bytes.has("@interface", at: line.first, before: end)
            || bytes.has("@implementation", at: line.first, before: end)
        {
            return type(wordEnd(line.first + 1, end), end, .leaf)
        }
        guard bytes[line.first] == UInt8(ascii: "-") || bytes[line.first] == UInt8(ascii: "+") else { return nil }
        let open = afterBlanks(line.first + 1, end)
        guard open < end, bytes[open] == UInt8(ascii: "(") else { return nil }
        let start = afterBlanks(afterBalanced(open, end), end)
        let name = start..<wordEnd(start, end)
        return name.isEmpty ? nil : Declaration(kind: .leaf, name: name)
    }
}
