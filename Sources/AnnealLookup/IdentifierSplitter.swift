import AnnealFormats
import AnnealGGUF

/// Splits identifiers of programs into their words: `parseHTTPResponse_v2` becomes `parse http response v 2`.
///
/// A word ends before a capital that follows a small letter, before the last of several capitals that a small letter
/// follows, between letters and digits, and at underscores. Capitals become small. Only ASCII is looked at; other bytes
/// count as small letters.
public struct IdentifierSplitter {
    private enum Kind { case small, capital, digit, other }

    /// The text that was split last.
    public private(set) var text: [UInt8] = []

    public init() {}

    /// Splits a text.
    /// - Complexity: O(bytes), allocates nothing once it has seen a longer text.
    public mutating func split(_ source: UnsafeBufferPointer<UInt8>) {
        text.removeAll(keepingCapacity: true)
        for (place, byte) in source.enumerated() {
            if byte == UInt8(ascii: "_") {
                if text.last != 0x20 { text.append(0x20) }
                continue
            }
            let kind = Self.kind(byte)
            if place > 0, Self.ends(Self.kind(source[place - 1]), kind, before: source[place...].dropFirst().first) {
                text.append(0x20)
            }
            text.append(kind == .capital ? byte | 0x20 : byte)
        }
    }

    /// Whether a word ends between two characters.
    private static func ends(_ left: Kind, _ right: Kind, before next: UInt8?) -> Bool {
        switch (left, right) {
        case (.small, .capital), (.small, .digit), (.capital, .digit), (.digit, .small), (.digit, .capital): true
        case (.capital, .capital): next.map { kind($0) == .small } ?? false
        default: false
        }
    }

    private static func kind(_ byte: UInt8) -> Kind {
        switch byte {
        case 0x61...0x7A, 0x80...: .small
        case 0x41...0x5A: .capital
        case 0x30...0x39: .digit
        default: .other
        }
    }
}

/// What happens to a text before a vocabulary cuts it into pieces, the same when a table is built and when it is used.
struct TextPreparation: ~Copyable {
    private let splitsIdentifiers: Bool
    /// Whether a space goes before a text, so that its first word is the piece that it is elsewhere: not all models put one.
    private let addsSpace: Bool
    private var splitter = IdentifierSplitter()
    private var text = ByteBuffer()

    init(splitsIdentifiers: Bool, vocabulary: GGUFVocabulary?) {
        self.splitsIdentifiers = splitsIdentifiers
        addsSpace = vocabulary.map { !Self.beginsWord("on", $0) && Self.beginsWord(" on", $0) } ?? false
    }

    /// Whether the first piece of a text is one that begins a word.
    private static func beginsWord(_ text: String, _ vocabulary: GGUFVocabulary) -> Bool {
        var encoder = GGUFTokenEncoder(vocabulary)
        guard let first = encoder.encode(text).first else { return false }
        return vocabulary.withBytes(of: first.id) { $0.starts(with: LookupTable.mark) }
    }

    /// The text as it is cut, valid as long as the source and until the next call.
    /// - Complexity: O(bytes), allocates nothing once it has seen a longer text.
    mutating func prepare(_ source: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        if source.isEmpty || (!splitsIdentifiers && !addsSpace) { return source }
        text.removeAll()
        if addsSpace { text.append(0x20) }
        if splitsIdentifiers {
            splitter.split(source)
            splitter.text.withUnsafeBufferPointer { text.append($0) }
        } else {
            text.append(source)
        }
        return text.bytes
    }
}

extension ByteBuffer {
    fileprivate mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        if let start = bytes.baseAddress { append(start, count: bytes.count) }
    }
}
