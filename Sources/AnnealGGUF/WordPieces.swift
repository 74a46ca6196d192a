/// The vocabulary of a WordPiece model: texts one behind the other, and a table by which they are found.
struct WordPieces: Sendable {
    /// Longer words are unknown, as in tokenizers.
    static let longestWord = 100

    let unknownID: UInt32
    private let texts: [UInt8]
    /// Where each text begins, and the last one ends.
    private let starts: [UInt32]
    /// Ids by the hash of their texts, each in the first free place from there on; `.max` where there is none.
    private let places: [UInt32]
    private let longest: Int

    /// Texts in the order of their ids.
    struct Builder {
        fileprivate var texts: [UInt8] = []
        fileprivate var starts: [UInt32] = [0]
        fileprivate var sought: [UInt32] = []

        init(count: Int, byteCount: Int) {
            texts.reserveCapacity(byteCount)
            starts.reserveCapacity(count + 1)
            sought.reserveCapacity(count)
        }

        /// - Parameter isSought: whether texts can have the piece; marks of beginning and end they cannot.
        mutating func append(_ text: UnsafeRawBufferPointer, isSought: Bool) {
            if isSought { sought.append(UInt32(starts.count - 1)) }
            texts.append(contentsOf: text)
            starts.append(UInt32(texts.count))
        }
    }

    init(_ builder: Builder, unknownID: UInt32) {
        self.unknownID = unknownID
        texts = builder.texts
        starts = builder.starts
        var places = [UInt32](repeating: .max, count: WordPieces.placeCount(for: builder.starts.count))
        var longest = 0
        for id in builder.sought {
            let range = Int(starts[Int(id)])..<Int(starts[Int(id) + 1])
            longest = max(longest, range.count)
            var place = texts[range].withUnsafeBufferPointer { WordPieces.hash($0) } & (places.count - 1)
            while places[place] != .max { place = (place + 1) & (places.count - 1) }
            places[place] = id
        }
        self.places = places
        self.longest = longest
    }

    var count: Int { starts.count - 1 }

    /// A power of two, at least half of it free.
    private static func placeCount(for count: Int) -> Int { 1 << (Int.bitWidth - (2 * count).leadingZeroBitCount) }

    func withBytes<Result>(of id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        precondition(id < count)
        return texts.withUnsafeBufferPointer { texts in
            body(UnsafeBufferPointer(rebasing: texts[Int(starts[Int(id)])..<Int(starts[Int(id) + 1])]))
        }
    }

    /// The longest piece that a text begins with, and its bytes.
    func longestPrefix(of text: UnsafeBufferPointer<UInt8>) -> (id: UInt32, count: Int)? {
        var count = min(longest, text.count)
        while count > 0 {
            // A piece ends where a character does.
            if count == text.count || text[count] & 0xC0 != 0x80,
                let id = find(UnsafeBufferPointer(rebasing: text[..<count]))
            {
                return (id, count)
            }
            count -= 1
        }
        return nil
    }

    func find(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        var place = WordPieces.hash(text) & (places.count - 1)
        while places[place] != .max {
            let id = Int(places[place])
            let start = Int(starts[id])
            if Int(starts[id + 1]) - start == text.count, texts[start..<start + text.count].elementsEqual(text) {
                return places[place]
            }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// FNV-1a.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & Int.max
    }
}
