import AnnealContainer
import AnnealPlatform
import AnnealRewrite
import AnnealTokens
import Foundation
import TestSupport
import Testing

@testable import AnnealModel

/// One file for each way of being wrong; all else in it, checksums included, is right, so that the check meant is the
/// one that speaks.
struct MalformedFile: CustomTestStringConvertible, Sendable {
    let name: String
    let make: @Sendable (inout RawFile) -> Void
    let isExpected: @Sendable (ModelError) -> Bool

    var testDescription: String { name }

    init(
        _ name: String, _ make: @escaping @Sendable (inout RawFile) -> Void,
        _ isExpected: @escaping @Sendable (ModelError) -> Bool
    ) {
        self.name = name
        self.make = make
        self.isExpected = isExpected
    }

    static func value(_ tag: SectionTag, _ what: String) -> @Sendable (ModelError) -> Bool {
        { if case .value(tag, what, _, _) = $0 { true } else { false } }
    }

    static func header(_ field: String) -> @Sendable (ModelError) -> Bool {
        { if case .container(.header(field, _, _)) = $0 { true } else { false } }
    }

    static func length(_ tag: SectionTag) -> @Sendable (ModelError) -> Bool {
        { if case .sectionLength(tag, _, _) = $0 { true } else { false } }
    }

    static func shape(_ field: Int, _ value: UInt32) -> @Sendable (inout RawFile) -> Void {
        { $0["SHAP"].replaceSubrange((field * 4)..<(field * 4 + 4), with: RawFile.little(value)) }
    }

    static func missing(_ tag: String) -> MalformedFile {
        MalformedFile(
            "missing-section-\(tag)", { $0.remove(tag) }, { $0 == .container(.missingSection(SectionTag(tag)!)) })
    }

    static func resized(_ tag: String) -> MalformedFile {
        MalformedFile("section-length-\(tag)", { $0[tag].append(0) }, length(SectionTag(tag)!))
    }

