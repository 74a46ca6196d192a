import AnnealProgram

/// The index of a rule table as bytes that are read where they lie: where each rule begins, and the table of pairs.
///
/// Little-endian. A header of 64 bytes: version (UInt32), flags (UInt32, bit 0: a pair has one rule at most), the
/// checksum of the rules' words (UInt64), the numbers of rules and of tokens (UInt32), the logarithm of the number of
/// slots (UInt32), zero. Behind it the slots of ``PairIndex`` (two UInt64 each), the first word of each rule (UInt32),
/// the filter of the pairs (a byte a slot), and for each token the distances at which it begins a pair (a byte).
///
/// Nothing in it is trusted where memory is at stake: ``check(_:)`` looks at every number that leads anywhere, so that
/// wrong numbers give an error or a rule that does not fire as it should, never a read out of bounds. Whether it is the
/// rules' own is for the checksum to say.
struct StoredRuleIndex {
    /// Grows with every change of what is derived, or how: another version is built anew.
    static let version: UInt32 = 2
    static let headerBytes = 64
    private static let uniqueFlag: UInt32 = 1
    /// Twice as many slots as the most rules need; the length of an index stays inside words of 32 bits.
    private static let slotBits = 4...26

    let keysAreUnique: Bool
    let pairs: PairIndex
    let offsets: UnsafeMutablePointer<UInt32>
    let begins: UnsafeMutablePointer<UInt8>
    let pairDistances: UInt8

