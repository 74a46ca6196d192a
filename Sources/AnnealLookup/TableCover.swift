extension LookupTable {
    /// Of a file that does not say how long its pieces are.
    private static let longestPiece = 48
    /// U+2581, which stands for the beginning of a word.
    static let mark: [UInt8] = [0xE2, 0x96, 0x81]

    /// Cuts a text into pieces of the table, where there is no vocabulary to do it: at each place the longest piece, the one
    /// that begins a word before the one that does not.
    ///
    /// - Parameters:
    ///   - text: words with spaces between, any bytes. Pieces end where characters do.
    ///   - scratch: storage that is used again.
    ///   - body: gets the pieces in the order of the text, and with nil the stretches of a word that no piece covers.
    /// - Complexity: O(bytes · longest piece), allocates nothing once `scratch` is large enough.
    func cover(
        _ text: UnsafeBufferPointer<UInt8>, scratch: inout [UInt8],
        _ body: (_ entry: Int?, _ bytes: Range<Int>) throws(LookupError) -> Void
    ) throws(LookupError) {
        var place = 0
        var uncovered = 0
        func endStretch(_ end: Int) throws(LookupError) {
            if uncovered < end { try body(nil, uncovered..<end) }
        }
        while place < text.count {
            if text[place] <= 0x20 {
                try endStretch(place)
                place += 1
                uncovered = place
                continue
            }
            let beginsWord = place == 0 || text[place - 1] <= 0x20
            if let (entry, count) = longestPiece(text, at: place, beginsWord: beginsWord, &scratch) {
                try endStretch(place)
                try body(entry, place..<place + count)
                place += count
                uncovered = place
            } else {
                place += 1
                while place < text.count, text[place] & 0xC0 == 0x80 { place += 1 }
            }
        }
        try endStretch(place)
    }

    /// The longest piece of the table that a place of a text begins with, and its bytes there.
    /// - Parameter beginsWord: whether the piece that begins a word goes before.
    func longestPiece(
        _ text: UnsafeBufferPointer<UInt8>, at place: Int, beginsWord: Bool, _ scratch: inout [UInt8]
    ) -> (entry: Int, count: Int)? {
        let longest = trailer?.longestPiece ?? Self.longestPiece
        var end = place
        while end < text.count, end - place < longest, text[end] > 0x20 { end += 1 }
        // Back to where a character ends.
        while end > place, end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: Self.mark)
        scratch.append(contentsOf: text[place..<end])
        return scratch.withUnsafeBufferPointer { scratch in
            var count = end - place
            while count > 0 {
                if beginsWord, let entry = find(UnsafeBufferPointer(rebasing: scratch[..<(Self.mark.count + count)])) {
                    return (entry, count)
                }
                if let entry = find(UnsafeBufferPointer(rebasing: scratch[Self.mark.count...].prefix(count))) {
                    return (entry, count)
                }
                count -= 1
                while count > 0, text[place + count] & 0xC0 == 0x80 { count -= 1 }
            }
            return nil
        }
    }
}
