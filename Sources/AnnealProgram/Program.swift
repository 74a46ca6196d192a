/// A program: a linear sequence of items in storage of fixed capacity, as a structure of arrays.
///
/// The storage is allocated once, when the program is made, and reused for every text after that.
/// - Invariant: `0 <= count <= capacity`; every array has `capacity` elements, the first `count` are initialised.
public struct Program: ~Copyable {
    /// The neutral index of the gain table: a gain of exactly one.
    public static let neutralGain: UInt16 = 128
    /// The most items a window holds: 256 items of a token's row at the largest gain and two constants stay inside 32
    /// bits.
    public static let windowLimit = 256

    public let capacity: Int
    public internal(set) var count: Int = 0
    /// The place in the text of the window's first token: 0 but for the further windows of a long text.
    public internal(set) var origin: Int = 0
    /// Token ids.
    public let tokens: UnsafeMutablePointer<UInt32>
    /// Positions of the tokens in the window before any rewrite.
    public let positions: UnsafeMutablePointer<UInt32>
    /// Raw values of ``Opcode``.
    public let opcodes: UnsafeMutablePointer<UInt8>
    /// Gain index, 0...255.
    public let operand1: UnsafeMutablePointer<UInt16>
    /// Constant row or role.
    public let operand2: UnsafeMutablePointer<UInt32>
    /// A further constant row, or 0 for none.
    public let operand3: UnsafeMutablePointer<UInt32>

    public init(capacity: Int = Program.windowLimit) {
        precondition(capacity > 0 && capacity <= Program.windowLimit)
        self.capacity = capacity
        tokens = .allocate(capacity: capacity)
        positions = .allocate(capacity: capacity)
        opcodes = .allocate(capacity: capacity)
        operand1 = .allocate(capacity: capacity)
        operand2 = .allocate(capacity: capacity)
        operand3 = .allocate(capacity: capacity)
    }

    deinit {
        tokens.deallocate()
        positions.deallocate()
        opcodes.deallocate()
        operand1.deallocate()
        operand2.deallocate()
        operand3.deallocate()
    }

    /// Widening: makes this the naive program of a window of tokens, every item `accumulate`.
    /// - Parameter origin: the place in the text of the first of them.
    /// - Precondition: `ids.count <= capacity`, `origin >= 0`.
    /// - Complexity: O(ids.count), no allocation.
    public mutating func widen(_ ids: UnsafeBufferPointer<UInt32>, origin: Int = 0) {
        precondition(ids.count <= capacity && origin >= 0)
        count = ids.count
        self.origin = origin
        for index in 0..<ids.count {
            tokens[index] = ids[index]
            positions[index] = UInt32(truncatingIfNeeded: index)
            opcodes[index] = Opcode.accumulate.rawValue
            operand1[index] = Program.neutralGain
            operand2[index] = 0
            operand3[index] = 0
        }
    }

    /// Where in the text the token of an item stood before any rewrite.
    /// - Precondition: `0 <= slot < count`.
    @inlinable
    @inline(__always)
    public func place(of slot: Int) -> Int { origin &+ Int(truncatingIfNeeded: positions[slot]) }
}

extension Program {
    /// One item as a value.
    /// - Precondition: `0 <= index < count`; the item's opcode is one that is declared.
    /// - Complexity: O(1).
    public func item(at index: Int) -> ProgramItem {
        precondition(index >= 0 && index < count)
        guard let opcode = Opcode(rawValue: opcodes[index]) else { preconditionFailure("item of no opcode") }
        return ProgramItem(
            token: tokens[index], position: positions[index], opcode: opcode, operand1: operand1[index],
            operand2: operand2[index], operand3: operand3[index])
    }

    /// All items as values.
    /// - Complexity: O(count), one allocation.
    public var items: [ProgramItem] {
        var result: [ProgramItem] = []
        result.reserveCapacity(count)
        for index in 0..<count { result.append(item(at: index)) }
        return result
    }

    /// Makes this the program of the given items. Nothing is checked but the number; see ``Verifier``.
    /// - Parameter origin: the place in the text of the window's first token.
    /// - Precondition: `items.count <= capacity`, `origin >= 0`.
    /// - Complexity: O(items.count), no allocation.
    public mutating func assign(_ items: [ProgramItem], origin: Int = 0) {
        precondition(items.count <= capacity && origin >= 0)
        count = items.count
        self.origin = origin
        for (index, item) in items.enumerated() {
            tokens[index] = item.token
            positions[index] = item.position
            opcodes[index] = item.opcode.rawValue
            operand1[index] = item.operand1
            operand2[index] = item.operand2
            operand3[index] = item.operand3
        }
    }
}
