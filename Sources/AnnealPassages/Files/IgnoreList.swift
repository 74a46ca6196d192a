/// A line of a `.gitignore`.
///
/// - Source: https://git-scm.com/docs/gitignore; where that says nothing, git's `dir.c`.
package struct IgnorePattern {
    /// Whether it takes back what lines above have said.
    package let isNegated: Bool
    private let foldersOnly: Bool
    /// Whether the last name of a path is compared, wherever it lies; else all of the path.
    private let comparesName: Bool
    /// Bytes without a wildcard at the beginning.
    private let prefix: ArraySlice<UInt8>
    /// What follows them; nil for nothing.
    private let glob: IgnoreGlob?

    /// - Parameter line: without its line feed.
    /// - Returns: nil for a blank line, a comment, or a pattern that can match nothing.
    package init?(_ line: ArraySlice<UInt8>) {
        var pattern = IgnorePattern.trimmed(line)
        guard let first = pattern.first, first != UInt8(ascii: "#") else { return nil }
        isNegated = first == UInt8(ascii: "!")
        if isNegated { pattern = pattern.dropFirst() }
        foldersOnly = pattern.last == UInt8(ascii: "/")
        if foldersOnly { pattern = pattern.dropLast() }
        comparesName = !pattern.contains(UInt8(ascii: "/"))
        if pattern.first == UInt8(ascii: "/") { pattern = pattern.dropFirst() }
        guard !pattern.isEmpty else { return nil }
        let special = "*?[\\".utf8
        prefix = pattern.prefix { !special.contains($0) }
        let rest = pattern[prefix.endIndex...]
        if rest.isEmpty {
            glob = nil
        } else {
            guard let glob = IgnoreGlob(rest) else { return nil }
            self.glob = glob
        }
    }

    /// Without blanks at the end, unless there is a backslash before them. A zero ends a line, as it does in C.
    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line.last == 0x0D ? line.dropLast() : line
        line = line.prefix { $0 != 0 }
        var blanks: Int?
        var index = line.startIndex
        while index < line.endIndex {
            if line[index] == UInt8(ascii: "\\") {
                index += 1
                if index == line.endIndex { return line }
                blanks = nil
            } else if line[index] != 0x20 {
                blanks = nil
            } else if blanks == nil {
                blanks = index
            }
            index += 1
        }
        return line[..<(blanks ?? line.endIndex)]
    }

    /// - Parameters:
    ///   - path: from the folder that the pattern stands in.
    ///   - name: the last part of the path.
    package func matches(_ path: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isFolder: Bool) -> Bool {
        guard isFolder || !foldersOnly else { return false }
        let compared = comparesName ? name : path
        guard compared.starts(with: prefix) else { return false }
        let rest = compared.dropFirst(prefix.count)
        return glob.map { $0.matches(rest) } ?? rest.isEmpty
    }
}

/// The patterns of a file like `.gitignore`, or of the command line.
package struct IgnoreList {
    private let patterns: [IgnorePattern]

    /// - Parameter text: a pattern a line; a byte-order mark is passed over.
    package init(_ text: some Sequence<UInt8>) {
        let text = Array(text)
        let start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        patterns = text[start...].split(separator: 0x0A).compactMap { IgnorePattern($0) }
    }

    package init(lines: [String]) { patterns = lines.compactMap { IgnorePattern(ArraySlice($0.utf8)) } }

    package var isEmpty: Bool { patterns.isEmpty }

    /// Whether the last pattern that matches excludes the path, or takes it back; nil if none matches.
    package func verdict(_ path: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isFolder: Bool) -> Bool? {
        patterns.last { $0.matches(path, name: name, isFolder: isFolder) }.map { !$0.isNegated }
    }
}
