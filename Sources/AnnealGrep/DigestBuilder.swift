import Anneal
import AnnealPassages
import AnnealPlatform

/// Makes digests of files; one thread uses it at a time. Memory is kept from file to file.
final class DigestBuilder {
    private let dimension: Int
    private var session: Session
    /// The only words that count; nil for all.
    private let wanted: WordFilter?
    private var text: [UInt8] = []
    private var vector: [Float]
    private var counts = WordCounts()
    private var postings: [UInt64] = []
    private var passages: [FileDigest.Passage] = []
    private var vectors: [Int8] = []

    /// - Parameter words: the hashes that are counted; nil for all.
    init(_ engine: Engine, words: [UInt32]?) throws(EngineError) {
        dimension = engine.dimension
        session = try engine.makeSession()
        wanted = words.map { WordFilter($0) }
        vector = [Float](repeating: 0, count: engine.dimension)
    }

    /// - Parameter path: from the root.
    /// - Complexity: O(bytes).
    func digest(_ text: SourceReader.Text, path: Path) -> FileDigest {
        passages.removeAll(keepingCapacity: true)
        postings.removeAll(keepingCapacity: true)
        vectors.removeAll(keepingCapacity: true)
        var nature = FileNature(path: path.bytes, head: text.bytes.prefix(1000))
        if text.language.family != .code { nature.insert(.prose) }
        let stem = path.name.prefix { $0 != UInt8(ascii: ".") }
        for span in SpanSplitter.split(text.bytes, language: text.language).prefix(FileDigest.Posting.passagesMax) {
            add(span, text.bytes, stem)
        }
        return digest(nature)
    }

    private func add(_ span: Span, _ bytes: UnsafeBufferPointer<UInt8>, _ stem: ArraySlice<UInt8>) {
        var passage = FileDigest.Passage()
        passage.start = UInt32(truncatingIfNeeded: span.bytes.lowerBound)
        passage.end = UInt32(truncatingIfNeeded: span.bytes.upperBound)
        passage.firstLine = UInt32(span.lines.lowerBound)
        passage.lastLine = UInt32(span.lines.upperBound)
        passage.group = UInt32(span.group)
        passage.kind = UInt32(span.kind.rawValue)
        text.removeAll(keepingCapacity: true)
        counts.begin()
        for name in span.enclosing { addWords(name.utf8) { self.counts.mark($0, .enclosing) } }
        // The name of the file is part of what a passage is about, as are the names around it.
        addWords(stem) { _ in }
        if !span.name.isEmpty {
            var words: Set<UInt32> = []
            addWords(span.name.utf8) { hash in
                words.insert(hash)
                self.counts.mark(hash, .name)
            }
            passage.nameWords = UInt32(words.count)
            counts.mark(WordCutter.exactHash(of: span.name.utf8), .name)
            counts.mark(WordCutter.wholeHash(of: span.name.utf8), .name)
        }
        for member in span.members { counts.mark(WordCutter.exactHash(of: member.utf8), .enclosing) }
        var length = 0
        let body = UnsafeBufferPointer(rebasing: bytes[span.bytes])
        let wanted = wanted
        WordCutter.forEach(body, into: &text) { hash, isWhole in
            if !isWhole { length += 1 }
            if wanted == nil || wanted!.contains(hash) { counts.add(hash) }
        }
        passage.length = UInt32(length)
        embed(&passage)
        let number = passages.count
        counts.forEach { hash, count, marks in
            if let wanted, !wanted.contains(hash) { return }
            let posting = FileDigest.Posting(
                passage: number, count: count, inName: marks.contains(.name), inEnclosing: marks.contains(.enclosing))
            postings.append(UInt64(hash) << 32 | UInt64(posting.value))
        }
        passages.append(passage)
    }

    private func addWords(_ name: some Sequence<UInt8>, _ body: (UInt32) -> Void) {
        Array(name).withUnsafeBufferPointer { bytes in
            WordCutter.forEach(bytes, into: &text) { hash, isWhole in if !isWhole { body(hash) } }
        }
    }

    private func embed(_ passage: inout FileDigest.Passage) {
        var row = vector.mutableSpan
        _ = session.embed(text.span, into: &row)
        passage.scale = ByteVector.append(vector, to: &vectors)
    }

