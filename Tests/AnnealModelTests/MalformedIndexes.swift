import AnnealContainer

@testable import AnnealModel

extension MalformedFile {
    private static func set<Value: FixedWidthInteger & Sendable>(
        _ tag: String, _ offset: Int, _ value: Value
    ) -> @Sendable (inout RawFile) -> Void {
        { $0[tag].replaceSubrange(offset..<offset + MemoryLayout<Value>.size, with: RawFile.little(value)) }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }

    /// Where the parts of a tokenizer's index begin, from its header.
    private static func parts(_ bytes: [UInt8]) -> (units: Int, pieces: Int, ids: Int, sums: Int) {
        let (pieces, units) = (number(bytes, 16), number(bytes, 20))
        let first = 64 + 8 * units + 1024
        return (64, first, first + 16 * pieces, first + 16 * pieces + 4 * units)
    }

    /// Changes eight bytes of the unit that the first piece ends at.
    private static func usableUnit(_ change: @escaping @Sendable (UInt64) -> UInt64)
        -> @Sendable (inout RawFile) -> Void
    {
        { file in
            var bytes = file["TIDX"]
            let place = stride(from: 64, to: parts(bytes).pieces - 1024, by: 8).first { bytes[$0 + 1] & 4 != 0 }!
            let unit = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
            bytes.replaceSubrange(place..<place + 8, with: RawFile.little(change(unit)))
            file["TIDX"] = bytes
        }
    }

    private static func piece(
        _ number: Int, _ offset: Int, _ value: UInt32
    ) -> @Sendable (inout RawFile) -> Void {
        { file in
            let place = parts(file["TIDX"]).pieces + 16 * number + offset
            file["TIDX"].replaceSubrange(place..<place + 4, with: RawFile.little(value))
        }
    }

    /// The slots of the rules' index that are taken.
    private static func slots(_ bytes: [UInt8], isEmpty: Bool) -> [Int] {
        (0..<1 << number(bytes, 24)).map { 64 + 16 * $0 }.filter { at in
            bytes[at..<at + 8].allSatisfy { $0 == 0 } == isEmpty
        }
    }

