/// Splits ranges of pieces by one of their bytes, keeping the order of pieces with the same byte.
struct PieceSorter {
    /// A piece in the order: where its text starts in `text`, with a zero byte after it, and its id.
    struct Item {
        var offset: UInt32
        var id: UInt32
    }

    private let text: UnsafePointer<UInt8>
    let items: UnsafeMutablePointer<Item>
    private let keys: UnsafeMutablePointer<UInt8>
    private let sorted: UnsafeMutablePointer<Item>
    /// For each byte the number of its pieces, then the place of the next one; zero between calls.
    private let places: UnsafeMutablePointer<Int>
    /// The different bytes of the last range, ascending; the end of a piece counts as the byte 0, which no piece has.
    let labels: UnsafeMutablePointer<UInt8>
    /// Where the pieces of each label start, and where the last label's end.
    let bounds: UnsafeMutablePointer<Int>

    /// - Parameter text: the texts of the pieces, close together, each with a zero byte after it.
    init(_ text: UnsafePointer<UInt8>, _ pieces: UnsafeBufferPointer<ModelFile.Piece>, _ ids: [UInt32]) {
        self.text = text
        let count = ids.count
        items = .allocate(capacity: count)
        for (index, id) in ids.enumerated() {
            items[index] = Item(offset: UInt32(truncatingIfNeeded: pieces[Int(id)].offset), id: id)
        }
        keys = .allocate(capacity: count)
        sorted = .allocate(capacity: count)
        places = .allocate(capacity: 256)
        places.initialize(repeating: 0, count: 256)
        labels = .allocate(capacity: 256)
        bounds = .allocate(capacity: 257)
    }

    func deallocate() {
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
        let labelCount =
            range.count <= Self.insertionMax ? splitByInsertion(range, depth) : splitByCounting(range, depth)
        if labels[0] == 0, bounds[1] - bounds[0] > 1 {
            let low = range.lowerBound
            throw .invalidPiece(
                index: Int(items[low + 1].id), expected: "a piece that is not defined yet",
                found: "the text of piece \(items[low].id)")
        }
        return labelCount
    }

    /// Up to so many pieces insertion is quicker than counting.
    private static let insertionMax = 16

    private func splitByInsertion(_ range: Range<Int>, _ depth: Int) -> Int {
        let items = items + range.lowerBound
        for index in 0..<range.count {
            let item = items[index]
            let key = text[Int(item.offset) &+ depth]
            var place = index
            while place > 0, keys[place &- 1] > key {
                keys[place] = keys[place &- 1]
                items[place] = items[place &- 1]
                place &-= 1
            }
            keys[place] = key
            items[place] = item
        }
        var labelCount = 0
        for index in 0..<range.count where index == 0 || keys[index] != keys[index &- 1] {
            labels[labelCount] = keys[index]
            bounds[labelCount] = range.lowerBound &+ index
            labelCount &+= 1
        }
        bounds[labelCount] = range.upperBound
        return labelCount
    }

    private func splitByCounting(_ range: Range<Int>, _ depth: Int) -> Int {
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
        return labelCount
    }
}
