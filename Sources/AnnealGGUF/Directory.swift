/// What stands before the data of a GGUF file, read once from the first byte to the last: header, metadata, tensors.
///
/// No number of the file is used before it was compared with what is left of the file, so that a file cannot ask for
/// more time or memory than its own size is worth.
struct Directory {
    /// What was read.
    struct Contents: Sendable {
        var version = 0
        var alignment = 32
        var dataOffset = 0
        var metadata: [GGUFEntry] = []
        var tensors: [GGUFTensor] = []
        var entryIndices: [String: Int] = [:]
        var tensorIndices: [String: Int] = [:]
    }

    private(set) var contents = Contents()
    private(set) var account: MemoryAccount

    private let window: FileWindow
    private var position = 0

    /// The lengths that the specification and ggml allow.
    private static let keyLengths = 1...65_535
    private static let nameLengths = 1...63
    private static let dimensionCounts = 1...4

    init(_ window: FileWindow, _ account: MemoryAccount) {
        self.window = window
        self.account = account
    }

    mutating func read() throws(GGUFError) {
        try readMagic()
        // The fewest bytes of a tensor: length and one byte of a name, dimension, its length, type, offset. Of an entry:
        // length and one byte of a key, type, one byte.
        let tensorCount = try count("tensor count", bytesOfEach: 8 + 1 + 4 + 8 + 4 + 8)
        let entryCount = try count("metadata count", bytesOfEach: 8 + 1 + 4 + 1)
        for index in 0..<entryCount { try readEntry(index) }
        try readAlignment()
        for index in 0..<tensorCount { try readTensor(index) }
        try placeTensors()
    }

    private var left: Int { window.byteCount - position }

    private func error(
        _ field: String, at offset: Int? = nil, _ expected: String, _ found: String,
        _ kind: GGUFError.Kind = .malformed
    ) -> GGUFError {
        window.error(kind, field, offset ?? position, expected, found)
    }

