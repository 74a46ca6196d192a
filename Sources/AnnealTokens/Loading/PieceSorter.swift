/// Splits ranges of pieces by one of their bytes, keeping the order of pieces with the same byte.
struct PieceSorter {
    private let text: UnsafePointer<UInt8>
    private let pieces: UnsafeBufferPointer<ModelFile.Piece>
    private let keys: UnsafeMutablePointer<UInt8>
    private let sorted: UnsafeMutablePointer<UInt32>
    /// For each byte the number of its pieces, then the place of the next one; zero between calls.
    private let places: UnsafeMutablePointer<Int>
    /// The different bytes of the last range, ascending; the end of a piece counts as the byte 0, which no piece has.
    let labels: UnsafeMutablePointer<UInt8>
    /// Where the pieces of each label start, and where the last label's end.
    let bounds: UnsafeMutablePointer<Int>

    init(_ text: UnsafePointer<UInt8>, _ pieces: UnsafeBufferPointer<ModelFile.Piece>, count: Int) {
        self.text = text
        self.pieces = pieces
        keys = .allocate(capacity: count)
        sorted = .allocate(capacity: count)
        places = .allocate(capacity: 256)
        places.initialize(repeating: 0, count: 256)
        labels = .allocate(capacity: 256)
        bounds = .allocate(capacity: 257)
    }

    func deallocate() {
        keys.deallocate()
        sorted.deallocate()
        places.deallocate()
        labels.deallocate()
        bounds.deallocate()
    }

    /// Orders a range by the byte at a depth that no piece of it ends before.
    /// - Returns: the number of labels.
    /// - Throws: `invalidPiece` if two pieces end here: they have the same text.
    func split(
        _ order: inout [UInt32], _ range: Range<Int>, depth: Int
    ) throws(TokenizerError) -> Int {
        var present = SIMD4<UInt64>(repeating: 0)
        let low = range.lowerBound
        let count = range.count
        order.withUnsafeBufferPointer { order in
            for index in 0..<count {
                let piece = pieces[Int(order[low &+ index])]
                let key = depth == piece.length ? 0 : text[piece.offset &+ depth]
                keys[index] = key
                places[Int(key)] &+= 1
                present[Int(key >> 6)] |= 1 &<< UInt64(key & 63)
            }
        }
        var labelCount = 0
        var start = 0
        for word in 0..<4 {
            var bits = present[word]
            while bits != 0 {
                let key = word << 6 | bits.trailingZeroBitCount
                bits &= bits &- 1
                labels[labelCount] = UInt8(truncatingIfNeeded: key)
                bounds[labelCount] = low &+ start
                labelCount &+= 1
                start &+= places[key]
                places[key] = start &- places[key]
            }
        }
        bounds[labelCount] = low &+ count
        order.withUnsafeMutableBufferPointer { order in
            if labelCount > 1 {
                for index in 0..<count {
                    let key = Int(keys[index])
                    sorted[places[key]] = order[low &+ index]
                    places[key] &+= 1
                }
                for index in 0..<count { order[low &+ index] = sorted[index] }
            }
        }
        for index in 0..<labelCount { places[Int(labels[index])] = 0 }
        if labels[0] == 0, bounds[1] - bounds[0] > 1 {
            throw .invalidPiece(
                index: Int(order[low + 1]), expected: "a piece that is not defined yet",
                found: "the text of piece \(order[low])")
        }
        return labelCount
    }
}
