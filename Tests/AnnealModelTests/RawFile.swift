import AnnealContainer

@testable import AnnealModel

/// A model file as a person would lay it out with Docs/Format.md in hand: the slow and obvious twin of the writer, and the
/// way to make files that are wrong in one place and right, checksums included, everywhere else.
struct RawFile {
    struct Section {
        var tag: String
        var flags: UInt32
        var bytes: [UInt8]
        /// Overrides for what the table says.
        var offset: UInt64?
        var length: UInt64?
        var checksum: UInt64?
    }

    var magic: [UInt8] = [0x89, 0x41, 0x4e, 0x4e, 0x4c, 0x0d, 0x0a, 0x1a]
    var mark: UInt32 = 0x0102_0304
    var version: UInt32 = 1
    var headerSize: UInt32 = 128
    var sectionCount: UInt32?
    var fileSize: UInt64?
    var headerChecksum: UInt64?
    var contentHash: [UInt8]?
    var reserved = [UInt8](repeating: 0, count: 56)
    var sections: [Section] = []
    /// A byte of padding behind a section, by the section's index.
    var padding: [Int: UInt8] = [:]
    var trailing: [UInt8] = []

    init(_ file: [UInt8]) {
        func number(_ offset: Int, _ width: Int) -> UInt64 {
            (0..<width).reduce(0) { $0 | UInt64(file[offset + $1]) << UInt64(8 * $1) }
        }
        for index in 0..<Int(number(20, 4)) {
            let entry = 128 + 32 * index
            let start = Int(number(entry + 8, 8))
            sections.append(
                Section(
                    tag: String(decoding: file[entry..<(entry + 4)], as: UTF8.self),
                    flags: UInt32(number(entry + 4, 4)),
                    bytes: Array(file[start..<(start + Int(number(entry + 16, 8)))])))
        }
    }

    subscript(tag: String) -> [UInt8] {
        get { sections.first { $0.tag == tag }?.bytes ?? [] }
        set {
            guard let index = sections.firstIndex(where: { $0.tag == tag }) else { fatalError("no section \(tag)") }
            sections[index].bytes = newValue
        }
    }

    func index(_ tag: String) -> Int { sections.firstIndex { $0.tag == tag }! }

    mutating func remove(_ tag: String) { sections.removeAll { $0.tag == tag } }

    static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
    }

    var bytes: [UInt8] {
        var table: [UInt8] = []
        var content: [UInt8] = []
        let contentStart = (128 + 32 * sections.count + 63) / 64 * 64
        for (index, section) in sections.enumerated() {
            table += Array(section.tag.utf8.prefix(4))
            table += Self.little(section.flags)
            table += Self.little(section.offset ?? UInt64(contentStart + content.count))
            table += Self.little(section.length ?? UInt64(section.bytes.count))
            table += Self.little(section.checksum ?? section.bytes.withUnsafeBytes { Checksum64.of($0) })
            content += section.bytes
            while content.count % 64 != 0 { content.append(padding[index] ?? 0) }
        }
        while (128 + table.count) % 64 != 0 { table.append(padding[-1] ?? 0) }
        let tableEnd = 128 + 32 * sections.count
        let count = UInt64(128 + table.count + content.count)
        let front =
            magic + Self.little(mark) + Self.little(version) + Self.little(headerSize)
            + Self.little(sectionCount ?? UInt32(sections.count)) + Self.little(fileSize ?? count)
        let hashed = reserved + table + content
        let hash = contentHash ?? hashed.withUnsafeBytes { ContentHash(of: $0).bytes }
        let covered = hash + reserved + table
        let before = front.withUnsafeBytes { Checksum64.of($0) }
        let checksum = covered[..<(tableEnd - 40)].withUnsafeBytes { Checksum64.of($0, seed: before) }
        return front + Self.little(headerChecksum ?? checksum) + hash + hashed + trailing
    }
}
