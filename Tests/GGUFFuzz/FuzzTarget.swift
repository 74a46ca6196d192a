import AnnealContainer
import AnnealGGUF
import AnnealLookup
import AnnealPlatform

/// What libFuzzer calls with each input: a GGUF file if it begins like one, else an EMBD file. Everything that a program can
/// ask of such a file is asked; whatever it is, the answer is a value or an error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    do {
        if bytes.starts(with: "GGUF".utf8) {
            try readModel(try input.write(Array(bytes)))
        } else {
            try readTable(try input.write(withChecksums(Array(bytes))))
        }
    } catch is GGUFError {
    } catch is LookupError {
    } catch {
        // The disk, not the file: nothing is learned of a run that goes on.
        fatalError("\(error)")
    }
    return 0
}

/// The file that inputs are written to, one over the other; it has no place on a disk.
private let input = InputFile()

private struct InputFile {
    private let path = Path("/dev/shm/anneal-fuzz-\(UInt64.random(in: 0 ... .max))")
    private let file: FileDescriptor

    init() {
        do { file = try FileDescriptor.open(path, .writeOrCreate) } catch { fatalError("\(error)") }
    }

    func write(_ bytes: [UInt8]) throws -> Path {
        try file.truncate(to: 0)
        try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        return path
    }
}

private let texts =
    ["", "a text", "the lamp  is on\u{2581}", "\u{72AC}\u{1F600} <tag>"].map { Array($0.utf8) } + [
        [0xFF, 0xC3, 0x20, 0]
    ]

private func readModel(_ path: Path) throws {
    let file = try GGUFFile(path, limits: GGUFLimits(workingMemory: 1_000_000, vocabularyMemory: 4_000_000))
    for entry in file.metadata {
        var last: GGUFValue?
        try file.forEachElement(of: entry) { _, value in last = value }
        // By its index an element is the one that came by order.
        if let last, entry.count > 0 {
            let found = try file.element(entry.count - 1, of: entry)
            guard "\(found)" == "\(last)" else { fatalError("\(entry.key): \(found) after \(last)") }
        }
    }
    for tensor in file.tensors where tensor.type.isReadable {
        var pieces = try file.pieces(of: tensor, rows: 0..<tensor.rowCount)
        var numbers = 0
        while let piece = try pieces.next() { numbers += piece.count }
        guard numbers == tensor.count else { fatalError("\(tensor.name): \(numbers) of \(tensor.count) numbers") }
    }
    let vocabulary = try GGUFVocabulary(file)
    var encoder = GGUFTokenEncoder(vocabulary)
    for text in texts {
        text.withUnsafeBufferPointer { text in
            encoder.forEachToken(of: text) { token in
                guard token.id < vocabulary.count, token.start <= token.end, token.end <= text.count else {
                    fatalError("\(token) of \(text.count) bytes")
                }
            }
        }
    }
}

private func readTable(_ path: Path) throws {
    var sums: [Float] = []
    for access in [LookupTable.Access.memory, .positional] {
        let table = try LookupTable(path, access: access)
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: table.dimension)
        defer { row.deallocate() }
        row.initialize(repeating: 0)
        var sum: Float = 0
        for entry in 0..<table.count {
            try table.readRow(entry, into: row)
            sum += row[0] * table.weight(frequency: table.frequency(of: entry))
        }
        sums.append(sum)
        let lookup = try Lookup(table: table)
        let reader = lookup.makeReader()
        let vector = UnsafeMutableBufferPointer<Float>.allocate(capacity: lookup.dimension)
        defer { vector.deallocate() }
        for text in texts { _ = try text.withUnsafeBufferPointer { try reader.embed($0, into: vector) } }
    }
    guard sums[0].bitPattern == sums[1].bitPattern || sums[0].isNaN else { fatalError("\(sums) of one table") }
}

/// An EMBD file whose checksums fit, so that what is behind them is reached.
private func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 20 else { return bytes }
    func field(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
    let (count, dimension) = (field(8), field(12))
    guard dimension <= 65_536 else { return bytes }
    let end = 20 + count * (12 + 4 * dimension)
    // A trailer has a head of 96 bytes and a checksum.
    guard bytes.count >= end + 104 else { return bytes }
    var bytes = bytes
    var hash: UInt64 = 0
    var place = 0
    while place < end {
        let next = place == 0 ? 20 : min(end, place + LookupTable.readSize)
        hash = bytes[place..<next].withUnsafeBytes { Checksum64.of($0, seed: hash) }
        place = next
    }
    func put(_ value: UInt64, at offset: Int) {
        for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
    }
    put(hash, at: end + 32)
    put(bytes[end..<bytes.count - 8].withUnsafeBytes { Checksum64.of($0) }, at: bytes.count - 8)
    return bytes
}