    /// Whether bytes are an index of this version, so that they may be read as one.
    static func isReadable(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 4 && UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)) == version
    }

    static func byteCount(rules: Int, tokens: Int, slots: Int) -> Int {
        headerBytes + MemoryLayout<PairIndex.Entry>.stride * slots + 4 * rules + slots + tokens
    }

    /// A view of an index.
    /// - Parameter bytes: aligned to 64 bytes; they must outlive the view. Nothing is ever written to them.
    /// - Precondition: ``isReadable(_:)``.
    /// - Throws: `badIndex`.
    /// - Complexity: O(tokens).
    init(
        _ bytes: UnsafeRawBufferPointer, ruleCount: Int, tokenCount: Int, checksum: UInt64
    ) throws(RuleTableError) {
        guard bytes.count >= Self.headerBytes, let address = bytes.baseAddress else {
            throw .badIndex(part: "length", expected: "at least \(Self.headerBytes)", found: "\(bytes.count)")
        }
        let base = UnsafeMutableRawPointer(mutating: address)
        func number(_ offset: Int) -> UInt32 {
            UInt32(littleEndian: base.load(fromByteOffset: offset, as: UInt32.self))
        }
        func expect(_ part: String, _ expected: UInt64, _ found: UInt64) throws(RuleTableError) {
            guard found == expected else { throw .badIndex(part: part, expected: "\(expected)", found: "\(found)") }
        }
        let source = UInt64(littleEndian: base.load(fromByteOffset: 8, as: UInt64.self))
        guard source == checksum else {
            throw .badIndex(
                part: "rules' checksum", expected: String(checksum, radix: 16), found: String(source, radix: 16))
        }
        keysAreUnique = number(4) & Self.uniqueFlag != 0
        try expect("flags", UInt64(keysAreUnique ? Self.uniqueFlag : 0), UInt64(number(4)))
        try expect("rules", UInt64(ruleCount), UInt64(number(16)))
        try expect("tokens", UInt64(tokenCount), UInt64(number(20)))
        let bits = Int(clamping: number(24))
        guard Self.slotBits.contains(bits) else {
            throw .badIndex(
                part: "logarithm of the slots", expected: "\(Self.slotBits.lowerBound)...\(Self.slotBits.upperBound)",
                found: "\(bits)")
        }
        for offset in stride(from: 28, to: Self.headerBytes, by: 4) {
            try expect("reserved bytes", 0, UInt64(number(offset)))
        }
        let slotCount = 1 << bits
        try expect(
            "length", UInt64(Self.byteCount(rules: ruleCount, tokens: tokenCount, slots: slotCount)),
            UInt64(bytes.count))
        // In bounds: the length was just compared with the sum of the parts.
        let slots = (base + Self.headerBytes).assumingMemoryBound(to: PairIndex.Entry.self)
        offsets = UnsafeMutableRawPointer(slots + slotCount).assumingMemoryBound(to: UInt32.self)
        let filter = UnsafeMutableRawPointer(offsets + ruleCount).assumingMemoryBound(to: UInt8.self)
        begins = filter + slotCount
        pairs = PairIndex(slots: slots, filter: filter, slotBits: bits)
        var distances: UInt8 = 0
        for token in 0..<tokenCount { distances |= begins[token] }
        guard distances & 1 == 0 else {
            throw .badIndex(part: "distances", expected: "1 to \(PairIndex.distanceLimit)", found: "0")
        }
        pairDistances = distances
    }

    /// Looks at every slot: its rule is one of two atoms, the row of an ordinary one is there, and every search of a pair
    /// ends.
    /// - Parameters:
    ///   - rowCount: rows are below it.
    ///   - isPair: whether a rule has two atoms; nil if all rules have.
    /// - Throws: `badIndex`.
    /// - Complexity: O(slots).
    func check(ruleCount: Int, rowCount: Int, isPair: ((Int) -> Bool)?) throws(RuleTableError) {
        let slots = pairs.slots
        var bad = 0
        // Searches go by lines of four slots, and end at one whose last slot is empty.
        var ends = 0
        for slot in 0...pairs.slotMask {
            let entry = slots[slot]
            bad |= !entry.isEmpty && (entry.rule >= ruleCount || Int(entry.row) >= rowCount) ? 1 : 0
            ends |= slot & 3 == 3 && entry.isEmpty ? 1 : 0
        }
        guard bad == 0, ends == 1 else {
            throw .badIndex(
                part: "slots", expected: "rules below \(ruleCount), rows below \(rowCount), and some that are empty",
                found: "others")
        }
        guard let isPair else { return }
        for slot in 0...pairs.slotMask where !slots[slot].isEmpty && !isPair(slots[slot].rule) {
            throw .badIndex(part: "slot \(slot)", expected: "a rule of two atoms", found: "rule \(slots[slot].rule)")
        }
    }

    /// The bytes of a table's index; nil if not every rule of a pair is in the table of pairs, as may be with rules that
    /// are hostile to it.
    /// - Parameter checksum: of the rules' words, for a reader to tell whose index it is.
    static func bytes(of table: RuleTable, checksum: UInt64) -> [UInt8]? {
        let pairs = table.pairs
        let slotCount = pairs.slotMask + 1
        let expected = (0..<table.count).reduce(0) { sum, rule in
            let view = table.view(rule)
            return sum + (RuleIndexBuilder.isPair(view) ? view.distanceMax(1) - view.distanceMin(1) + 1 : 0)
        }
        guard expected == (0..<slotCount).count(where: { !pairs.slots[$0].isEmpty }) else { return nil }
        let tokenCount = table.limits.tokenCount
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount(rules: table.count, tokens: tokenCount, slots: slotCount))
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(version)
        append(table.pairsAreUnique ? uniqueFlag : 0)
        append(checksum)
        append(UInt32(table.count))
        append(UInt32(tokenCount))
        append(UInt32(slotCount.trailingZeroBitCount))
        while bytes.count < headerBytes { bytes.append(0) }
        for slot in 0..<slotCount {
            append(pairs.slots[slot].key)
            append(pairs.slots[slot].value)
        }
        for rule in 0..<table.count { append(table.offsets[rule]) }
        for slot in 0..<slotCount { bytes.append(pairs.filter[slot]) }
        // Bit 0 is the other index's, which is made anew.
        for token in 0..<tokenCount { bytes.append(table.begins[token] & 0xFE) }
        return bytes
    }
}
