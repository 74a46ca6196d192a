/// The name of a file as the system has it: bytes, whatever they spell.
///
/// Two paths are equal if their bytes are. `é` in one Unicode form and in the other are two names, and a name need be no
/// UTF-8 at all. So a path is never made of the text that is printed for it.
public struct Path: Hashable, Sendable, CustomStringConvertible {
    /// Without a zero: it would end the path, as in C.
    public let bytes: [UInt8]

    public init(bytes: some Sequence<UInt8>) {
        let all = Array(bytes)
        self.bytes = all.firstIndex(of: 0).map { Array(all[..<$0]) } ?? all
    }

    public init(_ text: some StringProtocol) { self.init(bytes: text.utf8) }

    public init(cString: UnsafePointer<CChar>) {
        var length = 0
        while cString[length] != 0 { length += 1 }
        bytes = Array(UnsafeRawBufferPointer(start: cString, count: length))
    }

    /// For messages and for nothing else: bytes that are no UTF-8, control characters and `\` are escaped, so that
    /// different paths print differently and none moves the cursor.
    public var description: String {
        var text = ""
        forEachScalar { scalar, bytes in
            switch scalar?.properties.generalCategory {
            case nil, .control, .format, .lineSeparator, .paragraphSeparator:
                for byte in bytes { text += Self.escape(byte) }
            default: if scalar == "\\" { text += "\\\\" } else if let scalar { text.unicodeScalars.append(scalar) }
            }
        }
        return text
    }

    private static func escape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "\\x" + (byte < 16 ? "0" : "") + digits
    }

    /// The text, where the bytes are UTF-8: for what needs a string, as a database or JSON.
    public var text: String? { String(validating: bytes, as: UTF8.self) }

    /// What stands behind the last slash.
    public var name: ArraySlice<UInt8> { bytes[(lastSlash.map { $0 + 1 } ?? 0)...] }

    /// The folder that the file is in: `.` for a name alone.
    public var folder: Path {
        guard let lastSlash else { return Path(".") }
        return lastSlash == 0 ? Path("/") : Path(bytes: bytes[..<lastSlash])
    }

    /// The path of a file in this folder.
    public func appending(_ name: some Sequence<UInt8>) -> Path {
        Path(bytes: bytes.last == slash || bytes.isEmpty ? bytes + Array(name) : bytes + [slash] + Array(name))
    }

    public func appending(_ name: String) -> Path { appending(name.utf8) }

    /// Whether the path is a folder's or lies below it, by name alone.
    public func isBelow(_ folder: Path) -> Bool {
        guard bytes.starts(with: folder.bytes) else { return false }
        return bytes.count == folder.bytes.count || folder.bytes.last == slash || bytes[folder.bytes.count] == slash
    }

    /// An argument of the command line as a string that keeps every byte: ``init(argument:)`` gives the path back.
    ///
    /// A byte that is no part of UTF-8 becomes one of the last 128 characters for private use, and so do the bytes of
    /// such a character itself.
    public var argument: String {
        var text = String.UnicodeScalarView()
        forEachScalar { scalar, bytes in
            if let scalar, !Self.kept.contains(scalar.value) {
                text.append(scalar)
            } else {
                for byte in bytes { text.append(Unicode.Scalar(Self.kept.lowerBound + UInt32(byte) - 0x80)!) }
            }
        }
        return String(text)
    }

    /// The path that an argument names.
    /// - Parameter argument: as ``argument`` makes it.
    public init(argument: String) {
        var bytes: [UInt8] = []
        for scalar in argument.unicodeScalars {
            if Self.kept.contains(scalar.value) {
                bytes.append(UInt8(0x80 + scalar.value - Self.kept.lowerBound))
            } else {
                bytes += UTF8.encode(scalar)!
            }
        }
        self.init(bytes: bytes)
    }

    private static let kept: ClosedRange<UInt32> = 0x10_FF80...0x10_FFFF

    /// Each scalar with its bytes; a byte that is no part of UTF-8 comes alone, without a scalar.
    private func forEachScalar(_ body: (Unicode.Scalar?, ArraySlice<UInt8>) -> Void) {
        var left = bytes[...]
        while let first = left.first {
            let wanted = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            let scalar = String(validating: left.prefix(wanted), as: UTF8.self)?.unicodeScalars.first
            let length = scalar == nil ? 1 : wanted
            body(scalar, left.prefix(length))
            left = left.dropFirst(length)
        }
    }

    public var isAbsolute: Bool { bytes.first == slash }

    /// Calls `body` with the path as C has it.
    public func withCString<Result, Failure: Error>(
        _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let characters = bytes.map { CChar(bitPattern: $0) } + [0]
        return try characters.withUnsafeBufferPointer { (buffer) throws(Failure) in
            // It has a base: there is the zero at least.
            try body(buffer.baseAddress!)
        }
    }

    private var lastSlash: Int? { bytes.lastIndex(of: slash) }
    private var slash: UInt8 { UInt8(ascii: "/") }
}

extension Path: Comparable {
    /// By bytes.
    public static func < (left: Path, right: Path) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

extension Path: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self.init(text) }
}
