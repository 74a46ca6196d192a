/// The type of a value of the metadata, by the number that files have for it.
public enum GGUFValueType: UInt32, CaseIterable, Sendable {
    /// 8 bits, no sign.
    case uint8 = 0
    /// 8 bits with a sign.
    case int8 = 1
    /// 16 bits, no sign.
    case uint16 = 2
    /// 16 bits with a sign.
    case int16 = 3
    /// 32 bits, no sign.
    case uint32 = 4
    /// 32 bits with a sign.
    case int32 = 5
    /// A 32-bit float.
    case float32 = 6
    /// A byte of 0 or 1.
    case bool = 7
    /// A length of 64 bits, and bytes.
    case string = 8
    /// A type, a count of 64 bits, and elements.
    case array = 9
    /// 64 bits, no sign.
    case uint64 = 10
    /// 64 bits with a sign.
    case int64 = 11
    /// A 64-bit float.
    case float64 = 12

    /// Bytes of a value; nil where they differ from value to value.
    var byteCount: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string, .array: nil
        }
    }
}

/// A value of the metadata, or an element of one that is an array.
public enum GGUFValue: Hashable, Sendable {
    /// A number of 8 to 64 bits without a sign.
    case unsigned(UInt64)
    /// A number of 8 to 64 bits with a sign.
    case signed(Int64)
    /// A float32 is widened, which changes nothing of it.
    case float(Double)
    /// A truth.
    case bool(Bool)
    /// UTF-8 by the specification, and not by everybody: tokens may be any bytes.
    case string([UInt8])
}

/// What a file says under one key. The value itself stays in the file until it is asked for.
public struct GGUFEntry: Sendable {
    /// As "general.name"; no two entries of a file have the same.
    public let key: String
    /// Of an array the type of its elements.
    public let type: GGUFValueType
    /// Of an array the number of its elements; nil for a single value.
    public let arrayCount: Int?
    /// Where the value, or the first element, lies in the file.
    public let offset: Int
    /// The bytes of all elements.
    public internal(set) var byteCount: Int
    /// Of an array of strings the offset of every ``stride``th, so that any of them is a few steps away.
    var marks: [Int]

    /// Strings between two marks.
    static let stride = 256

    /// The number of values: 1, or those of the array.
    public var count: Int { arrayCount ?? 1 }
}

extension GGUFFile {
    /// The value of a key that has a single one.
    /// - Complexity: one read at most.
    /// - Throws: ``GGUFError``, also for a string beyond the limit of working memory.
    /// - Precondition: `entry` is of this file.
    public func value(of entry: GGUFEntry) throws(GGUFError) -> GGUFValue { try element(0, of: entry) }

    /// An element of an array.
    /// - Complexity: a few reads; of strings up to 256 are stepped over.
    /// - Throws: ``GGUFError``.
    /// - Precondition: `entry` is of this file, and `index` below its count.
    public func element(_ index: Int, of entry: GGUFEntry) throws(GGUFError) -> GGUFValue {
        precondition(index >= 0 && index < entry.count, "an array is read by its own indices")
        guard let size = entry.type.byteCount else {
            var offset = entry.marks.isEmpty ? entry.offset : entry.marks[index / GGUFEntry.stride]
            for _ in 0..<index % GGUFEntry.stride { offset = try endOfString(at: offset, of: entry) }
            return try string(at: offset, of: entry).value
        }
        return try number(at: entry.offset + index * size, of: entry)
    }

    /// Visits all elements in order.
    /// - Complexity: O(bytes); the file is read once from the first to the last.
    /// - Throws: ``GGUFError``, and what `body` throws.
    /// - Precondition: `entry` is of this file.
    public func forEachElement(
        of entry: GGUFEntry, _ body: (_ index: Int, _ value: GGUFValue) throws(GGUFError) -> Void
    ) throws(GGUFError) {
        var offset = entry.offset
        for index in 0..<entry.count {
            if let size = entry.type.byteCount {
                try body(index, try number(at: offset, of: entry))
                offset += size
            } else {
                let (value, end) = try string(at: offset, of: entry)
                try body(index, value)
                offset = end
            }
        }
    }

