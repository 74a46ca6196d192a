import AnnealContainer

/// What a model says about itself: keys and values, sorted by key.
///
/// Keys begin with `a-z` and go on with `a-z`, `0-9`, `.`, `_` and `-`; values are any UTF-8 text of one line.
public struct Metadata: Equatable, Sendable {
    /// A key and its value.
    public struct Entry: Equatable, Sendable {
        public let key: String
        public let value: String
    }

    /// The entries, sorted by the bytes of their keys, each key once.
    public private(set) var entries: [Entry] = []

    public init() {}

    /// The value of a key; nil where the key is absent. Assigning nil removes the key.
    /// - Complexity: O(entries).
    /// - Precondition: a key that is assigned passes ``isKey(_:)``, its value ``isValue(_:)``.
    public subscript(key: String) -> String? {
        get { entries.first { $0.key == key }?.value }
        set {
            entries.removeAll { $0.key == key }
            guard let newValue else { return }
            precondition(Metadata.isKey(key) && Metadata.isValue(newValue))
            let place = entries.firstIndex { Metadata.precedes(key, $0.key) } ?? entries.count
            entries.insert(Entry(key: key, value: newValue), at: place)
        }
    }

    /// Whether a text can be a key.
    public static func isKey(_ text: String) -> Bool {
        (text.utf8.first.map { $0 >= 0x61 && $0 <= 0x7a } ?? false)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x61...0x7a, 0x30...0x39, 0x2e, 0x5f, 0x2d: true
                default: false
                }
            }
    }

    /// Whether a text can be a value: no control characters, no space at either end.
    public static func isValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } && text.utf8.first != 0x20 && text.utf8.last != 0x20
    }

    /// Reads the section: lines `key = value`, each ended by a line feed.
    init(reading bytes: UnsafeRawBufferPointer) throws(ModelError) {
        let lines = try TextLines.read(bytes, of: .metadata)
        entries.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() {
            guard let entry = Metadata.parse(line) else {
                throw .value(.metadata, what: "line \(index + 1)", expected: "key = value", found: "\"\(line)\"")
            }
            if let last = entries.last, !Metadata.precedes(last.key, entry.key) {
                throw .value(
                    .metadata, what: "line \(index + 1)", expected: "a key after \(last.key)", found: entry.key)
            }
            entries.append(entry)
        }
    }

    /// A line `key = value`, or nil if it is none.
    static func parse(_ line: String) -> Entry? {
        let bytes = line.utf8
        guard let equals = bytes.firstIndex(of: 0x3d) else { return nil }
        guard equals > bytes.startIndex, bytes[bytes.index(before: equals)] == 0x20 else { return nil }
        let key = String(line[..<bytes.index(before: equals)])
        var rest = bytes.index(after: equals)
        // An empty value leaves nothing after the sign, so that no line ends in a space.
        if rest < bytes.endIndex {
            guard bytes[rest] == 0x20 else { return nil }
            rest = bytes.index(after: rest)
            guard rest < bytes.endIndex else { return nil }
        }
        let value = String(line[rest...])
        guard isKey(key), isValue(value) else { return nil }
        return Entry(key: key, value: value)
    }

    /// The lines of the section, without their line feeds.
    var lines: [String] {
        entries.map { $0.value.isEmpty ? "\($0.key) =" : "\($0.key) = \($0.value)" }
    }

    private static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }
}
