import AnnealProgram

/// One line of a ``RulePatch``, cut at its sign.
struct PatchLine {
    /// What kind of line it is, and where its sign begins.
    enum Sign: Equatable {
        case comment
        case equals(Int)
        case plusEquals(Int)
        case rule
    }

    /// The text of one side, and the index where it begins.
    struct Side {
        let text: String
        let column: Int
    }

    let number: Int
    private let scalars: [Unicode.Scalar]

    /// - Parameter scalars: the line without its line feed.
    init(_ scalars: [Unicode.Scalar], number: Int) {
        var scalars = scalars
        // A byte-order mark at the start of a file is an editor's, not the person's.
        if number == 1, scalars.first == "\u{feff}" { scalars.removeFirst() }
        if scalars.last == "\r" { scalars.removeLast() }
        self.scalars = scalars
        self.number = number
    }

    var count: Int { scalars.count }

    /// The whole line.
    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    var hasContent: Bool { scalars.contains { !Self.isSpace($0) } }

    /// The first `=`, `+=` or `=>` that stands alone between spaces and outside quotes.
    func sign() throws(TextError) -> Sign {
        let first = scalars.firstIndex { !Self.isSpace($0) } ?? 0
        if scalars[first] == ";" { return .comment }
        let isComment = scalars[first] == "#"
        let beginsRule = isComment && first + 1 < count && scalars[first + 1].properties.numericType == .decimal
        if isComment && !beginsRule { return .comment }
        var index = first
        while index < count {
            if scalars[index] == "\"" {
                index = quoteEnd(index)
                continue
            }
            var end = index
            while end < count, !Self.isSpace(scalars[end]), scalars[end] != "\"" { end += 1 }
            let word = scalars[index..<end]
            if word.elementsEqual(["=", ">"]) { return .rule }
            if !isComment {
                if word.elementsEqual(["="]) { return .equals(index) }
                if word.elementsEqual(["+", "="]) { return .plusEquals(index) }
            }
            index = max(end, index)
            while index < count, Self.isSpace(scalars[index]) { index += 1 }
        }
        if isComment { return .comment }
        throw failure(at: count, "= or += or => between spaces", found: "the end of the line")
    }

    /// The index behind the quoted text that begins at `start`, or the end of the line where it does not close.
    private func quoteEnd(_ start: Int) -> Int {
        var index = start + 1
        while index < count, scalars[index] != "\"" { index += scalars[index] == "\\" ? 2 : 1 }
        return min(index + 1, count)
    }

    /// The text of a part of the line: what stands between its first and its last scalar that is no space, without
    /// quotes.
    func side(_ range: Range<Int>) throws(TextError) -> Side {
        guard let start = range.first(where: { !Self.isSpace(scalars[$0]) }),
            let last = range.last(where: { !Self.isSpace(scalars[$0]) })
        else {
            throw failure(
                at: range.lowerBound == 0 ? 0 : range.upperBound, "a text",
                found: range.upperBound == count ? "the end of the line" : "nothing")
        }
        var view = String.UnicodeScalarView()
        guard scalars[start] == "\"" else {
            view.append(contentsOf: scalars[start...last])
            return Side(text: try checked(String(view), start), column: start)
        }
        var index = start + 1
        while index <= last, scalars[index] != "\"" {
            if scalars[index] == "\\" {
                index += 1
                guard index <= last, scalars[index] == "\"" || scalars[index] == "\\" else {
                    throw failure(at: index, "\\\" or \\\\")
                }
            }
            view.append(scalars[index])
            index += 1
        }
        guard index <= last else { throw failure(at: last + 1, "a closing double quote") }
        guard index == last else { throw failure(at: index + 1, "nothing behind the closing quote") }
        return Side(text: try checked(String(view), start), column: start)
    }

    /// The text, if it can be a constant's name too.
    private func checked(_ text: String, _ start: Int) throws(TextError) -> String {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw failure(at: start, "a text without control characters", found: text.debugDescription)
        }
        return text
    }

    /// An error at an index of the line.
    func failure(at index: Int, _ expected: String, found: String? = nil) -> TextError {
        let shown = found ?? (index < count ? "\"\(scalars[index])\"" : "the end of the line")
        return TextError(line: number, column: index + 1, expected: expected, found: shown)
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t"
    }
}
