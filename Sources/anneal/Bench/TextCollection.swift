/// Texts in one block of bytes.
struct TextCollection: Sendable {
    private let bytes: [UInt8]
    private let starts: [Int]
    private let ends: [Int]

    var count: Int { starts.count }
    /// Bytes of all texts together.
    let byteCount: Int

    init(lines: [UInt8], limit: Int) {
        var starts: [Int] = []
        var ends: [Int] = []
        var start = 0
        while start < lines.count, starts.count < limit {
            let end = lines[start...].firstIndex(of: 0x0A) ?? lines.count
            starts.append(start)
            ends.append(end > start && lines[end - 1] == 0x0D ? end - 1 : end)
            start = end + 1
        }
        bytes = lines
        self.starts = starts
        self.ends = ends
        byteCount = zip(starts, ends).reduce(0) { $0 + $1.1 - $1.0 }
    }

    /// Made-up sentences of 6 to 30 words, the same on every machine.
    static func sentences(_ count: Int) -> TextCollection {
        let words = """
            the a of in to and is was for on with as by at from it that this not are be an or which one all their has \
            light off turn water river bank money house door open close walk run quick slow time year people city \
            state music paper school system number part world problem question answer computer program language \
            science history water heart blood doctor animal plant earth moon engine wheel market price law king \
            queen battle island mountain summer winter morning night red green blue small large early late because \
            while after before between under over
            """.split(separator: " ").map { Array($0.utf8) }
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var bytes: [UInt8] = []
        for _ in 0..<count {
            for _ in 0..<6 + next(25) {
                bytes += words[next(words.count)]
                bytes.append(0x20)
            }
            bytes[bytes.count - 1] = 0x0A
        }
        return TextCollection(lines: bytes, limit: count)
    }

    /// Calls `body` with the texts of a range, in order.
    func forEach(_ range: Range<Int>, _ body: (_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { all in
            for index in range { body(index, UnsafeBufferPointer(rebasing: all[starts[index]..<ends[index]])) }
        }
    }
}
