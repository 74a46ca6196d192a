/// Splits ranges of pieces by one of their bytes, keeping the order of pieces with the same byte.
struct PieceSorter {
    /// A piece in the order: where its text starts in `text`, with a zero byte after it, and its id.
    struct Item {
        var offset: UInt32
        var id: UInt32
    }

    /// The texts one after the other, close together: most of the time here is waiting for memory.
    let text: UnsafeMutablePointer<UInt8>
    let items: UnsafeMutablePointer<Item>
    private let keys: UnsafeMutablePointer<UInt8>
    private let sorted: UnsafeMutablePointer<Item>
    /// For each byte the number of its pieces, then the place of the next one; zero between calls.
    private let places: UnsafeMutablePointer<Int>
    /// The different bytes of the last range, ascending; the end of a piece counts as the byte 0, which no piece has.
    let labels: UnsafeMutablePointer<UInt8>
    /// Where the pieces of each label start, and where the last label's end.
    let bounds: UnsafeMutablePointer<Int>

    init(_ file: UnsafePointer<UInt8>, _ pieces: UnsafeBufferPointer<ModelFile.Piece>, _ ids: [UInt32]) {
        let count = ids.count
        items = .allocate(capacity: count)
        text = .allocate(capacity: ids.reduce(0) { $0 + pieces[Int($1)].length + 1 })
        var end = 0
        for (index, id) in ids.enumerated() {
            let piece = pieces[Int(id)]
            items[index] = Item(offset: UInt32(truncatingIfNeeded: end), id: id)
            // In bounds: the reader took offset and length from inside the file.
            (text + end).update(from: file + piece.offset, count: piece.length)
            text[end + piece.length] = 0
            end += piece.length + 1
        }
        keys = .allocate(capacity: count)
        sorted = .allocate(capacity: count)
        places = .allocate(capacity: 256)
        places.initialize(repeating: 0, count: 256)
        labels = .allocate(capacity: 256)
        bounds = .allocate(capacity: 257)
    }

    func deallocate() {
        text.deallocate()
        items.deallocate()
        keys.deallocate()
        sorted.deallocate()
        places.deallocate()
        labels.deallocate()
        bounds.deallocate()
    }

    /// Orders a range of `items` by the byte at a depth that no piece of it ends before.
    /// - Returns: the number of labels.
    /// - Throws: `invalidPiece` if two pieces end here: they have the same text.
    func split(_ range: Range<Int>, depth: Int) throws(TokenizerError) -> Int {
        var present = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        let low = range.lowerBound
        let count = range.count
        for index in 0..<count {
            let key = text[Int(items[low &+ index].offset) &+ depth]
            keys[index] = key
            places[Int(key)] &+= 1
            let bit: UInt64 = 1 &<< UInt64(key & 63)
            switch key >> 6 {
            case 0: present.0 |= bit
            case 1: present.1 |= bit
            case 2: present.2 |= bit
            default: present.3 |= bit
            }
        }
        var labelCount = 0
        var start = 0
        for word in 0..<4 {
            var bits = word == 0 ? present.0 : word == 1 ? present.1 : word == 2 ? present.2 : present.3
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
        if labelCount > 1 {
            for index in 0..<count {
                let key = Int(keys[index])
                sorted[places[key]] = items[low &+ index]
                places[key] &+= 1
            }
            // `places` counts from the start of the range.
            (items + low).update(from: sorted, count: count)
        }
        for index in 0..<labelCount { places[Int(labels[index])] = 0 }
        if labels[0] == 0, bounds[1] - bounds[0] > 1 {
            throw .invalidPiece(
                index: Int(items[low + 1].id), expected: "a piece that is not defined yet",
                found: "the text of piece \(items[low].id)")
        }
        return labelCount
    }
}