    static let container: [MalformedFile] = [
        MalformedFile(
            "not-a-model", { $0.magic[0] = 0x88 }, { if case .container(.notOfKind) = $0 { true } else { false } }),
        MalformedFile(
            "other-byte-order", { $0.mark = 0x0403_0201 },
            { $0 == .container(.otherByteOrder(expected: 0x0102_0304, found: 0x0403_0201)) }),
        MalformedFile("byte-order-mark", { $0.mark = 0x0102_0404 }, header("byte-order mark")),
        MalformedFile("newer-version", { $0.version = 2 }, { $0 == .container(.newerVersion(supported: 1, found: 2)) }),
        MalformedFile("version-zero", { $0.version = 0 }, header("format version")),
        MalformedFile("header-size", { $0.headerSize = 64 }, header("header size")),
        MalformedFile(
            "too-many-sections", { $0.sectionCount = 65 }, { $0 == .container(.tooManySections(limit: 64, found: 65)) }),
        MalformedFile(
            "sections-beyond-words", { $0.sectionCount = .max },
            { $0 == .container(.tooManySections(limit: 64, found: Int(UInt32.max))) }),
        MalformedFile(
            "table-beyond-file",
            { file in
                file.sections = [file.sections[0]]
                file.sections[0].bytes = []
                file.sectionCount = 64
            }, { if case .container(.truncated) = $0 { true } else { false } }),
        MalformedFile(
            "file-size-too-large", { $0.fileSize = 1 << 40 },
            { if case .container(.truncated) = $0 { true } else { false } }),
        MalformedFile(
            "trailing-bytes",
            { file in
                file.fileSize = UInt64(file.bytes.count)
                file.trailing = [0]
            }, { if case .container(.trailingBytes) = $0 { true } else { false } }),
        MalformedFile(
            "trailing-block",
            { file in
                file.fileSize = UInt64(file.bytes.count + 64)
                file.trailing = [UInt8](repeating: 0, count: 64)
            }, header("file size")),
        MalformedFile(
            "header-checksum", { $0.headerChecksum = 1 },
            { if case .container(.headerChecksum) = $0 { true } else { false } }),
        MalformedFile("reserved-byte", { $0.reserved[55] = 1 }, header("reserved byte 127")),
        MalformedFile(
            "section-tag", { $0.sections[0].tag = "ME\u{1}A" },
            { if case .container(.sectionTag) = $0 { true } else { false } }),
        MalformedFile(
            "duplicate-section", { $0.sections.insert($0.sections[3], at: 4) },
            { $0 == .container(.duplicateSection(.gains)) }),
        MalformedFile(
            "unknown-mandatory-section",
            { $0.sections.append(RawFile.Section(tag: "zzzz", flags: 1, bytes: [1])) },
            { $0 == .container(.unknownMandatorySection(SectionTag("zzzz")!)) }),
        MalformedFile(
            "section-flags", { $0.sections[0].flags = 0 },
            { $0 == .container(.sectionFlags(.metadata, expected: 1, found: 0)) }),
        MalformedFile(
            "section-flags-unknown-bit", { $0.sections[0].flags = 3 },
            { $0 == .container(.sectionFlags(.metadata, expected: 1, found: 3)) }),
        MalformedFile(
            "section-order", { $0.sections.swapAt(0, 1) },
            { $0 == .container(.sectionOrder(.metadata, after: .tokenizer)) }),
        MalformedFile(
            "known-after-unknown", { $0.sections.insert($0.sections.removeLast(), at: 0) },
            { if case .container(.sectionOrder(.metadata, _)) = $0 { true } else { false } }),
        MalformedFile(
            "unknown-order", { $0.sections.append(RawFile.Section(tag: "aaaa", flags: 0, bytes: [1])) },
            { if case .container(.sectionOrder) = $0 { true } else { false } }),
        MalformedFile(
            "section-offset", { $0.sections[1].offset = 128 },
            { if case .container(.sectionOffset(.tokenizer, _, found: 128)) = $0 { true } else { false } }),
        MalformedFile(
            "section-beyond-file", { $0.sections[1].length = UInt64.max },
            { if case .container(.sectionBeyondFile(.tokenizer, _, _, _)) = $0 { true } else { false } }),
        MalformedFile(
            "section-checksum", { $0.sections[1].checksum = 0 },
            { if case .container(.sectionChecksum(.tokenizer, expected: 0, _)) = $0 { true } else { false } }),
        MalformedFile(
            "padding", { $0.padding[0] = 7 }, { if case .container(.padding(_, found: 7)) = $0 { true } else { false } }
        ),
        MalformedFile(
            "padding-at-end", { $0.padding[$0.sections.count - 1] = 7 },
            { if case .container(.padding(_, found: 7)) = $0 { true } else { false } }),
        MalformedFile(
            "padding-of-table",
            { file in
                // An even number of sections leaves no padding behind the table.
                if file.sections.count % 2 == 0 { file.remove("CRIT") }
                file.padding[-1] = 7
            }, { if case .container(.padding(_, found: 7)) = $0 { true } else { false } }),
    ]

