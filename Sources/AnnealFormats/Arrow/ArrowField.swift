/// A column of an Arrow file, or what lies inside one.
struct ArrowField: Sendable {
    let name: String
    let type: ArrowType
    /// Kept as numbers of a dictionary's values, which are elsewhere.
    let isDictionary: Bool
    let children: [ArrowField]

    /// How deep types may nest, and how many there may be: what bounds the reading of a damaged file.
    private static let depthLimit = 32
    private static let countLimit = 10_000

    /// The columns of a schema.
    /// - Parameter version: of the metadata: 3 for V4, 4 for V5.
    static func read(_ schema: FlatTable, version: Int16) throws(FormatError) -> [ArrowField] {
        let endianness: Int16 = try schema.integer(0, default: 0)
        guard endianness == 0 else { throw schema.bytes.wrong("little-endian numbers", "big-endian ones") }
        var left = countLimit
        return try read(schema, list: 1, hasValidity: version < 4, depth: depthLimit, left: &left)
    }

    private static func read(
        _ table: FlatTable, list: Int, hasValidity: Bool, depth: Int, left: inout Int
    ) throws(FormatError) -> [ArrowField] {
        let tables = try table.tables(list, limit: left, "columns")
        left -= tables.count
        guard tables.isEmpty || depth > 0 else {
            throw table.bytes.wrong("columns nested at most \(depthLimit) deep", "deeper ones")
        }
        var fields: [ArrowField] = []
        for table in tables {
            guard let type = try table.table(3) else { throw table.bytes.wrong("a column's type", "none") }
            fields.append(
                ArrowField(
                    name: try table.string(0) ?? "",
                    type: try ArrowType.read(table.integer(2, default: 0), type, hasValidity: hasValidity),
                    isDictionary: try table.table(4) != nil,
                    children: try read(table, list: 5, hasValidity: hasValidity, depth: depth - 1, left: &left)))
        }
        return fields
    }

    /// The type of the numbers, if this is a column of vectors.
    var vectorNumber: NumberType? {
        guard !isDictionary, children.count == 1, !children[0].isDictionary else { return nil }
        switch type {
        case .list, .largeList, .fixedSizeList: return children[0].type.number
        default: return nil
        }
    }

    /// Whether this is a column of texts that can be read.
    var isText: Bool { !isDictionary && type.isText }

    /// As an error names it: `embedding (list<float32>)`.
    var words: String { "\(name) (\(typeWords))" }

    private var typeWords: String {
        let inner = children.isEmpty ? "" : "<\(children.map(\.typeWords).joined(separator: ", "))>"
        return (isDictionary ? "dictionary of " : "") + type.name + inner
    }
}
