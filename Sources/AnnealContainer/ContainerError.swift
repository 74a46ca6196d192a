import AnnealPlatform

/// What is wrong with a container as such: with the file, its header, its section table or a checksum.
///
/// Each case says what was expected and what was found; ``description`` is a sentence for a person.
public enum ContainerError: Error, Equatable, Sendable {
    // The file as a whole.
    case notFound(path: String)
    case isDirectory(path: String)
    /// `code` is the system's error number of `operation`.
    case unreadable(path: String, operation: String, code: Int32)
    case emptyFile(path: String)
    /// Writing failed; nothing is left behind at `path`.
    case unwritable(path: String, operation: String, code: Int32)

    // The header.
    case notOfKind(expected: [UInt8], found: [UInt8])
    case otherByteOrder(expected: UInt32, found: UInt32)
    case newerVersion(supported: UInt32, found: UInt32)
    case header(field: String, expected: UInt64, found: UInt64)
    case headerChecksum(expected: UInt64, found: UInt64)
    case truncated(expectedBytes: UInt64, foundBytes: UInt64)
    case trailingBytes(expectedBytes: UInt64, foundBytes: UInt64)
    case tooManySections(limit: Int, found: Int)

    // The section table.
    case sectionTag(found: UInt32)
    case duplicateSection(SectionTag)
    case missingSection(SectionTag)
    case unknownMandatorySection(SectionTag)
    case sectionFlags(SectionTag, expected: UInt32, found: UInt32)
    case sectionOrder(SectionTag, after: SectionTag)
    case sectionOffset(SectionTag, expected: UInt64, found: UInt64)
    case sectionBeyondFile(SectionTag, offset: UInt64, length: UInt64, fileBytes: UInt64)
    case sectionChecksum(SectionTag, expected: UInt64, found: UInt64)
    case padding(offset: UInt64, found: UInt8)
    /// Checked only when it is asked for.
    case contentHash(expected: ContentHash, found: ContentHash)
}

extension ContainerError: CustomStringConvertible {
    public var description: String { description(of: "container") }

    /// A sentence that says what was expected and what was found.
    /// - Parameter noun: what the file should have been, as "model".
    package func description(of noun: String) -> String {
        switch self {
        case .notFound(let path):
            "no \(noun) at \(path): the file does not exist"
        case .isDirectory(let path):
            "\(path) is a directory, expected a \(noun) file"
        case .unreadable(let path, let operation, let code):
            "cannot read \(path): \(operation) failed: \(SystemError(code: code))"
        case .emptyFile(let path):
            "\(path) is empty, expected a \(noun) file"
        case .unwritable(let path, let operation, let code):
            "cannot write \(path): \(operation) failed: \(SystemError(code: code))"
        case .notOfKind(let expected, let found):
            "not a \(noun) file: expected the first bytes \(list(expected)), found \(list(found))"
        case .otherByteOrder(let expected, let found):
            "the \(noun) was written in another byte order: expected the mark \(hex(expected)), found \(hex(found))"
        case .newerVersion(let supported, let found):
            "the \(noun) has format version \(found), newer than this program reads (up to \(supported)): update Anneal"
        case .header(let field, let expected, let found):
            "bad header: \(field): expected \(expected), found \(found)"
        case .headerChecksum(let expected, let found):
            "the header or the section table is damaged: expected checksum \(hex(expected)), found \(hex(found))"
        case .truncated(let expected, let found):
            "the \(noun) is cut short: expected \(expected) bytes, found \(found)"
        case .trailingBytes(let expected, let found):
            "bytes follow the \(noun): expected \(expected) bytes, found \(found)"
        case .tooManySections(let limit, let found):
            "too many sections: expected at most \(limit), found \(found)"
        case .sectionTag(let found):
            "bad section name: expected four printable ASCII bytes, found \(hex(found))"
        case .duplicateSection(let tag):
            "section \(tag) occurs twice, expected once"
        case .missingSection(let tag):
            "section \(tag) is missing"
        case .unknownMandatorySection(let tag):
            "section \(tag) is mandatory and this program does not know it: update Anneal"
        case .sectionFlags(let tag, let expected, let found):
            "section \(tag): expected flags \(expected), found \(found)"
        case .sectionOrder(let tag, let earlier):
            "section \(tag) lies after \(earlier), expected before it"
        case .sectionOffset(let tag, let expected, let found):
            "section \(tag): expected offset \(expected), found \(found)"
        case .sectionBeyondFile(let tag, let offset, let length, let bytes):
            "section \(tag): expected to end within \(bytes) bytes, found offset \(offset) and length \(length)"
        case .sectionChecksum(let tag, let expected, let found):
            "section \(tag) is damaged: expected checksum \(hex(expected)), found \(hex(found))"
        case .padding(let offset, let found):
            "bad padding at byte \(offset): expected 0, found \(found)"
        case .contentHash(let expected, let found):
            "the content does not have the hash that the header says: expected \(expected), found \(found)"
        }
    }

    /// As an array prints, which it cannot in Embedded Swift.
    private func list(_ bytes: [UInt8]) -> String { "[" + bytes.map { String($0) }.joined(separator: ", ") + "]" }
    private func hex(_ value: UInt64) -> String { HexDigits.text(value, width: 16) }
    private func hex(_ value: UInt32) -> String { HexDigits.text(UInt64(value), width: 8) }
}