    static let contents: [MalformedFile] =
        [
            "META", "TOKM", "SHAP", "GAIN", "SCAL", "ROWS", "ROLE", "CODE", "TANH", "ROOT", "PROW", "PLAC", "CLAS",
            "CLNM", "RULE",
        ].map(missing)
        + [
            "SHAP", "GAIN", "SCAL", "ROWS", "ROW4", "ROLE", "CODE", "TANH", "ROOT", "PROW", "PLAC", "CLAS",
            "RULE", "CRIT",
        ].map(resized)
        + [
            MalformedFile("places-empty", { $0["PLAC"] = [] }, length(.places)),
            MalformedFile(
                "places-too-many", { $0["PLAC"] += [UInt8](repeating: 0, count: 64 * 256) }, length(.places)),
            MalformedFile("place-row-range", { $0["PROW"][256] = 3 }, value(.placeRows, "entry 256")),
            MalformedFile(
                "places-without-codes", { file in for tag in ["CODE", "TANH", "ROOT"] { file.remove(tag) } },
                { $0 == .needlessSection(.placeRows) }),
            MalformedFile("dimension", shape(0, 33), value(.shape, "dimension")),
            MalformedFile("dimension-zero", shape(0, 0), value(.shape, "dimension")),
            MalformedFile("dimension-too-large", shape(0, 1056), value(.shape, "dimension")),
            MalformedFile("dimension-other", shape(0, 64), length(.packedRows)),
            MalformedFile("packed-rows-missing", { $0.remove("ROW4") }, length(.rows)),
            MalformedFile("packed-rows-empty", { $0["ROW4"] = [] }, length(.packedRows)),
            MalformedFile("packed-row-less", { $0["ROW4"].removeLast(16) }, length(.rows)),
            MalformedFile(
                "packed-rows-too-many", { $0["ROW4"] += [UInt8](repeating: 0, count: 16 * 4096) }, length(.packedRows)),
            MalformedFile("token-count-zero", shape(1, 0), value(.shape, "token count")),
            MalformedFile("token-count-huge", shape(1, .max), value(.shape, "token count")),
            MalformedFile("row-count-below-tokens", shape(2, 1), value(.shape, "row count")),
            MalformedFile("row-count-huge", shape(2, .max), value(.shape, "row count")),
            MalformedFile("row-count-other", shape(2, 111), length(.scales)),
            MalformedFile("role-count-other", shape(3, 2), length(.roles)),
            MalformedFile("role-count-zero", shape(3, 0), { $0 == .needlessSection(.roles) }),
            MalformedFile("role-count-huge", shape(3, .max), value(.shape, "role count")),
            MalformedFile("class-count-zero", shape(4, 0), { $0 == .needlessSection(.classes) }),
            MalformedFile("class-count-other", shape(4, 3), value(.classNames, "lines")),
            MalformedFile("class-count-huge", shape(4, .max), value(.shape, "class count")),
            MalformedFile(
                "rule-count-less", shape(5, 3), { if case .rules(.trailingWords) = $0 { true } else { false } }),
            MalformedFile("rule-count-more", shape(5, 5), { if case .rules(.truncated) = $0 { true } else { false } }),
            MalformedFile("rule-count-huge", shape(5, .max), value(.shape, "rule count")),
            MalformedFile("exponent", shape(6, 63), value(.shape, "exponent")),
            MalformedFile("exponent-negative", shape(6, .max), value(.shape, "exponent")),
            MalformedFile("shape-reserved", shape(7, 1), value(.shape, "reserved field")),
            MalformedFile(
                "gain-too-large", { $0["GAIN"].replaceSubrange(0..<2, with: RawFile.little(UInt16(11185))) },
                value(.gains, "entry 0")),
            MalformedFile("gain-not-neutral", { $0["GAIN"][256] ^= 1 }, value(.gains, "entry 128")),
            MalformedFile("scale-zero", { $0["SCAL"].replaceSubrange(2..<4, with: [0, 0]) }, value(.scales, "row 1")),
            MalformedFile(
                "scale-negative", { $0["SCAL"].replaceSubrange(2..<4, with: [255, 255]) }, value(.scales, "row 1")),
            MalformedFile(
                "scale-too-large", { $0["SCAL"].replaceSubrange(2..<4, with: RawFile.little(Int16(12001))) },
                value(.scales, "row 1")),
            MalformedFile("metadata-utf8", { $0["META"][7] = 0xff }, value(.metadata, "line 1")),
            MalformedFile("metadata-control", { $0["META"][2] = 0x07 }, value(.metadata, "line 1")),
            MalformedFile("metadata-key", { $0["META"][0] = 0x41 }, value(.metadata, "line 1")),
            MalformedFile("metadata-order", { $0["META"][0] = 0x7a }, value(.metadata, "line 2")),
            MalformedFile(
                "metadata-duplicate", { $0["META"] = Array("a = 1\na = 2\n".utf8) }, value(.metadata, "line 2")),
            MalformedFile("metadata-unended", { $0["META"].removeLast() }, value(.metadata, "last byte")),
            MalformedFile("metadata-empty-line", { $0["META"].append(10) }, value(.metadata, "line 5")),
            MalformedFile("tokenizer-empty", { $0["TOKM"] = [] }, { if case .tokenizer = $0 { true } else { false } }),
            MalformedFile(
                "tokenizer-truncated", { $0["TOKM"].removeLast() }, { if case .tokenizer = $0 { true } else { false } }),
            MalformedFile(
                "tokenizer-garbage", { $0["TOKM"] = [1, 2, 3, 4] }, { if case .tokenizer = $0 { true } else { false } }),
            MalformedFile(
                "tokenizer-pieces",
                { file in
                    // One piece more than the shape says: the bytes of a piece "q~" with a score.
                    file["TOKM"] += [0x0a, 9, 0x0a, 2, 0x71, 0x7e, 0x15, 0, 0, 0x80, 0xc0]
                }, value(.tokenizer, "pieces")),
            MalformedFile(
                "class-offset-first", { $0["CLAS"][0] = 1 }, { $0 == .classes(.badOffset(token: 0, found: 1)) }),
            MalformedFile(
                "class-offset-descends", { $0["CLAS"][12] = 1 }, { $0 == .classes(.badOffset(token: 3, found: 1)) }),
            MalformedFile(
                "class-offset-beyond", { $0["CLAS"][12] = 9 }, { $0 == .classes(.badOffset(token: 3, found: 9)) }),
            MalformedFile(
                "class-members-short", { $0["CLAS"].removeLast(2) },
                { if case .classes(.badOffset) = $0 { true } else { false } }),
            MalformedFile(
                "class-members-spare", { $0["CLAS"] += [0, 0] },
                { if case .classes(.badOffset) = $0 { true } else { false } }),
            MalformedFile(
                "class-member-range", { $0["CLAS"][$0["CLAS"].count - 2] = 2 },
                { $0 == .classes(.badMember(index: 2, found: 2)) }),
            MalformedFile(
                "class-member-order", { $0["CLAS"][$0["CLAS"].count - 4] = 0 },
                { $0 == .classes(.badMember(index: 1, found: 0)) }),
            MalformedFile("class-offsets-cut", { $0["CLAS"].removeLast(10) }, length(.classes)),
            MalformedFile("class-names-duplicate", { $0["CLNM"] = Array("a\na\n".utf8) }, value(.classNames, "a name")),
            MalformedFile("class-names-empty", { $0["CLNM"] = Array("\nb\n".utf8) }, value(.classNames, "a name")),
            MalformedFile("class-names-fewer", { $0["CLNM"] = Array("a\n".utf8) }, value(.classNames, "lines")),
            MalformedFile("constant-names-fewer", { $0["NAME"] = Array("a\n".utf8) }, value(.constantNames, "lines")),
            MalformedFile("constant-names-unended", { $0["NAME"].removeLast() }, value(.constantNames, "last byte")),
            MalformedFile("constant-names-utf8", { $0["NAME"][0] = 0xff }, value(.constantNames, "line 1")),
            MalformedFile("constant-names-control", { $0["NAME"][0] = 1 }, value(.constantNames, "line 1")),
            MalformedFile(
                "rule-header", { $0["RULE"][3] = 0x80 }, { if case .rules(.badHeader) = $0 { true } else { false } }),
            MalformedFile(
                "rule-cut", { $0["RULE"].removeLast(4) }, { if case .rules(.truncated) = $0 { true } else { false } }),
            MalformedFile(
                "rule-trailing", { $0["RULE"] += [0, 0, 0, 0] },
                { if case .rules(.trailingWords) = $0 { true } else { false } }),
            MalformedFile(
                "rule-token", { $0["RULE"][10] = 0xff },
                { if case .rules(.tokenOutOfRange) = $0 { true } else { false } }),
        ]
}