    private func digest(_ nature: FileNature) -> FileDigest {
        postings.sort()
        let size =
            FileDigest.headBytes + passages.count * (FileDigest.Passage.byteCount + dimension) + postings.count * 8
        let memory = DigestMemory(byteCount: (size + 3) / 4 * 4)
        let bytes = memory.bytes
        for (index, number) in [passages.count, postings.count, dimension, Int(nature.rawValue)].enumerated() {
            bytes.storeBytes(of: UInt32(number), toByteOffset: index * 4, as: UInt32.self)
        }
        var place = FileDigest.headBytes
        for passage in passages {
            bytes.storeBytes(of: passage, toByteOffset: place, as: FileDigest.Passage.self)
            place += FileDigest.Passage.byteCount
        }
        for (index, posting) in postings.enumerated() {
            bytes.storeBytes(of: UInt32(posting >> 32), toByteOffset: place + index * 4, as: UInt32.self)
            bytes.storeBytes(
                of: UInt32(truncatingIfNeeded: posting), toByteOffset: place + (postings.count + index) * 4,
                as: UInt32.self)
        }
        place += postings.count * 8
        vectors.withUnsafeBytes { bytes[place..<place + $0.count].copyBytes(from: $0) }
        for index in size..<bytes.count { bytes[index] = 0 }
        // What was written here is what the reader expects.
        return FileDigest(UnsafeRawBufferPointer(bytes), owner: memory)!
    }
}

/// Vectors in signed bytes.
enum ByteVector {
    /// Appends a vector, its largest number as 127.
    /// - Returns: what the bytes are to be multiplied with.
    static func append(_ vector: [Float], to bytes: inout [Int8]) -> Float {
        var largest: Float = 0
        for value in vector { largest = max(largest, abs(value)) }
        guard largest > 0 else {
            bytes.append(contentsOf: repeatElement(0, count: vector.count))
            return 0
        }
        let factor = 127 / largest
        for value in vector { bytes.append(Int8((value * factor).rounded())) }
        return largest / 127
    }
}

/// Whether a word is one of a few.
struct WordFilter {
    private let words: [UInt32]
    /// A bit for each value of the low eight bits.
    private var bits: SIMD4<UInt64> = .zero

    init(_ words: [UInt32]) {
        self.words = words
        for word in words { bits[Int(word >> 6 & 3)] |= 1 << UInt64(word & 63) }
    }

    @inline(__always)
    func contains(_ word: UInt32) -> Bool {
        bits[Int(word >> 6 & 3)] & (1 << UInt64(word & 63)) != 0 && words.contains(word)
    }
}

/// The words of one passage with their counts: a table that is emptied by counting up.
struct WordCounts {
    struct Marks: OptionSet {
        let rawValue: UInt8
        static let name = Marks(rawValue: 1)
        static let enclosing = Marks(rawValue: 2)
    }

    private struct Slot {
        var generation: UInt32 = 0
        var hash: UInt32 = 0
        var count: UInt32 = 0
        var marks: Marks = []
    }

    /// A passage has at most a word for every second of its 3,000 bytes, twice with wholes, beside those of its names.
    private static let capacity = 8192
    private static let wordsMax = 6000
    private var slots = [Slot](repeating: Slot(), count: WordCounts.capacity)
    private var used: [Int32] = []
    private var generation: UInt32 = 0

    mutating func begin() {
        generation &+= 1
        used.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func add(_ hash: UInt32) { if let slot = slot(of: hash) { slots[slot].count += 1 } }

    mutating func mark(_ hash: UInt32, _ mark: Marks) {
        if let slot = slot(of: hash) { slots[slot].marks.insert(mark) }
    }

    /// - Returns: nil where the table is full.
    @inline(__always)
    private mutating func slot(of hash: UInt32) -> Int? {
        var slot = Int(hash) & (WordCounts.capacity - 1)
        while slots[slot].generation == generation {
            if slots[slot].hash == hash { return slot }
            slot = (slot + 1) & (WordCounts.capacity - 1)
        }
        guard used.count < WordCounts.wordsMax else { return nil }
        slots[slot] = Slot(generation: generation, hash: hash)
        used.append(Int32(slot))
        return slot
    }

    func forEach(_ body: (_ hash: UInt32, _ count: Int, _ marks: Marks) -> Void) {
        for slot in used {
            let slot = slots[Int(slot)]
            body(slot.hash, Int(slot.count), slot.marks)
        }
    }
}
