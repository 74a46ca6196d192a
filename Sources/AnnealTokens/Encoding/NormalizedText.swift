/// Normalised bytes and, for each, the offset in the original text that it came from. Storage grows and is kept.
struct NormalizedText: ~Copyable {
    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var origins: UnsafeMutablePointer<UInt32>
    private(set) var capacity = 1024
    var count = 0
    /// Whether spaces are dropped that come next.
    var afterSpace = false

    static let spaceSymbol: (UInt8, UInt8, UInt8) = (0xE2, 0x96, 0x81)

    init() {
        bytes = .allocate(capacity: capacity + 1)
        origins = .allocate(capacity: capacity + 1)
        origins.initialize(repeating: 0, count: capacity + 1)
    }

    deinit {
        bytes.deallocate()
        origins.deallocate()
    }

    /// Makes room for `extra` more bytes, and one more origin for the end.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if count &+ extra > capacity { grow(extra) }
    }

    private mutating func grow(_ extra: Int) {
        capacity = max(capacity * 2, count + extra)
        let newBytes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + 1)
        let newOrigins = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity + 1)
        newBytes.update(from: bytes, count: count)
        newOrigins.initialize(repeating: 0, count: capacity + 1)
        newOrigins.update(from: origins, count: count + 1)
        bytes.deallocate()
        origins.deallocate()
        bytes = newBytes
        origins = newOrigins
    }

    /// Drops the first `length` bytes; the origin of the end, which may have been set, moves along.
    mutating func removeFirst(_ length: Int) {
        bytes.update(from: bytes + length, count: count - length)
        origins.update(from: origins + length, count: count - length + 1)
        count -= length
    }

    /// Frees storage beyond what an ordinary text needs, after an unusually long one.
    mutating func shrink() {
        guard capacity > 1 << 20 else { return }
        bytes.deallocate()
        origins.deallocate()
        capacity = 1024
        count = 0
        bytes = .allocate(capacity: capacity + 1)
        origins = .allocate(capacity: capacity + 1)
        origins.initialize(repeating: 0, count: capacity + 1)
    }

    /// - Precondition: room for 3 bytes was reserved.
    @inline(__always)
    mutating func appendSpace(origin: Int, escaped: Bool) {
        let origin = UInt32(truncatingIfNeeded: origin)
        if escaped {
            bytes[count] = Self.spaceSymbol.0
            bytes[count &+ 1] = Self.spaceSymbol.1
            bytes[count &+ 2] = Self.spaceSymbol.2
            origins[count] = origin
            origins[count &+ 1] = origin
            origins[count &+ 2] = origin
            count &+= 3
        } else {
            bytes[count] = 0x20
            origins[count] = origin
            count &+= 1
        }
    }

    /// Appends what one character became, no space.
    @inline(__always)
    mutating func append(_ byte: UInt8, origin: Int) {
        reserve(1)
        bytes[count] = byte
        origins[count] = UInt32(truncatingIfNeeded: origin)
        count &+= 1
        afterSpace = false
    }

    /// Whether the last bytes are a space symbol.
    func endsWithSpace(escaped: Bool) -> Bool {
        guard escaped else { return count > 0 && bytes[count - 1] == 0x20 }
        return count >= 3 && bytes[count - 1] == Self.spaceSymbol.2 && bytes[count - 2] == Self.spaceSymbol.1
            && bytes[count - 3] == Self.spaceSymbol.0
    }

    /// Normalises text from `start` until `stop` is reached; the last character may go beyond it.
    /// - Parameter end: the end of what may be looked at, not less than `stop`.
    /// - Returns: where to go on.
    mutating func append(
        _ text: UnsafePointer<UInt8>, from start: Int, until stop: Int, end: Int, rules: NormalizationRules
    ) -> Int {
        var position = start
        let simple = rules.simple
        while position < stop {
            // An ASCII character whose replacement does not depend on what follows, as long as that is ASCII too.
            let replacement = simple[Int(text[position])]
            if replacement != NormalizationRules.notSimple,
                position &+ 1 == end || text[position &+ 1] < 0x80 && !rules.arePair(text + position)
            {
                append(replacement, origin: position)
                position &+= 1
                continue
            }
            position &+= appendPrefix(text + position, end &- position, at: position, rules: rules)
        }
        return position
    }

    /// Normalises one character or key of the character map.
    /// - Returns: its length in the text.
    private mutating func appendPrefix(
        _ text: UnsafePointer<UInt8>, _ count: Int, at position: Int, rules: NormalizationRules
    ) -> Int {
        let prefix = NormalizedPrefix(text, count, rules)
        var output = prefix.output
        var length = prefix.outputLength
        if afterSpace {
            while length > 0, output[0] == 0x20 {
                output += 1
                length -= 1
            }
        }
        if length > 0 {
            reserve(3 &* length)
            // The word that ends inside of a word ends before the letter, not before the pair.
            let isPair =
                rules.endsWordsInside && prefix.length > 1 && NormalizationRules.isLetter(text[prefix.length &- 1])
            var origin = position
            for index in 0..<length {
                if output[index] == 0x20 {
                    if isPair { origin = position &+ prefix.length &- 1 }
                    appendSpace(origin: origin, escaped: rules.escapeWhitespaces)
                } else {
                    bytes[self.count] = output[index]
                    origins[self.count] = UInt32(truncatingIfNeeded: origin)
                    self.count &+= 1
                }
            }
            afterSpace = output[length &- 1] == 0x20
        }
        if !rules.removeExtraWhitespaces { afterSpace = false }
        return prefix.length
    }
}