@Suite struct MalformedFileTests {
    @Test(arguments: MalformedFile.container + MalformedFile.contents + MalformedFile.indexes)
    func isRefusedForItsReason(_ malformed: MalformedFile) throws {
        var file = RawFile(try TinyModel.bytes())
        // An index is of other sections than these: it would be the first to be refused.
        if MalformedFile.contents.contains(where: { $0.name == malformed.name }) {
            for tag in SectionTag.indexes { file.remove("\(tag)") }
        }
        malformed.make(&file)
        do throws(ModelError) {
            _ = try Model(bytes: file.bytes)
            Issue.record("\(malformed.name) was accepted")
        } catch {
            #expect(malformed.isExpected(error), "\(malformed.name): \(error)")
            #expect(!error.description.isEmpty)
            try Self.keep(malformed.name, file.bytes, saying: error.description)
        }
    }

    /// Writes a file, and what is said of it, into the folder that `ANNEAL_KEEP_MALFORMED` names: for machines that run no
    /// tests of Swift, as WebAssembly (Web/test/check.mjs).
    private static func keep(_ name: String, _ bytes: [UInt8], saying message: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["ANNEAL_KEEP_MALFORMED"] else { return }
        let file = URL(fileURLWithPath: folder).appendingPathComponent(name)
        try Data(bytes).write(to: file.appendingPathExtension("anneal"))
        try Data(message.utf8).write(to: file.appendingPathExtension("txt"))
    }

    @Test func rawLayoutEqualsTheWriters() throws {
        for parts in [try TinyModel.parts(), try TinyModel.bareParts()] {
            let bytes = try ModelWriter.encode(parts)
            #expect(RawFile(bytes).bytes == bytes)
        }
    }

