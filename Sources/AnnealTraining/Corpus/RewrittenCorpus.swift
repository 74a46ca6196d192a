import AnnealFormats
import AnnealProgram

/// The items that the texts of a corpus consist of after the rules have rewritten them: for each a token, an opcode, and
/// the constant row that it carries, if any. What carries a further constant is followed by an item that has it alone, a
/// phrase without a token.
///
/// The order of a text's items is that of its program. Sums do not depend on it.
public struct RewrittenCorpus: Sendable {
    /// Stands for an item's constant, or its token, where it has none.
    public static let none = UInt32.max
    /// The most items of a text.
    public static let itemLimit = 2 * TokenizedCorpus.tokenLimit

    /// Tokens of all items, or ``none``, text after text.
    public let ids: [UInt32]
    /// Raw values of `Opcode`, one an item.
    public let opcodes: [UInt8]
    /// Constant rows from 0, or ``none``; one an item.
    public let rows: [UInt32]
    /// Text `i` has the items `offsets[i]..<offsets[i + 1]`.
    public let offsets: [Int]

    public var count: Int { offsets.count - 1 }

    /// The items as they are before any rule.
    public init(_ corpus: TokenizedCorpus) {
        ids = corpus.ids
        opcodes = [UInt8](repeating: Opcode.accumulate.rawValue, count: corpus.ids.count)
        rows = [UInt32](repeating: Self.none, count: corpus.ids.count)
        offsets = corpus.offsets
    }

    /// - Precondition: as many opcodes and rows as ids; at most ``itemLimit`` items a text.
    public init(ids: [UInt32], opcodes: [UInt8], rows: [UInt32], offsets: [Int]) {
        precondition(ids.count == opcodes.count && ids.count == rows.count && offsets.last == ids.count)
        self.ids = ids
        self.opcodes = opcodes
        self.rows = rows
        self.offsets = offsets
    }

    /// The text of each item.
    var textOfItems: [UInt32] {
        var texts: [UInt32] = []
        texts.reserveCapacity(ids.count)
        for text in 0..<count {
            for _ in offsets[text]..<offsets[text + 1] { texts.append(UInt32(truncatingIfNeeded: text)) }
        }
        return texts
    }

    /// Lends the items' memory.
    func withItems(_ body: (ItemPointers) -> Void) {
        ids.withUnsafeBufferPointer { ids in
            opcodes.withUnsafeBufferPointer { opcodes in
                rows.withUnsafeBufferPointer { rows in
                    // An empty array has no memory to lend, and no items to ask for.
                    guard let tokens = ids.baseAddress, let first = opcodes.baseAddress, let row = rows.baseAddress
                    else { return }
                    body(ItemPointers(tokens: tokens, opcodes: first, rows: row))
                }
            }
        }
    }
}
