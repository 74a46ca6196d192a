import Anneal
import AnnealCodes
import AnnealTokens

/// Cuts texts into words as the model's tokenizer normalises them: runs of letters and digits, of the pieces that it
/// knows. A run of more than ``WordModel/wordBytesLimit`` bytes is cut behind a piece.
struct WordReader {
    private let tokenizer: Tokenizer
    private var word: [UInt8] = []

    init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

    /// Calls `body` with each word of a text, in order.
    /// - Complexity: O(bytes).
    mutating func forEachWord(
        of utf8: Span<UInt8>, in session: inout Session, _ body: (_ word: [UInt8]) -> Void
    ) {
        word.removeAll(keepingCapacity: true)
        session.tokenize(utf8) { ids, _, _ in
            for index in ids.indices { add(ids[index], body) }
        }
        end(body)
    }

    private mutating func add(_ id: UInt32, _ body: (_ word: [UInt8]) -> Void) {
        let kind = tokenizer.kind(of: id)
        guard kind == .normal || kind == .userDefined else { return end(body) }
        var bytes = tokenizer.bytes(of: id)[...]
        if bytes.starts(with: Self.boundary) {
            end(body)
            bytes = bytes.dropFirst(Self.boundary.count)
        }
        if word.count + bytes.count > WordModel.wordBytesLimit { end(body) }
        while let byte = bytes.first {
            if bytes.starts(with: Self.boundary) {
                end(body)
                bytes = bytes.dropFirst(Self.boundary.count)
                continue
            }
            if WordModel.isLetter(byte), word.count < WordModel.wordBytesLimit { word.append(byte) } else { end(body) }
            bytes = bytes.dropFirst()
        }
    }

    private mutating func end(_ body: (_ word: [UInt8]) -> Void) {
        if !word.isEmpty { body(word) }
        word.removeAll(keepingCapacity: true)
    }

    /// `▁`, a space.
    private static let boundary: [UInt8] = [0xE2, 0x96, 0x81]
}
