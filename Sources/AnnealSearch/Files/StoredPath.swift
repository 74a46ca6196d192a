import AnnealPlatform

/// Paths in the tables of an index, which hold texts.
extension Path {
    /// The path itself where it is UTF-8. Another one is escaped behind a backslash, which no absolute path begins with.
    /// Different paths have different texts.
    var stored: String { text ?? "\\" + description }

    /// - Parameter stored: as ``stored`` makes it.
    init(stored: String) {
        guard stored.utf8.first == Path.backslash else {
            self.init(stored)
            return
        }
        var bytes: [UInt8] = []
        var rest = stored.utf8.dropFirst()
        while let byte = rest.popFirst() {
            guard byte == Path.backslash, let mark = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            if mark == UInt8(ascii: "x"), let value = UInt8(Substring(digits), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(mark)
            }
        }
        self.init(bytes: bytes)
    }

    private static var backslash: UInt8 { UInt8(ascii: "\\") }
}