    /// Docs/Format.md lists the sections in the order of the file, each with its flag: if this fails, mend its table.
    @Test func theFormatPageListsEverySection() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("Docs/Format.md"), encoding: .utf8)
        var rest = page[...]
        let kind = ContainerKind.model
        for tag in kind.known {
            let isOptional = kind.optional.contains(tag)
            let there = kind.required.contains(tag) ? "needed" : isOptional ? "optional" : ""
            let line = "| `\(tag)` | \(kind.flags(of: tag)) | \(there)"
            let place = try #require(rest.range(of: line), "no line \(line) behind the sections before")
            rest = rest[place.upperBound...]
        }
    }

    @Test func unknownOptionalSectionIsKept() throws {
        var file = RawFile(try TinyModel.bytes())
        file.sections.append(RawFile.Section(tag: "zzzz", flags: 0, bytes: [4, 5]))
        let model = try Model(bytes: file.bytes)
        #expect(model.bytes(of: SectionTag("zzzz")!) == [4, 5])
        #expect(try ModelWriter.encode(model.parts) == file.bytes)
    }

    @Test func contentHashIsCheckedWhenAsked() throws {
        var file = RawFile(try TinyModel.bytes())
        try Model(bytes: file.bytes).verify()
        file.contentHash = [UInt8](repeating: 0, count: 32)
        let model = try Model(bytes: file.bytes)
        #expect(throws: ModelError.self) { try model.verify() }
    }

    @Test func truncationAtEveryByte() throws {
        let bytes = try TinyModel.bytes()
        bytes.withUnsafeBytes { whole in
            for count in 0..<whole.count {
                do throws(ModelError) {
                    _ = try Model(bytes: UnsafeRawBufferPointer(rebasing: whole[..<count]))
                    Issue.record("cut at \(count) was accepted")
                } catch {
                    if case .container(.truncated) = error { continue }
                    Issue.record("cut at \(count): \(error)")
                }
            }
        }
    }

    /// The header says the cut size and its checksum is right, so that the table's checks are reached.
    @Test func truncationWithARightHeader() throws {
        let bytes = try TinyModel.bytes()
        let tableEnd = 128 + 32 * RawFile(bytes).sections.count
        for count in stride(from: tableEnd, to: bytes.count, by: max(1, 61 / TestScale.factor)) {
            var cut = Array(bytes[..<count])
            cut.replaceSubrange(24..<32, with: RawFile.little(UInt64(count)))
            cut.withUnsafeMutableBytes { file in
                let checksum = FileHeader.checksum(of: UnsafeRawBufferPointer(file), tableEnd: tableEnd)
                file.setLittleEndian(checksum, at: FileHeader.checksumOffset)
            }
            #expect(throws: ModelError.self, "cut at \(count)") { try Model(bytes: cut) }
        }
    }

    @Test func everySingleBitFlipOfHeaderAndTable() throws {
        var bytes = try TinyModel.bytes()
        for bit in 0..<((128 + 32 * RawFile(bytes).sections.count) * 8) {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: ModelError.self, "bit \(bit)") { try Model(bytes: bytes) }
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
    }

    @Test func singleBitFlipsAnywhere() throws {
        var bytes = try TinyModel.bytes()
        var chance = SplitMix64(seed: 11)
        for _ in TestScale.cases(3000) {
            let bit = Int.random(in: 0..<(bytes.count * 8), using: &chance)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: ModelError.self, "bit \(bit)") { try Model(bytes: bytes) }
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
    }

    /// Damage under right checksums: refused with a typed error, or a model that runs and prints.
    @Test func damageUnderRightChecksums() throws {
        let original = RawFile(try TinyModel.bytes())
        for seed in TestScale.cases(400) {
            var chance = SplitMix64(seed: seed)
            var file = original
            for _ in 0..<Int.random(in: 1...3, using: &chance) {
                let section = Int.random(in: 0..<file.sections.count, using: &chance)
                guard !file.sections[section].bytes.isEmpty else { continue }
                let byte = Int.random(in: 0..<file.sections[section].bytes.count, using: &chance)
                file.sections[section].bytes[byte] = UInt8.random(in: 0...255, using: &chance)
            }
            let model: Model
            do throws(ModelError) { model = try Model(bytes: file.bytes) } catch {
                try Self.keep("damage-\(seed)", file.bytes, saying: error.description)
                continue
            }
            try Self.keep("damage-\(seed)", file.bytes, saying: "accepted")
            var encoder = TokenEncoder(model.tokenizer)
            for id in encoder.encode("the light turns off in new york") {
                #expect(id < model.shape.tokenCount, "seed \(seed)")
            }
            #expect(!ModelDisassembler(model).text().isEmpty)
        }
    }
}
