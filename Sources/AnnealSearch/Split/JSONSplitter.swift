/// JSON and JSON Lines: the values of each object with their names, under the names of what holds it.
struct JSONSplitter {
    /// Deeper objects and arrays count to the one that is this deep.
    private static let depthMax = 64
    /// Names of the innermost objects that make a heading, and their bytes together.
    private static let namesMax = 4
    private static let headingBytes = 160

    /// The objects and arrays that the place is in: the name of each, and whether it is an object.
    private var path: [(name: String, isObject: Bool)] = []
    private var deeper = 0
    private var name = ""
    private var block = ""
    private var start = 0

    static func split(_ text: String, into builder: inout PassageBuilder) {
        var splitter = JSONSplitter()
        var reader = JSONReader(text)
        while let part = reader.next() { splitter.take(part, line: reader.line, &builder) }
        splitter.end(&builder)
    }

    private mutating func take(_ part: JSONReader.Part, line: Int, _ builder: inout PassageBuilder) {
        switch part {
        case .beginObject, .beginArray:
            let isObject = if case .beginObject = part { true } else { false }
            end(&builder)
            if path.count < JSONSplitter.depthMax { path.append((name, isObject)) } else { deeper += 1 }
            name = ""
        case .endObject, .endArray:
            end(&builder)
            if deeper > 0 { deeper -= 1 } else { _ = path.popLast() }
            name = ""
        case .name(let text): name = text
        case .string(let text): add(text, line: line, &builder)
        case .literal(let text): add(text, line: line, &builder)
        }
    }

    private mutating func add(_ value: String, line: Int, _ builder: inout PassageBuilder) {
        guard !value.isEmpty else { return name = "" }
        if block.utf8.count + value.utf8.count > PassageBuilder.joinedBytes { end(&builder) }
        if block.isEmpty { start = line } else { block += path.last?.isObject == false ? " " : "\n" }
        if !name.isEmpty { block += name + ": " }
        block += value
        name = ""
    }

    private mutating func end(_ builder: inout PassageBuilder) {
        guard !block.isEmpty else { return }
        let names = path.lazy.map(\.name).filter { !$0.isEmpty }
        var heading = Array(names).suffix(JSONSplitter.namesMax).joined(separator: " > ")
        if heading.utf8.count > JSONSplitter.headingBytes { heading = "" }
        if builder.heading.utf8.elementsEqual(heading.utf8) == false { builder.heading = heading }
        builder.add(block, line: start, isOneLine: true)
        block = ""
    }
}
