/// What a text is about, as a few digits: the first says most, each further one refines the ones before.
///
/// The text of an ID never changes its form: digits with `-` between, `12-5-63`; behind them, if the ID is one text's
/// alone, `.` and a counter from 1, `12-5-63.2`; behind that, if asked for, `@` and the first eight hexadecimal digits of
/// the hash of the model that made it, `12-5-63@3fa29c1b`. Numbers are decimal, without sign and without zeros before.
/// An ID of fewer digits is a prefix, and the empty text the one of none.
public struct SemanticID: Hashable, Sendable {
    /// Each from 0, below the size of its level.
    public let digits: [Int]
    /// Which of the texts with these digits, from 1; nil where that is not asked.
    public let counter: Int?

    /// - Precondition: no digit is negative, and the counter is at least 1.
    public init(digits: [Int], counter: Int? = nil) {
        precondition(digits.allSatisfy { $0 >= 0 } && counter ?? 1 >= 1)
        self.digits = digits
        self.counter = counter
    }

    /// The first digits, without a counter.
    /// - Precondition: there are as many.
    public func prefix(_ count: Int) -> SemanticID {
        precondition((0...digits.count).contains(count))
        return SemanticID(digits: Array(digits[..<count]))
    }

    /// Whether the ID begins with the digits of another.
    public func hasPrefix(_ prefix: SemanticID) -> Bool { digits.starts(with: prefix.digits) }

    /// The same digits with another counter.
    public func counted(_ counter: Int?) -> SemanticID { SemanticID(digits: digits, counter: counter) }

    /// Reads the text of an ID; a model's mark behind it is read over. ``IDModel/parse(_:)`` checks that as well.
    /// - Throws: ``IDError/text(expected:found:)``.
    public init(parsing text: String) throws(IDError) { self = try Self.read(text).id }

    static let form = "an ID as 12-5-63, 12-5-63.2 or 12-5-63@3fa29c1b"
    static let markLength = 8

    static func read(_ text: String) throws(IDError) -> (id: SemanticID, mark: String?) {
        func refuse() -> IDError { .text(expected: form, found: text) }
        func number(_ part: Substring) throws(IDError) -> Int {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part == "0" || part.first != "0",
                let number = Int(part), number <= Int(Int32.max)
            else { throw refuse() }
            return number
        }
        let marked = text.split(separator: "@", omittingEmptySubsequences: false)
        guard marked.count <= 2 else { throw refuse() }
        if marked.count == 2 {
            guard marked[1].utf8.count == markLength,
                marked[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
            else { throw refuse() }
        }
        let counted = marked[0].split(separator: ".", omittingEmptySubsequences: false)
        guard counted.count <= 2 else { throw refuse() }
        var counter: Int?
        if counted.count == 2 {
            counter = try number(counted[1])
            if counter == 0 { throw refuse() }
        }
        var digits: [Int] = []
        if !counted[0].isEmpty || counted.count == 2 {
            for part in counted[0].split(separator: "-", omittingEmptySubsequences: false) {
                digits.append(try number(part))
            }
        }
        return (SemanticID(digits: digits, counter: counter), marked.count == 2 ? String(marked[1]) : nil)
    }
}

extension SemanticID: LosslessStringConvertible {
    /// Nil for a text that is no ID.
    public init?(_ text: String) {
        guard let id = try? SemanticID(parsing: text) else { return nil }
        self = id
    }

    public var description: String {
        let text = digits.map(String.init).joined(separator: "-")
        return counter.map { "\(text).\($0)" } ?? text
    }
}

extension SemanticID: Comparable {
    /// By digits, the first counting most and a prefix before what it begins; then by counter, none before the first.
    public static func < (left: SemanticID, right: SemanticID) -> Bool {
        if left.digits == right.digits { return (left.counter ?? 0) < (right.counter ?? 0) }
        return left.digits.lexicographicallyPrecedes(right.digits)
    }
}

/// Gives texts of the same digits counters of their own, 1, 2, …, so that each text's ID is its own.
public struct IDCounter: Sendable {
    private var last: [SemanticID: Int] = [:]

    public init() {}

    /// The ID with the next counter that no text has.
    public mutating func unique(_ id: SemanticID) -> SemanticID {
        let counter = (last[id.counted(nil)] ?? 0) + 1
        last[id.counted(nil)] = counter
        return id.counted(counter)
    }

    /// Hears of an ID that was given before, so that nobody gets it again.
    public mutating func note(_ id: SemanticID) {
        let known = last[id.counted(nil)] ?? 0
        last[id.counted(nil)] = max(known, id.counter ?? 1)
    }
}
