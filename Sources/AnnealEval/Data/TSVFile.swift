import AnnealFormats
import AnnealPlatform

/// A tab-separated file with a header, column by column. There is no quoting and no escaping: tabs and line feeds
/// separate, everything else is content.
struct TSVFile {
    let path: Path
    private let columns: [String: [String]]
    private let rowCount: Int

    /// - Throws: ``EvalError`` with the line of the first row that has another number of columns than the header.
    init(path: Path) throws(EvalError) {
        let content: [UInt8]
        do throws(FormatError) { content = try TextFile.read(path) } catch { throw EvalError(error) }
        try self.init(path: path, content: content)
    }

    init(path: Path, content: [UInt8]) throws(EvalError) {
        var lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let rows = lines.map { line in
            (line.last == 0x0D ? line.dropLast() : line).split(separator: 0x09, omittingEmptySubsequences: false)
        }
        guard let header = rows.first else {
            throw EvalError(place: "\(path)", expected: "a header", found: "an empty file")
        }
        var cells = [[String]](repeating: [], count: header.count)
        for (number, row) in rows.enumerated().dropFirst() {
            guard row.count == header.count else {
                throw EvalError(
                    place: "\(path):\(number + 1)", expected: "\(header.count) columns", found: "\(row.count)")
            }
            for (column, cell) in row.enumerated() { cells[column].append(String(decoding: cell, as: UTF8.self)) }
        }
        self.path = path
        rowCount = rows.count - 1
        let names = header.map { String(decoding: $0, as: UTF8.self) }
        columns = Dictionary(zip(names, cells), uniquingKeysWith: { first, _ in first })
    }

    /// A column by its name.
    func column(_ name: String) throws(EvalError) -> [String] {
        guard let column = columns[name] else {
            throw EvalError(
                place: "\(path):1", expected: "a column \"\(name)\"",
                found: columns.keys.sorted().joined(separator: ", "))
        }
        return column
    }

    /// A column of finite numbers.
    func numbers(_ name: String) throws(EvalError) -> [Double] {
        let texts = try column(name)
        var numbers: [Double] = []
        numbers.reserveCapacity(texts.count)
        for (index, text) in texts.enumerated() {
            guard let number = Double(text), number.isFinite else {
                throw EvalError(
                    place: "\(path):\(index + 2)", expected: "a number as \(name)", found: "\"\(text)\"")
            }
            numbers.append(number)
        }
        return numbers
    }

    func hasColumn(_ name: String) -> Bool { columns[name] != nil }

    /// Throws unless there is at least one row.
    func requireRows() throws(EvalError) {
        if rowCount == 0 { throw EvalError(place: "\(path)", expected: "at least one row", found: "a header alone") }
    }
}