    static let indexes: [MalformedFile] = [
        MalformedFile("tokenizer-index-length", { $0["TIDX"].append(0) }, value(.tokenizerIndex, "length")),
        MalformedFile("tokenizer-index-cut", { $0["TIDX"].removeLast(4) }, value(.tokenizerIndex, "length")),
        MalformedFile(
            "tokenizer-index-header-cut", { $0["TIDX"].removeLast($0["TIDX"].count - 60) },
            value(.tokenizerIndex, "length")),
        MalformedFile("tokenizer-index-flags", set("TIDX", 4, UInt32(256)), value(.tokenizerIndex, "flags")),
        MalformedFile(
            "tokenizer-index-flags-of-none",
            { file in
                set("TIDX", 0, UInt32(2))(&file)
                set("TIDX", 4, UInt32(512))(&file)
            }, value(.tokenizerIndex, "flags")),
        MalformedFile(
            "tokenizer-index-of-another-model", set("TIDX", 8, UInt64(1)),
            value(.tokenizerIndex, "model's checksum")),
        MalformedFile(
            "tokenizer-changed-under-its-index", { $0["TOKM"][20] ^= 1 }, value(.tokenizerIndex, "model's checksum")),
        MalformedFile("tokenizer-index-no-pieces", set("TIDX", 16, UInt32(0)), value(.tokenizerIndex, "pieces")),
        MalformedFile("tokenizer-index-huge-pieces", set("TIDX", 16, UInt32.max), value(.tokenizerIndex, "pieces")),
        MalformedFile("tokenizer-index-more-pieces", set("TIDX", 16, UInt32(9999)), value(.tokenizerIndex, "length")),
        MalformedFile("tokenizer-index-no-units", set("TIDX", 20, UInt32(0)), value(.tokenizerIndex, "units")),
        MalformedFile("tokenizer-index-huge-units", set("TIDX", 20, UInt32.max), value(.tokenizerIndex, "units")),
        MalformedFile("tokenizer-index-more-units", set("TIDX", 20, UInt32(1 << 20)), value(.tokenizerIndex, "length")),
        MalformedFile("tokenizer-index-root", set("TIDX", 24, UInt64.max), value(.tokenizerIndex, "units")),
        MalformedFile("tokenizer-index-map", set("TIDX", 44, UInt32.max), value(.tokenizerIndex, "character map")),
        MalformedFile(
            "tokenizer-index-map-far",
            { file in for offset in [40, 44] { set("TIDX", offset, UInt32.max)(&file) } },
            value(.tokenizerIndex, "character map")),
        MalformedFile("tokenizer-index-reserved", set("TIDX", 56, UInt32(1)), value(.tokenizerIndex, "reserved bytes")),
        MalformedFile("tokenizer-index-base", usableUnit { $0 | 0xFFFF_F800 }, value(.tokenizerIndex, "units")),
        MalformedFile("tokenizer-index-zero-label", usableUnit { $0 & ~0x1FF }, value(.tokenizerIndex, "units")),
        MalformedFile(
            "tokenizer-index-score", usableUnit { $0 & 0xFFFF_FFFF | 0xFF80_0000 << 32 },
            value(.tokenizerIndex, "units")),
        MalformedFile(
            "tokenizer-index-score-nan", usableUnit { $0 & 0xFFFF_FFFF | 0x7FC0_0000 << 32 },
            value(.tokenizerIndex, "units")),
        MalformedFile(
            "tokenizer-index-id",
            { file in
                let place = parts(file["TIDX"]).ids
                file["TIDX"].replaceSubrange(place..<place + 4, with: RawFile.little(UInt32.max))
            }, value(.tokenizerIndex, "units")),
        MalformedFile("tokenizer-index-text", piece(5, 0, .max), value(.tokenizerIndex, "piece 5")),
        MalformedFile("tokenizer-index-text-far", piece(5, 4, .max), value(.tokenizerIndex, "piece 5")),
        MalformedFile("tokenizer-index-text-empty", piece(5, 4, 0), value(.tokenizerIndex, "piece 5")),
        MalformedFile("tokenizer-index-text-long", piece(5, 4, 8000), value(.tokenizerIndex, "piece 5")),
        MalformedFile("tokenizer-index-piece-score", piece(5, 8, 0x7F80_0000), value(.tokenizerIndex, "piece 5")),
        MalformedFile("tokenizer-index-kind", piece(5, 12, 7), value(.tokenizerIndex, "piece 5")),
        MalformedFile("tokenizer-index-kind-high", piece(5, 12, 0x101), value(.tokenizerIndex, "piece 5")),
        MalformedFile(
            "tokenizer-index-sum",
            { file in
                let place = parts(file["TIDX"]).sums
                file["TIDX"][place + 20] ^= 1
            }, value(.tokenizerIndex, "sums")),
        MalformedFile(
            "tokenizer-index-sum-of-none", { $0["TIDX"][$0["TIDX"].count - 1] = 0x40 }, value(.tokenizerIndex, "sums")),

        MalformedFile("rule-index-length", { $0["RIDX"].append(0) }, value(.ruleIndex, "length")),
        MalformedFile("rule-index-cut", { $0["RIDX"].removeLast() }, value(.ruleIndex, "length")),
        MalformedFile(
            "rule-index-header-cut", { $0["RIDX"].removeLast($0["RIDX"].count - 60) }, value(.ruleIndex, "length")),
        MalformedFile("rule-index-flags", set("RIDX", 4, UInt32(2)), value(.ruleIndex, "flags")),
        MalformedFile(
            "rule-index-of-other-rules", set("RIDX", 8, UInt64(1)), value(.ruleIndex, "rules' checksum")),
        MalformedFile("rule-index-rules", set("RIDX", 16, UInt32(5)), value(.ruleIndex, "rules")),
        MalformedFile("rule-index-tokens", set("RIDX", 20, UInt32(5)), value(.ruleIndex, "tokens")),
        MalformedFile("rule-index-slots-few", set("RIDX", 24, UInt32(0)), value(.ruleIndex, "logarithm of the slots")),
        MalformedFile(
            "rule-index-slots-huge", set("RIDX", 24, UInt32(64)), value(.ruleIndex, "logarithm of the slots")),
        MalformedFile(
            "rule-index-slots-beyond-words",
            // As long as an index whose slots are none, which they seem to be where words have 32 bits.
            { file in
                let count = 1 << number(file["RIDX"], 24)
                set("RIDX", 24, UInt32(32))(&file)
                file["RIDX"].removeSubrange(64..<64 + 17 * count)
            }, value(.ruleIndex, "logarithm of the slots")),
        MalformedFile("rule-index-slots-other", set("RIDX", 24, UInt32(5)), value(.ruleIndex, "length")),
        MalformedFile("rule-index-reserved", set("RIDX", 60, UInt32(1)), value(.ruleIndex, "reserved bytes")),
        MalformedFile(
            "rule-index-slot-rule",
            { file in
                let slot = slots(file["RIDX"], isEmpty: false)[0]
                file["RIDX"][slot + 14] = 0x7F
            }, value(.ruleIndex, "slots")),
        MalformedFile(
            "rule-index-slot-row",
            { file in
                let slot = slots(file["RIDX"], isEmpty: false)[0]
                file["RIDX"][slot + 7] = 0x7F
            }, value(.ruleIndex, "slots")),
        MalformedFile(
            "rule-index-no-empty-slot",
            { file in
                for slot in slots(file["RIDX"], isEmpty: true) { file["RIDX"][slot] = 1 }
            }, value(.ruleIndex, "slots")),
        MalformedFile(
            "rule-index-slot-of-another-rule",
            { file in
                // The third of the rules has one atom only.
                let slot = slots(file["RIDX"], isEmpty: false)[0]
                file["RIDX"][slot + 12] = 3
            }, { if case .value(.ruleIndex, _, "a rule of two atoms", _) = $0 { true } else { false } }),
        MalformedFile(
            "rule-index-offset",
            { file in
                let offsets = 64 + 16 << number(file["RIDX"], 24)
                file["RIDX"][offsets + 4] ^= 1
            }, value(.ruleIndex, "rule 1")),
        MalformedFile(
            "rule-index-distance-zero", { $0["RIDX"][$0["RIDX"].count - 1] |= 1 }, value(.ruleIndex, "distances")),
    ]
}
