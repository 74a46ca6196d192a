import AnnealContainer
import AnnealModel
import AnnealPlatform

/// Reads the text of a file, if it has one.
///
/// Text is UTF-8, or UTF-16 with a byte-order mark; marks are no part of it. Single bytes that are no UTF-8 are read as U+FFFD,
/// as other tools read them: the rest of the file is text all the same. A file that holds none is known by its first
/// bytes, so that large ones are not read again and again.
struct DocumentReader {
    /// Bytes that tell what a file holds.
    private static let headBytes = 8192
    /// Bytes to each place that is not UTF-8, or the file is in another encoding.
    private static let bytesPerReplacement = 20
    /// A text, and how many places of it are U+FFFD for what was no UTF-8.
    private typealias Decoded = (text: String, replacements: Int)

    /// - Returns: the document, or why there is none.
    static func read(_ file: FoundFile) throws(FileError) -> Result<PendingDocument, PassedOverFile.Reason> {
        let descriptor = try FileDescriptor.open(file.path, .read)
        // Nothing is written: closing has nothing to tell.
        defer { try? descriptor.close() }
        do throws(SystemError) {
            let head = try bytes(of: descriptor, min(file.size, headBytes))
            if file.size > headBytes, tool(for: file.kind, head) == nil, let reason = reason(head, file.kind) {
                return .failure(reason)
            }
            let data = file.size > headBytes ? try bytes(of: descriptor, file.size) : head
            let text: Result<Decoded, PassedOverFile.Reason> =
                if let tool = tool(for: file.kind, head) {
                    try tool.read(descriptor).map { ($0, 0) }
                } else if let reason = reason(head, file.kind) {
                    .failure(reason)
                } else {
                    decoded(data)
                }
            return text.map { found in
                PendingDocument(
                    file: file, hash: "\(data.withUnsafeBytes { ContentHash(of: $0) })", text: found.text,
                    replacements: found.replacements)
            }
        } catch {
            throw FileError(file.path, "read", error)
        }
    }

    /// The first bytes, as many as the file had when it was looked at: it may grow while it is read.
    private static func bytes(of file: FileDescriptor, _ count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = try bytes.withUnsafeMutableBufferPointer { (room) throws(SystemError) in
            try file.read(into: UnsafeMutableRawBufferPointer(room), at: 0)
        }
        bytes.removeLast(count - found)
        return bytes
    }

    private static func tool(for kind: DocumentKind, _ head: [UInt8]) -> DocumentTool? {
        switch kind {
        case .word where head.starts(with: "PK".utf8): .word
        case .pdf where head.starts(with: "%PDF-".utf8), .content where head.starts(with: "%PDF-".utf8): .pdf
        default: nil
        }
    }

    /// What the first bytes of forms are that are packed or have columns.
    private static let forms: [(name: String, start: [UInt8])] = [
        ("gzip", [0x1F, 0x8B]), ("bzip2", Array("BZh".utf8)), ("xz", [0xFD] + Array("7zXZ\0".utf8)),
        ("zstd", [0x28, 0xB5, 0x2F, 0xFD]), ("zip", Array("PK\u{3}\u{4}".utf8)), ("Parquet", Array("PAR1".utf8)),
        ("PDF", Array("%PDF-".utf8)), ("SQLite", Array("SQLite format 3\0".utf8)),
    ]

    /// Why a file that begins like this holds no text.
    private static func reason(_ head: [UInt8], _ kind: DocumentKind) -> PassedOverFile.Reason? {
        if let form = forms.first(where: { head.starts(with: $0.start) }) { return .form(form.name) }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return nil }
        if head.contains(0) || kind == .pdf && !head.isEmpty || kind == .word && !head.isEmpty { return .noText }
        // Without an ending that says so, text has next to no control characters.
        let controls = kind == .content ? head.count { $0 < 0x08 || (0x0E...0x1A).contains($0) } : 0
        return controls * 100 > head.count ? .noText : nil
    }

    /// - Complexity: O(bytes).
    private static func decoded(_ data: [UInt8]) -> Result<Decoded, PassedOverFile.Reason> {
        switch (data.first, data.dropFirst().first) {
        case (0xFF, 0xFE): return utf16(data, isLittle: true).map { ($0, 0) }
        case (0xFE, 0xFF): return utf16(data, isLittle: false).map { ($0, 0) }
        default:
            let hasMark = data.starts(with: [0xEF, 0xBB, 0xBF])
            let bytes = data.dropFirst(hasMark ? 3 : 0)
            if let text = String(validating: bytes, as: UTF8.self) { return .success((text, 0)) }
            let replacements = brokenPlaces(bytes)
            guard replacements * bytesPerReplacement <= bytes.count else { return .failure(.notUTF8) }
            return .success((String(decoding: bytes, as: UTF8.self), replacements))
        }
    }

    /// How many places `String(decoding:as:)` puts U+FFFD for.
    /// - Complexity: O(bytes), for files that are broken.
    private static func brokenPlaces(_ bytes: ArraySlice<UInt8>) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var places = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue: continue
            case .error: places += 1
            case .emptyInput: return places
            }
        }
    }

    private static func utf16(_ data: [UInt8], isLittle: Bool) -> Result<String, PassedOverFile.Reason> {
        let units = stride(from: 2, to: data.count - 1, by: 2).map { place in
            let (first, second) = (UInt16(data[place]), UInt16(data[place + 1]))
            return isLittle ? second << 8 | first : first << 8 | second
        }
        return units.prefix(headBytes / 2).contains(0)
            ? .failure(.noText) : .success(String(decoding: units, as: UTF16.self))
    }
}
