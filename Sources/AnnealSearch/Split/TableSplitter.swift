/// Rows of values: each value under the name of its column, if the first row has names.
///
/// - Source: RFC 4180, with any of four separators.
struct TableSplitter {
    /// Longer names of columns are not repeated in every row.
    private static let namesBytes = 512

    private let bytes: [UInt8]
    private let separator: UInt8
    private var position = 0
    private var line = 1

    static func split(_ text: String, into builder: inout PassageBuilder) {
        let bytes = Array(text.utf8)
        var splitter = TableSplitter(bytes: bytes, separator: separator(of: bytes))
        guard let first = splitter.row() else { return }
        let isNamed = isHeader(first.values)
        let names = isNamed && first.values.reduce(0) { $0 + $1.utf8.count } <= namesBytes ? first.values : []
        if !isNamed || names.isEmpty { add(first, names: [], &builder) }
        while let row = splitter.row() { add(row, names: names, &builder) }
    }

    private static func add(
        _ row: (values: [String], line: Int), names: [String], _ builder: inout PassageBuilder
    ) {
        var block = ""
        for (column, value) in row.values.enumerated() where !value.isEmpty {
            if !block.isEmpty { block += names.isEmpty ? ", " : "\n" }
            if column < names.count { block += names[column] + ": " }
            block += value
        }
        builder.add(block, line: row.line, isOneLine: true)
    }

    /// Names are words, and each is another.
    private static func isHeader(_ values: [String]) -> Bool {
        values.count > 1 && Set(values).count == values.count
            && values.allSatisfy { $0.contains(where: \.isLetter) && Double($0) == nil }
    }

    /// Whichever is most often in the first line.
    private static func separator(of bytes: [UInt8]) -> UInt8 {
        let first = bytes.prefix { $0 != 0x0A }
        let separators = Array(",;\t|".utf8)
        let counts = separators.map { separator in first.count { $0 == separator } }
        return separators[counts.firstIndex(of: counts.max() ?? 0) ?? 0]
    }

    private init(bytes: [UInt8], separator: UInt8) {
        self.bytes = bytes
        self.separator = separator
    }

    /// The next row that holds anything.
    private mutating func row() -> (values: [String], line: Int)? {
        while position < bytes.count {
            let start = line
            var values: [String] = []
            while true {
                values.append(value())
                guard position < bytes.count, bytes[position] == separator else { break }
                position += 1
            }
            if position < bytes.count {
                position += 1
                line += 1
            }
            if values.contains(where: { !$0.isEmpty }) { return (values, start) }
        }
        return nil
    }

    /// A value up to its separator or the end of the row.
    private mutating func value() -> String {
        var value: [UInt8] = []
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            position += 1
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\"") {
                    guard position < bytes.count, bytes[position] == byte else { break }
                    position += 1
                } else if byte == 0x0A {
                    line += 1
                }
                value.append(byte)
            }
        }
        let start = position
        while position < bytes.count, bytes[position] != separator, bytes[position] != 0x0A { position += 1 }
        value += bytes[start..<position]
        let text = String(decoding: value, as: UTF8.self)
        return String(NumberedLine(text: text[...], number: 1).trimmed)
    }
}
