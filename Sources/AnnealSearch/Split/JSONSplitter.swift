/// JSON and JSON Lines: each value with its name and the names of what holds it, `scripts > build: make`. The objects of an
/// array, and those that stand behind each other, are blocks of their own.
struct JSONSplitter {
    /// Deeper objects and arrays count to the one that is this deep.
    private static let depthMax = 64
    /// Names before a value, and their bytes: longer ones would outweigh the values.
    private static let namesMax = 3
    private static let namesBytes = 80

    /// The objects and arrays that the place is in: the name of each, and whether it is an object.
    private var path: [(name: String, isObject: Bool)] = []
    private var deeper = 0
    private var name = ""
    private var block = ""
    private var start = 0
    /// The depth of the array whose names stand in front of its first value in the block.
    private var namedDepth: Int?

    static func split(_ text: String, into builder: inout PassageBuilder) {
        var splitter = JSONSplitter()
        var reader = JSONReader(text)
        while let part = reader.next() { splitter.take(part, line: reader.line, &builder) }
        splitter.end(&builder)
    }

    private var isInArray: Bool { path.last?.isObject == false }

    private mutating func take(_ part: JSONReader.Part, line: Int, _ builder: inout PassageBuilder) {
        switch part {
        case .beginObject:
            if isInArray || path.isEmpty { end(&builder) }
            enter(isObject: true)
        case .beginArray: enter(isObject: false)
        case .endObject:
            leave()
            if isInArray || path.isEmpty { end(&builder) }
        case .endArray: leave()
        case .name(let text):
            name = text
            namedDepth = nil
        case .string(let text), .literal(let text): add(text, line: line, &builder)
        }
    }

    private mutating func enter(isObject: Bool) {
        if path.count < JSONSplitter.depthMax { path.append((name, isObject)) } else { deeper += 1 }
        name = ""
    }

    private mutating func leave() {
        if deeper > 0 { deeper -= 1 } else { _ = path.popLast() }
        name = ""
    }

    private mutating func add(_ value: String, line: Int, _ builder: inout PassageBuilder) {
        defer { name = "" }
        guard !value.isEmpty else { return }
        if block.utf8.count + value.utf8.count > PassageBuilder.joinedBytes { end(&builder) }
        let isNext = isInArray && namedDepth == path.count
        if block.isEmpty { start = line } else { block += isNext ? " " : "\n" }
        if !isNext {
            let names = names
            if !names.isEmpty { block += names + ": " }
            namedDepth = isInArray ? path.count : nil
        }
        block += value
    }

    /// What stands in front of a value.
    private var names: String {
        let all = (path.suffix(8).map(\.name) + [name]).filter { !$0.isEmpty }
        let joined = all.suffix(JSONSplitter.namesMax).joined(separator: " > ")
        return joined.utf8.count <= JSONSplitter.namesBytes ? joined : name
    }

    private mutating func end(_ builder: inout PassageBuilder) {
        builder.add(block, line: start, isOneLine: true)
        block = ""
        namedDepth = nil
    }
}
