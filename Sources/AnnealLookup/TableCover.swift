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
        if scratch.count < scratchSize { scratch = [UInt8](repeating: 0, count: scratchSize) }
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
            let found = scratch.withUnsafeMutableBufferPointer {
                longestPiece(text, at: place, beginsWord: beginsWord, $0)
            }
            if let (entry, count) = found {
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

    /// Bytes of the longest piece, and of the mark before it.
    var scratchSize: Int { Self.mark.count + (trailer?.longestPiece ?? Self.longestPiece) }

    /// The longest piece of the table that a place of a text begins with, and its bytes there.
    /// - Parameters:
    ///   - beginsWord: whether the piece that begins a word goes before.
    ///   - scratch: room for ``scratchSize`` bytes.
    func longestPiece(
        _ text: UnsafeBufferPointer<UInt8>, at place: Int, beginsWord: Bool,
        _ scratch: UnsafeMutableBufferPointer<UInt8>
    ) -> (entry: Int, count: Int)? {
        let longest = trailer?.longestPiece ?? Self.longestPiece
        var end = place
        while end < text.count, end - place < longest, text[end] > 0x20 { end += 1 }
        // Back to where a character ends.
        while end > place, end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
        // In bounds: no more bytes than the longest piece has, behind the mark.
        for index in Self.mark.indices { scratch[index] = Self.mark[index] }
        for index in place..<end { scratch[Self.mark.count + index - place] = text[index] }
        var count = end - place
        while count > 0 {
            let marked = UnsafeBufferPointer(rebasing: scratch[..<(Self.mark.count + count)])
            if beginsWord, let entry = find(marked) { return (entry, count) }
            if let entry = find(UnsafeBufferPointer(rebasing: marked[Self.mark.count...])) { return (entry, count) }
            count -= 1
            while count > 0, text[place + count] & 0xC0 == 0x80 { count -= 1 }
        }
        return nil
    }
}
