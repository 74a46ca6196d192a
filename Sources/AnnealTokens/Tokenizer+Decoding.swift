extension Tokenizer {
    /// The text that tokens stand for, without the space that encoding puts before a text.
    ///
    /// Byte pieces are put together to characters; control, unknown and unused pieces stand for nothing. What is no
    /// UTF-8 becomes U+FFFD.
    /// - Complexity: O(bytes of the pieces).
    /// - Precondition: every id is less than ``pieceCount``.
    public func decode(_ ids: some Sequence<UInt32>) -> String {
        // U+2581, which stands for a space inside pieces.
        let mark: [UInt8] = [0xE2, 0x96, 0x81]
        var text: [UInt8] = []
        for id in ids {
            switch kind(of: id) {
            case .control, .unknown, .unused: continue
            case .byte:
                // Written as <0xHH>.
                let digits = piece(id).dropFirst(3).dropLast()
                text.append(UInt8(digits, radix: 16) ?? UInt8(ascii: "?"))
            case .normal, .userDefined:
                for byte in bytes(of: id) {
                    text.append(byte)
                    guard text.suffix(3).elementsEqual(mark) else { continue }
                    text.removeLast(3)
                    text.append(UInt8(ascii: " "))
                }
            }
        }
        if text.first == UInt8(ascii: " ") { text.removeFirst() }
        return String(decoding: text, as: UTF8.self)
    }
}
