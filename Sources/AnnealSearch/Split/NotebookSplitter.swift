/// A Jupyter notebook: its texts as Markdown, its programs as blocks under the headings before them. What running them has
/// printed is left out.
///
/// - Source: https://nbformat.readthedocs.io/en/latest/format_description.html
struct NotebookSplitter {
    private struct Cell {
        var type = ""
        var source = ""
        /// Of the first line of the source.
        var line = 0
        /// Whether each line of the source has a line of the file.
        var hasLines = false
    }

    private var depth = 0
    /// The depth inside the array of cells.
    private var cellDepth: Int?
    private var name = ""
    private var cell: Cell?
    /// Whether the place is in the array of a cell's lines.
    private var isInSource = false

    static func split(_ text: String, into builder: inout PassageBuilder) {
        var splitter = NotebookSplitter()
        var reader = JSONReader(text)
        while let part = reader.next() { splitter.take(part, line: reader.line, &builder) }
        splitter.end(&builder)
    }

    private mutating func take(_ part: JSONReader.Part, line: Int, _ builder: inout PassageBuilder) {
        switch part {
        case .beginObject, .beginArray:
            depth += 1
            if case .beginArray = part, depth == 2, name == "cells" { cellDepth = depth }
            if case .beginObject = part, let cellDepth, depth == cellDepth + 1 { cell = Cell() }
            if case .beginArray = part, let cellDepth, depth == cellDepth + 2, name == "source" { isInSource = true }
            name = ""
        case .endObject, .endArray:
            isInSource = false
            if let cellDepth, depth == cellDepth + 1 { end(&builder) }
            if depth == cellDepth { cellDepth = nil }
            depth = max(0, depth - 1)
        case .name(let text): name = text
        case .string(let text):
            if isInSource {
                add(text, line: line, hasLines: true)
            } else if let cellDepth, depth == cellDepth + 1 {
                if name == "cell_type" { cell?.type = text }
                if name == "source" { add(text, line: line, hasLines: false) }
            }
        case .literal: break
        }
    }

    private mutating func add(_ text: String, line: Int, hasLines: Bool) {
        guard var cell else { return }
        if cell.source.isEmpty {
            cell.line = line
            cell.hasLines = hasLines
        }
        // The whole array stands on one line, or one of its texts has several.
        let isOneLine = !cell.source.isEmpty && line == cell.line
        if isOneLine || text.utf8.dropLast().contains(0x0A) { cell.hasLines = false }
        self.cell = nil
        cell.source += text
        self.cell = cell
    }

    private mutating func end(_ builder: inout PassageBuilder) {
        guard let cell, !cell.source.isEmpty else { return }
        self.cell = nil
        builder.origin = (cell.line, !cell.hasLines)
        defer { builder.origin = (1, false) }
        if cell.type == "code" {
            builder.add(cell.source, line: 1)
        } else {
            MarkdownSplitter.split(cell.source, into: &builder)
        }
    }
}