    /// Visits the strings of an array in order, where they lie in the buffer.
    /// - Throws: ``GGUFError``: `malformed` for a string of more than `limit` bytes, and what `body` throws.
    /// - Precondition: `entry` is an array of strings of this file, and `limit` at most ``readSize``.
    func forEachString(
        of entry: GGUFEntry, limit: Int,
        _ body: (_ index: Int, _ bytes: UnsafeRawBufferPointer) throws(GGUFError) -> Void
    ) throws(GGUFError) {
        precondition(entry.type == .string && limit <= GGUFFile.readSize)
        var offset = entry.offset
        for index in 0..<entry.count {
            let end = try endOfString(at: offset, of: entry)
            let count = end - offset - 8
            guard count <= limit else {
                throw window.error(
                    .malformed, "metadata \(entry.key): string \(index)", offset, "at most \(limit) bytes", "\(count)")
            }
            try body(index, try window.bytes(at: offset + 8, count, "metadata \(entry.key)"))
            offset = end
        }
    }

    /// Visits the numbers of an array of 32-bit ones in order, as their bits.
    /// - Complexity: O(bytes), a read for each ``readSize``.
    /// - Precondition: `entry` is an array of such numbers of this file.
    func forEachWord(
        of entry: GGUFEntry, _ body: (_ index: Int, _ word: UInt32) throws(GGUFError) -> Void
    ) throws(GGUFError) {
        precondition(entry.type.byteCount == 4)
        var index = 0
        while index < entry.count {
            let count = min(FileWindow.size / 4, entry.count - index)
            let bytes = try window.bytes(at: entry.offset + 4 * index, 4 * count, "metadata \(entry.key)")
            for place in 0..<count {
                try body(
                    index + place, UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self))
                )
            }
            index += count
        }
    }

    /// The value of a key as text, nil where the key is missing or has something else.
    /// - Throws: ``GGUFError``.
    public func text(_ key: String) throws(GGUFError) -> String? {
        guard let entry = entry(key), entry.arrayCount == nil else { return nil }
        guard case .string(let bytes) = try value(of: entry) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func number(at offset: Int, of entry: GGUFEntry) throws(GGUFError) -> GGUFValue {
        // Made where there is an error only: arrays have hundreds of thousands of numbers.
        func field() -> String { "metadata \(entry.key)" }
        switch entry.type {
        case .uint8: return .unsigned(UInt64(try window.integer(at: offset, field()) as UInt8))
        case .uint16: return .unsigned(UInt64(try window.integer(at: offset, field()) as UInt16))
        case .uint32: return .unsigned(UInt64(try window.integer(at: offset, field()) as UInt32))
        case .uint64: return .unsigned(try window.integer(at: offset, field()))
        case .int8: return .signed(Int64(try window.integer(at: offset, field()) as Int8))
        case .int16: return .signed(Int64(try window.integer(at: offset, field()) as Int16))
        case .int32: return .signed(Int64(try window.integer(at: offset, field()) as Int32))
        case .int64: return .signed(try window.integer(at: offset, field()))
        case .float32: return .float(Double(Float(bitPattern: try window.integer(at: offset, field()))))
        case .float64: return .float(Double(bitPattern: try window.integer(at: offset, field())))
        case .bool:
            let byte: UInt8 = try window.integer(at: offset, field())
            guard byte < 2 else { throw window.error(.malformed, field(), offset, "a truth of 0 or 1", "\(byte)") }
            return .bool(byte == 1)
        case .string, .array: preconditionFailure("numbers have a size")
        }
    }

    /// Where a string ends. It was inside the array when the file was opened, and is compared anew: another process may
    /// have written there.
    private func endOfString(at offset: Int, of entry: GGUFEntry) throws(GGUFError) -> Int {
        let end = entry.offset + entry.byteCount
        let length: UInt64 = try window.integer(at: offset, "metadata \(entry.key)")
        guard end - offset >= 8, length <= UInt64(end - offset - 8) else {
            throw window.error(
                .changed, "metadata \(entry.key)", offset, "a string that ends before byte \(end)",
                "\(length) bytes: the file has been written to")
        }
        return offset + 8 + Int(length)
    }

    private func string(at offset: Int, of entry: GGUFEntry) throws(GGUFError) -> (value: GGUFValue, end: Int) {
        let end = try endOfString(at: offset, of: entry)
        let count = end - offset - 8
        try take(count, "metadata \(entry.key)", offset)
        defer { giveBack(count) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var place = offset + 8
        while place < end {
            let part = min(FileWindow.size, end - place)
            bytes.append(contentsOf: try window.bytes(at: place, part, "metadata \(entry.key)"))
            place += part
        }
        return (.string(bytes), end)
    }
}