    private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ field: @autoclosure () -> String
    ) throws(GGUFError) -> Value {
        let value: Value = try window.integer(at: position, field())
        position += MemoryLayout<Value>.size
        return value
    }

    /// A number of things of which each takes some bytes of what is left.
    private mutating func count(
        _ field: @autoclosure () -> String, bytesOfEach size: Int
    ) throws(GGUFError) -> Int {
        let start = position
        let value: UInt64 = try integer(field())
        guard value <= UInt64(left / size) else {
            throw error(field(), at: start, "at most \(left / size), for which \(left) bytes are left", "\(value)")
        }
        return Int(value)
    }

    private mutating func take(_ byteCount: Int, _ field: @autoclosure () -> String) throws(GGUFError) {
        guard account.take(byteCount) else { throw account.error(byteCount, window, field(), position) }
    }

    private mutating func readMagic() throws(GGUFError) {
        let magic = [UInt8](try window.bytes(at: 0, 4, "magic"))
        guard magic == Array("GGUF".utf8) else {
            let digits = magic.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
            throw error("magic", "the bytes 47 47 55 46, \"GGUF\"", digits)
        }
        position = 4
        let found: UInt32 = try integer("version")
        guard found == 2 || found == 3 else {
            let name =
                (1...3).contains(found.byteSwapped)
                ? "version \(found.byteSwapped), big-endian"
                : "version \(found)" + (found == 1 ? ", whose counts have 32 bits" : "")
            throw error("version", at: 4, "version 2 or 3, little-endian", name, .unsupported)
        }
        contents.version = Int(found)
    }

    /// A key or a name.
    private mutating func name(_ lengths: ClosedRange<Int>, _ field: String) throws(GGUFError) -> String {
        let start = position
        let length: UInt64 = try integer(field)
        guard lengths.contains(Int(clamping: length)) else {
            throw error(field, at: start, "a length of \(lengths.lowerBound) to \(lengths.upperBound)", "\(length)")
        }
        let count = Int(length)
        guard count <= left else { throw error(field, at: start, "a length of at most the \(left) left", "\(length)") }
        // The text on the heap, and its places in a list and a dictionary; both may be copied while they grow.
        try take(count + 32 + 96, field)
        let bytes = try window.bytes(at: position, count, field)
        let name = String(decoding: bytes, as: UTF8.self)
        guard name.utf8.elementsEqual(bytes) else {
            throw error(field, "UTF-8", "other bytes, shown as \"\(name)\"")
        }
        position += count
        return name
    }

    private mutating func readEntry(_ index: Int) throws(GGUFError) {
        let start = position
        let key = try name(Directory.keyLengths, "metadata \(index): key")
        if let earlier = contents.entryIndices.updateValue(index, forKey: key) {
            throw error("metadata \(index): key", at: start, "another key", "\(key), as metadata \(earlier) has")
        }
        try take(3 * MemoryLayout<GGUFEntry>.stride, "metadata \(key)")
        let type = try valueType("metadata \(key): type")
        if type == .array {
            let typeOffset = position
            let elementType = try valueType("metadata \(key): element type")
            guard elementType != .array else {
                throw error(
                    "metadata \(key): element type", at: typeOffset, "numbers, truths or strings", "arrays in an array",
                    .unsupported)
            }
            let count = try count("metadata \(key): length", bytesOfEach: elementType.byteCount ?? 8)
            try readValues(key, elementType, count, isArray: true)
        } else {
            try readValues(key, type, 1, isArray: false)
        }
    }

    private mutating func valueType(_ field: @autoclosure () -> String) throws(GGUFError) -> GGUFValueType {
        let start = position
        let number: UInt32 = try integer(field())
        guard let type = GGUFValueType(rawValue: number) else {
            throw error(field(), at: start, "a type of 0 to 12", "\(number)")
        }
        return type
    }

    /// Steps over values and keeps where they are.
    private mutating func readValues(
        _ key: String, _ type: GGUFValueType, _ count: Int, isArray: Bool
    ) throws(GGUFError) {
        var entry = GGUFEntry(
            key: key, type: type, arrayCount: isArray ? count : nil, offset: position, byteCount: 0, marks: [])
        if let size = type.byteCount {
            guard count * size <= left else { throw error("metadata \(key)", "\(count * size) bytes", "\(left) left") }
            position += count * size
        } else {
            if isArray {
                let markCount = (count + GGUFEntry.stride - 1) / GGUFEntry.stride
                try take(32 + 8 * markCount, "metadata \(key)")
                entry.marks.reserveCapacity(markCount)
            }
            for index in 0..<count {
                if isArray, index % GGUFEntry.stride == 0 { entry.marks.append(position) }
                let start = position
                let length: UInt64 = try integer("metadata \(key): string \(index)")
                guard length <= UInt64(left) else {
                    throw error(
                        "metadata \(key): string \(index)", at: start, "a length of at most the \(left) left",
                        "\(length)")
                }
                position += Int(length)
            }
        }
        entry.byteCount = position - entry.offset
        contents.metadata.append(entry)
    }

    private mutating func readAlignment() throws(GGUFError) {
        guard let entry = contents.entryIndices["general.alignment"].map({ contents.metadata[$0] }) else { return }
        guard entry.type == .uint32, entry.arrayCount == nil else {
            let found = (entry.arrayCount == nil ? "" : "an array of ") + "\(entry.type)"
            throw error("metadata general.alignment: type", at: entry.offset, "uint32", found)
        }
        let value: UInt32 = try window.integer(at: entry.offset, "metadata general.alignment")
        guard value.nonzeroBitCount == 1 else {
            throw error("metadata general.alignment", at: entry.offset, "a power of two", "\(value)")
        }
        contents.alignment = Int(value)
    }

    private mutating func readTensor(_ index: Int) throws(GGUFError) {
        let start = position
        let name = try name(Directory.nameLengths, "tensor \(index): name")
        if let earlier = contents.tensorIndices.updateValue(index, forKey: name) {
            throw error("tensor \(index): name", at: start, "another name", "\(name), as tensor \(earlier) has")
        }
        try take(3 * MemoryLayout<GGUFTensor>.stride + 64, "tensor \(name)")
        let (shape, count) = try shape("tensor \(name): shape")
        let typeStart = position
        let number: UInt32 = try integer("tensor \(name): type")
        guard let type = GGUFTensorType(rawValue: number) else {
            let isRemoved = [4, 5, 31, 32, 33, 36, 37, 38].contains(number)
            throw error(
                "tensor \(name): type", at: typeStart, "a type of ggml",
                isRemoved ? "\(number), which ggml has removed" : "\(number), which is none", .unsupported)
        }
        let block = type.block
        guard shape[0] % block.count == 0 else {
            throw error(
                "tensor \(name): shape", at: start, "rows of a multiple of \(block.count) numbers, as \(type.name) has",
                "\(shape[0])")
        }
        let (byteCount, overflow) = (count / block.count).multipliedReportingOverflow(by: block.byteCount)
        guard !overflow else {
            throw error("tensor \(name): shape", at: start, "fewer than 2^63 bytes", "\(shape) of \(type.name)")
        }
        let offsetStart = position
        let offset: UInt64 = try integer("tensor \(name): offset")
        guard let offset = Int(exactly: offset), offset % contents.alignment == 0 else {
            throw error("tensor \(name): offset", at: offsetStart, "a multiple of \(contents.alignment)", "\(offset)")
        }
        contents.tensors.append(GGUFTensor(name: name, type: type, shape: shape, offset: offset, byteCount: byteCount))
    }

    private mutating func shape(_ field: String) throws(GGUFError) -> (shape: [Int], count: Int) {
        let start = position
        let dimensionCount: UInt32 = try integer(field)
        guard Directory.dimensionCounts.contains(Int(dimensionCount)) else {
            throw error(field, at: start, "one to four dimensions", "\(dimensionCount)")
        }
        var shape: [Int] = []
        var product = 1
        for _ in 0..<dimensionCount {
            let lengthStart = position
            let length: UInt64 = try integer(field)
            guard let exact = Int(exactly: length), exact > 0 else {
                throw error(field, at: lengthStart, "a length of 1 to 2^63 - 1", "\(length)")
            }
            let (next, overflow) = product.multipliedReportingOverflow(by: exact)
            guard !overflow else { throw error(field, at: start, "fewer than 2^63 numbers", "\(shape + [exact])") }
            product = next
            shape.append(exact)
        }
        return (shape, product)
    }

    /// Makes places in the file of offsets, and looks for tensors that lie outside or over each other.
    private mutating func placeTensors() throws(GGUFError) {
        // Neither overflows: a place in the file and at most 2^31.
        let alignment = contents.alignment
        contents.dataOffset = (position + alignment - 1) / alignment * alignment
        for index in contents.tensors.indices {
            let tensor = contents.tensors[index]
            let (start, isFar) = contents.dataOffset.addingReportingOverflow(tensor.offset)
            guard !isFar, start <= window.byteCount, tensor.byteCount <= window.byteCount - start else {
                throw error(
                    "tensor \(tensor.name): data", at: isFar ? window.byteCount : min(start, window.byteCount),
                    "\(tensor.byteCount) bytes at \(tensor.offset) behind byte \(contents.dataOffset)",
                    "a file of \(window.byteCount) bytes")
            }
            contents.tensors[index].offset = start
        }
        let listSize = 2 * MemoryLayout<Int>.stride * contents.tensors.count
        try take(listSize, "tensors")
        defer { account.giveBack(listSize) }
        let order = contents.tensors.indices.sorted { contents.tensors[$0].offset < contents.tensors[$1].offset }
        for (earlier, later) in zip(order, order.dropFirst()) {
            let end = contents.tensors[earlier].offset + contents.tensors[earlier].byteCount
            guard end <= contents.tensors[later].offset else {
                throw error(
                    "tensor \(contents.tensors[later].name): data", at: contents.tensors[later].offset,
                    "data from byte \(end) on, where \(contents.tensors[earlier].name) ends",
                    "data from byte \(contents.tensors[later].offset) on")
            }
        }
    }
}
