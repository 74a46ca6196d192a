/// What the splitter has to know of a language: comments, the words that begin declarations, and little else.
///
/// No grammar: the indentation that people and formatters give code says where a declaration ends, in languages with
/// braces, with `end` and with neither. So a string with a brace in it, or code that does not compile, spoils nothing.
public struct SourceLanguage: Sendable {
    public enum Family: Sendable { case code, markdown, restructured, plain }

    /// What a word at the beginning of a declaration means.
    enum Role: UInt8, Sendable {
        /// Stands before the word that counts: `public`, `async`.
        case modifier
        /// Begins something that holds declarations: `class`.
        case container
        /// Begins more of a type that is declared elsewhere: `extension`, `impl`.
        case reopening
        /// Begins a function or what else holds none.
        case leaf
        /// Is name and beginning in one: `init`.
        case named
        /// Begins a value: `let`.
        case value
        /// Begins a statement: `return`. No declaration is in such a line.
        case statement
    }

    /// As `--type` takes it.
    public let name: String
    public let family: Family
    /// Endings of names, without the dot.
    let endings: [String]
    /// Whole names of files.
    let names: [String]
    /// Programs on a first line that begins with `#!`.
    let interpreters: [String]
    let lineComments: [StaticString]
    let blockComment: (open: StaticString, close: StaticString)?
    /// Marks that open and close strings of several lines.
    let longStrings: [StaticString]
    /// Whether such strings are the comments of declarations below them.
    let documentsByStrings: Bool
    /// Whether `type name(…) {` declares a function.
    let hasBareFunctions: Bool
    /// Whether `name = function` declares one.
    let assignsFunctions: Bool
    /// Whether lines that begin with `#` are a preprocessor's.
    let hasDirectives: Bool
    private let hashes: [UInt64]
    private let roles: [Role]

    init(
        _ name: String, _ family: Family = .code, endings: String, names: String = "", interpreters: String = "",
        comments: [StaticString] = [], block: (StaticString, StaticString)? = nil, strings: [StaticString] = [],
        documentsByStrings: Bool = false, bareFunctions: Bool = false, assignsFunctions: Bool = false,
        directives: Bool = false, containers: String = "", reopenings: String = "", leaves: String = "",
        named: String = "",
        values: String = "", modifiers: String = ""
    ) {
        func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
        self.name = name
        self.family = family
        self.endings = words(endings)
        self.names = words(names)
        self.interpreters = words(interpreters)
        lineComments = comments
        blockComment = block.map { (open: $0.0, close: $0.1) }
        longStrings = strings
        self.documentsByStrings = documentsByStrings
        hasBareFunctions = bareFunctions
        self.assignsFunctions = assignsFunctions
        hasDirectives = directives
        let table: [(String, Role)] = [
            (containers, .container), (reopenings, .reopening), (leaves, .leaf), (named, .named), (values, .value),
            (modifiers, .modifier),
            (family == .code ? Self.statements : "", .statement),
        ]
        var hashes: [UInt64] = []
        var roles: [Role] = []
        for (list, role) in table {
            for word in words(list) {
                let bytes = Array(word.utf8)
                let hash = bytes.withUnsafeBufferPointer { SourceLanguage.hash($0, 0..<bytes.count) }
                if hashes.contains(hash) { continue }
                hashes.append(hash)
                roles.append(role)
            }
        }
        (self.hashes, self.roles) = (hashes, roles)
    }

    /// Words that begin statements in most languages; where one begins a declaration, that goes before.
    private static let statements =
        "if else for while do switch case default return throw throws catch try finally break continue goto new delete "
        + "await yield assert import from package using include require print echo sizeof super this self elif except "
        + "with pass raise del unless until when guard defer match loop in is not and or nil null true false None True "
        + "False then fi done esac end begin"

    /// What a word means, if anything.
    /// - Complexity: O(bytes of the word + words of the language).
    @inline(__always)
    func role(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> Role? {
        guard word.count <= 16 else { return nil }
        let hash = Self.hash(bytes, word)
        return hashes.withUnsafeBufferPointer { hashes in
            for index in hashes.indices where hashes[index] == hash { return roles[index] }
            return nil
        }
    }

    /// FNV-1a; two of a few hundred words that are the same would show in the tests.
    @inline(__always)
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in word { hash = (hash ^ UInt64(bytes[place])) &* 0x100_0000_01B3 }
        return hash
    }
}

extension SourceLanguage {
    /// The language with this name, or with this ending: `--type py` is `--type python`.
    public static func named(_ name: String) -> SourceLanguage? {
        let name = name.lowercased()
        return all.first { $0.name == name } ?? byEnding[name].map { all[$0] }
    }

    /// The language of a file: by its name, its ending, then the program that its first line names.
    /// - Parameters:
    ///   - name: the last part of the path.
    ///   - head: the first bytes of the file; may be empty.
    public static func of(name: some Collection<UInt8>, head: UnsafeBufferPointer<UInt8>) -> SourceLanguage {
        let text = String(decoding: name, as: UTF8.self)
        if let index = byName[text] { return all[index] }
        if let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")), dot != text.startIndex {
            let ending = text[text.index(after: dot)...]
            if let index = byEnding[String(ending)] ?? byEnding[ending.lowercased()] { return all[index] }
            return plain
        }
        guard head.has("#!", at: 0, before: head.count) else { return plain }
        let line = head.prefix { $0 != 0x0A }
        let words = line.split { $0 == 0x20 || $0 == 0x2F || $0 == 0x0D }.map { String(decoding: $0, as: UTF8.self) }
        for word in words.reversed() {
            let stem = String(word.prefix { !$0.isNumber && $0 != "." })
            if let index = all.firstIndex(where: { $0.interpreters.contains(stem) }) { return all[index] }
        }
        return plain
    }

    private static let byEnding: [String: Int] = index { $0.endings }
    private static let byName: [String: Int] = index { $0.names }

    private static func index(_ keys: (SourceLanguage) -> [String]) -> [String: Int] {
        var table: [String: Int] = [:]
        for (number, language) in all.enumerated() {
            for key in keys(language) where table[key] == nil { table[key] = number }
        }
        return table
    }

    /// Whatever has no language: paragraphs.
    public static let plain = SourceLanguage("text", .plain, endings: "txt text")
}
