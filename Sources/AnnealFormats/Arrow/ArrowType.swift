/// What a column of an Arrow file holds, as far as reading vectors and texts needs to know: the types that are read, and
/// of every other type how many buffers to pass by.
enum ArrowType: Equatable, Sendable {
    case float16, float32, float64
    case utf8, largeUtf8, utf8View
    case list, largeList
    case fixedSizeList(Int)
    /// A type that is not read: its name, its own buffers, and whether there may be more, counted in each batch.
    case other(String, buffers: Int, isView: Bool = false)

    /// Bytes of a number, if this is a type of numbers that vectors are made of.
    var number: NumberType? {
        switch self {
        case .float16: .float16
        case .float32: .float32
        case .float64: .float64
        default: nil
        }
    }

    var isText: Bool { self == .utf8 || self == .largeUtf8 || self == .utf8View }

    /// Whether a column may have more buffers, as many as its batch says.
    var isView: Bool {
        switch self {
        case .utf8View, .other(_, _, isView: true): true
        default: false
        }
    }

    /// Buffers of a column of this type without those of its children.
    var bufferCount: Int {
        switch self {
        case .fixedSizeList: 1
        case .float16, .float32, .float64, .list, .largeList, .utf8View: 2
        case .utf8, .largeUtf8: 3
        case .other(_, let buffers, _): buffers
        }
    }

    var name: String {
        switch self {
        case .float16: "float16"
        case .float32: "float32"
        case .float64: "float64"
        case .utf8: "utf8"
        case .largeUtf8: "large_utf8"
        case .utf8View: "utf8_view"
        case .list: "list"
        case .largeList: "large_list"
        case .fixedSizeList(let count): "fixed_size_list[\(count)]"
        case .other(let name, _, _): name
        }
    }

    /// Reads the type of a field.
    /// - Parameters:
    ///   - code: which member of the union `Type` of the format's `Schema.fbs` it is.
    ///   - hasValidity: whether unions still have a bitmap of nulls, as they had up to version 4 of the metadata.
    /// - SeeAlso: "Arrow Columnar Format", Buffer Listing for Each Layout.
    static func read(_ code: UInt8, _ table: FlatTable, hasValidity: Bool) throws(FormatError) -> ArrowType {
        switch code {
        case 1: return .other("null", buffers: 0)
        case 2: return .other("integer", buffers: 2)
        case 3:
            let precision: Int16 = try table.integer(0, default: 0)
            switch precision {
            case 0: return .float16
            case 1: return .float32
            case 2: return .float64
            default: throw table.bytes.wrong("a precision of 0, 1 or 2", "\(precision)")
            }
        case 4: return .other("binary", buffers: 3)
        case 5: return .utf8
        case 6: return .other("bool", buffers: 2)
        case 7: return .other("decimal", buffers: 2)
        case 8: return .other("date", buffers: 2)
        case 9: return .other("time", buffers: 2)
        case 10: return .other("timestamp", buffers: 2)
        case 11: return .other("interval", buffers: 2)
        case 12: return .list
        case 13: return .other("struct", buffers: 1)
        case 14:
            let mode: Int16 = try table.integer(0, default: 0)
            return .other("union", buffers: (mode == 0 ? 1 : 2) + (hasValidity ? 1 : 0))
        case 15: return .other("fixed_size_binary", buffers: 2)
        case 16:
            let count: Int32 = try table.integer(0, default: 0)
            guard count >= 0 else { throw table.bytes.wrong("a list of at least zero numbers", "\(count)") }
            return .fixedSizeList(Int(count))
        case 17: return .other("map", buffers: 2)
        case 18: return .other("duration", buffers: 2)
        case 19: return .other("large_binary", buffers: 3)
        case 20: return .largeUtf8
        case 21: return .largeList
        case 22: return .other("run_end_encoded", buffers: 0)
        case 23: return .other("binary_view", buffers: 2, isView: true)
        case 24: return .utf8View
        case 25: return .other("list_view", buffers: 3)
        case 26: return .other("large_list_view", buffers: 3)
        default: throw table.bytes.wrong("a type of the Arrow format, 1...26", "type \(code)")
        }
    }
}
