public import AnnealContainer

/// A file of texts as sets of words.
///
/// | part | bytes |
/// |---|---|
/// | header | magic 8, version 1, hash of the model 32, hash of the word model 32, checksum 4 |
/// | block, any number | texts in it 1 (at most 64), length of the coded bytes as a varint, the coded bytes, checksum 4 |
/// | end | a byte 0, the number of texts as a varint, checksum 4 |
///
/// Texts of a block are coded one behind the other without a gap, each without regard to the others. Who wants one text
/// steps over blocks by their lengths and decodes one block. A checksum covers its block and the block's number.
public enum WordCode {
    static let magic: [UInt8] = [0x89, 0x41, 0x4E, 0x57, 0x43, 0x0D, 0x0A, 0x1A]
    static let version: UInt8 = 1
    static let headerBytes = 8 + 1 + 32 + 32 + 4
    /// Texts of a block; the last one has what is left.
    public static let blockTexts = 64
    static let payloadLimit = 1 << 24

    /// The first bytes of a file, and the seed of its checksums.
    static func header(model: ContentHash, words: ContentHash) -> (bytes: [UInt8], seed: UInt64) {
        let bytes = magic + [version] + model.bytes + words.bytes
        let seed = bytes.withUnsafeBytes { Checksum64.of($0) }
        return (bytes + WordCode.stored(seed), seed)
    }

    static func checksum(_ bytes: some Collection<UInt8>, seed: UInt64) -> [UInt8] {
        stored(Array(bytes).withUnsafeBytes { Checksum64.of($0, seed: seed) })
    }

    /// The low 32 bits.
    static func stored(_ checksum: UInt64) -> [UInt8] {
        littleEndian([UInt32(truncatingIfNeeded: checksum)])
    }

    static func varint(_ value: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(value & 0x7F) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }
}

/// Writes a code file, a text at a time.
public struct WordCodeWriter: ~Copyable {
    private let model: WordModel
    private var coder: WordSetCoder
    private var encoder = RangeEncoder()
    private let seed: UInt64
    private var texts = 0
    private var blocks = 0
    private var inBlock = 0
    /// What is to be written; the caller takes it.
    public private(set) var output: [UInt8]

    /// - Parameter model: the hash of the model that vectors are to be made with.
    public init(model: ContentHash, words: WordModel) {
        self.model = words
        coder = WordSetCoder(words)
        (output, seed) = WordCode.header(model: model, words: words.contentHash)
    }

    /// Adds a text.
    /// - Precondition: the set's numbers are ascending and those of the model's words; spelled words have 1 to
    ///   ``WordModel/wordBytesLimit`` bytes.
    public mutating func append(_ set: WordSet) {
        var set = set
        coder.code(&set, with: &encoder)
        texts += 1
        inBlock += 1
        if inBlock == WordCode.blockTexts { closeBlock() }
    }

    /// The bytes since the last call.
    public mutating func take() -> [UInt8] {
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }

    /// Writes the end.
    public mutating func finish() {
        if inBlock > 0 { closeBlock() }
        let end = [0] + WordCode.varint(texts)
        output += end + WordCode.checksum(end, seed: seed &+ UInt64(blocks))
    }

    private mutating func closeBlock() {
        var full = RangeEncoder()
        swap(&full, &encoder)
        let payload = full.finish()
        let block = [UInt8(inBlock)] + WordCode.varint(payload.count) + payload
        output += block + WordCode.checksum(block, seed: seed &+ UInt64(blocks))
        blocks += 1
        inBlock = 0
    }
}

/// Reads a code file, as its bytes arrive.
///
///     reader.append(bytes)
///     while let block = try reader.next() { sets += try block.sets(words) }
///     …
///     try reader.finish()
public struct WordCodeReader {
    private let model: ContentHash
    private let words: ContentHash
    private var bytes: [UInt8] = []
    private var place = 0
    private var seed: UInt64?
    private var blocks = 0
    /// Texts that were read.
    public private(set) var texts = 0
    private var isAtEnd = false

    public init(model: ContentHash, words: WordModel) {
        self.model = model
        self.words = words.contentHash
    }

    public mutating func append(_ more: some Sequence<UInt8>) {
        bytes.removeFirst(place)
        place = 0
        bytes.append(contentsOf: more)
    }

    /// The next block; nil if more bytes are needed, or at the end.
    /// - Complexity: O(bytes of the block), in its memory.
    /// - Throws: ``WordCodeError``.
    public mutating func next() throws(WordCodeError) -> WordCodeBlock? {
        guard let seed = try header() else { return nil }
        guard !isAtEnd else {
            guard place == bytes.count else { throw .trailingBytes(found: bytes.count - place) }
            return nil
        }
        guard place < bytes.count else { return nil }
        let count = Int(bytes[place])
        guard count <= WordCode.blockTexts else {
            throw .value("block \(blocks): texts", expected: "at most \(WordCode.blockTexts)", found: "\(count)")
        }
        guard let (length, start) = try varint(at: place + 1) else { return nil }
        guard count == 0 || length <= WordCode.payloadLimit else {
            throw .value("block \(blocks): bytes", expected: "at most \(WordCode.payloadLimit)", found: "\(length)")
        }
        let end = count == 0 ? start : start + length
        guard end + 4 <= bytes.count else { return nil }
        let expected = Array(bytes[end..<end + 4])
        let found = WordCode.checksum(bytes[place..<end], seed: seed &+ UInt64(blocks))
        guard expected == found else { throw .checksum(block: blocks, expected: expected, found: found) }
        place = end + 4
        if count == 0 {
            guard length == texts else { throw .value("the end: texts", expected: "\(texts)", found: "\(length)") }
            isAtEnd = true
            return try next()
        }
        defer {
            blocks += 1
            texts += count
        }
        return WordCodeBlock(number: blocks, count: count, payload: Array(bytes[start..<end]))
    }

    /// Checks that the file did not stop before its end.
    public func finish() throws(WordCodeError) {
        if !isAtEnd { throw .truncated(block: blocks, texts: texts) }
    }

    private mutating func header() throws(WordCodeError) -> UInt64? {
        if let seed { return seed }
        let present = min(bytes.count, WordCode.magic.count)
        guard bytes[..<present].elementsEqual(WordCode.magic[..<present]) else {
            throw .notACode(expected: WordCode.magic, found: Array(bytes[..<present]))
        }
        guard bytes.count > WordCode.magic.count else { return nil }
        let version = bytes[WordCode.magic.count]
        guard version == WordCode.version else {
            throw .version(expected: WordCode.version, found: version)
        }
        guard bytes.count >= WordCode.headerBytes else { return nil }
        let hashes = WordCode.magic.count + 1
        let found = (
            ContentHash(bytes: Array(bytes[hashes..<hashes + 32])),
            ContentHash(bytes: Array(bytes[hashes + 32..<hashes + 64]))
        )
        let (whole, seed) = WordCode.header(model: found.0, words: found.1)
        let stored = Array(bytes[WordCode.headerBytes - 4..<WordCode.headerBytes])
        guard whole.suffix(4).elementsEqual(stored) else {
            throw .headerChecksum(expected: stored, found: Array(whole.suffix(4)))
        }
        guard found.0 == model else { throw .otherModel(expected: found.0, found: model) }
        guard found.1 == words else { throw .otherWordModel(expected: found.1, found: words) }
        place = WordCode.headerBytes
        self.seed = seed
        return seed
    }

    /// A number and where the bytes behind it begin; nil if it has not arrived whole.
    private func varint(at start: Int) throws(WordCodeError) -> (value: Int, end: Int)? {
        var value = 0
        for index in 0..<8 {
            guard start + index < bytes.count else { return nil }
            value |= Int(bytes[start + index] & 0x7F) << (7 * index)
            if bytes[start + index] < 0x80 { return (value, start + index + 1) }
        }
        throw .value("block \(blocks): length", expected: "at most 8 bytes", found: "more")
    }
}

/// Some texts of a code file whose checksum was right. Blocks can be decoded by any thread, in any order.
public struct WordCodeBlock: Sendable {
    let number: Int
    /// How many texts it has.
    public let count: Int
    let payload: [UInt8]

    /// The words of its texts.
    /// - Parameter model: the one that the reader was made with.
    /// - Throws: ``WordCodeError`` if there are more bytes than the texts take.
    public func sets(_ model: WordModel) throws(WordCodeError) -> [WordSet] {
        var coder = WordSetCoder(model)
        var sets: [WordSet] = []
        let isWhole = payload.withUnsafeBufferPointer { payload in
            var decoder = RangeDecoder(payload)
            for _ in 0..<count {
                var set = WordSet()
                coder.code(&set, with: &decoder)
                sets.append(set)
            }
            return decoder.isAtEnd
        }
        guard isWhole else {
            throw .value("block \(number): bytes", expected: "as many as its \(count) texts take", found: "more")
        }
        return sets
    }
}

/// What is wrong with a code file. Every case says what was expected and what was found.
public enum WordCodeError: Error, Equatable, Sendable, CustomStringConvertible {
    case notACode(expected: [UInt8], found: [UInt8])
    case version(expected: UInt8, found: UInt8)
    case headerChecksum(expected: [UInt8], found: [UInt8])
    /// The file names another model than the one at hand.
    case otherModel(expected: ContentHash, found: ContentHash)
    case otherWordModel(expected: ContentHash, found: ContentHash)
    case checksum(block: Int, expected: [UInt8], found: [UInt8])
    case value(String, expected: String, found: String)
    case truncated(block: Int, texts: Int)
    case trailingBytes(found: Int)

    public var description: String {
        switch self {
        case .notACode(let expected, let found):
            "not a file of packed texts: expected the first bytes \(expected), found \(found)"
        case .version(let expected, let found):
            "packed texts of another version: expected \(expected), found \(found)"
        case .headerChecksum(let expected, let found):
            "the header is damaged: expected checksum \(expected), found \(found)"
        case .otherModel(let expected, let found):
            "the texts were packed for another model: expected one with the hash \(expected), found \(found)"
        case .otherWordModel(let expected, let found):
            "the texts were packed with another word model: expected one with the hash \(expected), found \(found)"
        case .checksum(let block, let expected, let found):
            "block \(block) is damaged: expected checksum \(expected), found \(found)"
        case .value(let what, let expected, let found):
            "\(what): expected \(expected), found \(found)"
        case .truncated(let block, let texts):
            "the file is cut short: expected block \(block) or the end after \(texts) texts, found nothing whole"
        case .trailingBytes(let found):
            "bytes follow the end: expected none, found \(found)"
        }
    }
}
