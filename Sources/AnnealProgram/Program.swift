/// A program: a linear sequence of items in storage of fixed capacity, as a structure of arrays.
///
/// The storage is allocated once, when the program is made, and reused for every text after that. Who borrows a program
/// reads it; who holds it `inout` changes it.
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
    @usableFromInline let tokenStorage: UnsafeMutablePointer<UInt32>
    @usableFromInline let positionStorage: UnsafeMutablePointer<UInt32>
    @usableFromInline let opcodeStorage: UnsafeMutablePointer<UInt8>
    @usableFromInline let operand1Storage: UnsafeMutablePointer<UInt16>
    @usableFromInline let operand2Storage: UnsafeMutablePointer<UInt32>
    @usableFromInline let operand3Storage: UnsafeMutablePointer<UInt32>

    public init(capacity: Int = Program.windowLimit) {
        precondition(capacity > 0 && capacity <= Program.windowLimit)
        self.capacity = capacity
        tokenStorage = .allocate(capacity: capacity)
        positionStorage = .allocate(capacity: capacity)
        opcodeStorage = .allocate(capacity: capacity)
        operand1Storage = .allocate(capacity: capacity)
        operand2Storage = .allocate(capacity: capacity)
        operand3Storage = .allocate(capacity: capacity)
    }

    deinit {
        tokenStorage.deallocate()
        positionStorage.deallocate()
        opcodeStorage.deallocate()
        operand1Storage.deallocate()
        operand2Storage.deallocate()
        operand3Storage.deallocate()
    }

    /// Widening: makes this the naive program of a window of tokens, every item `accumulate`.
    /// - Parameter origin: the place in the text of the first of them.
    /// - Precondition: `ids.count <= capacity`, `origin >= 0`.
    /// - Complexity: O(ids.count), no allocation.
    public mutating func widen(_ ids: Span<UInt32>, origin: Int = 0) {
        precondition(ids.count <= capacity && origin >= 0)
        count = ids.count
        self.origin = origin
        for index in 0..<ids.count {
            tokenStorage[index] = ids[index]
            positionStorage[index] = UInt32(truncatingIfNeeded: index)
            opcodeStorage[index] = Opcode.accumulate.rawValue
            operand1Storage[index] = Program.neutralGain
            operand2Storage[index] = 0
            operand3Storage[index] = 0
        }
    }

    /// Where in the text the token of an item stood before any rewrite.
    /// - Precondition: `0 <= slot < count`.
    @inlinable
    @inline(__always)
    public func place(of slot: Int) -> Int { origin &+ Int(truncatingIfNeeded: positions[slot]) }
}

// The arrays, `count` elements each.
extension Program {
    /// Token ids.
    public var tokens: Span<UInt32> {
        @_lifetime(borrow self)
        @inlinable @inline(__always) get {
            _overrideLifetime(Span(_unsafeStart: UnsafePointer(tokenStorage), count: count), borrowing: self)
        }
    }

    /// Positions of the tokens in the window before any rewrite.
    public var positions: Span<UInt32> {
        @_lifetime(borrow self)
        @inlinable @inline(__always) get {
            _overrideLifetime(Span(_unsafeStart: UnsafePointer(positionStorage), count: count), borrowing: self)
        }
    }

    /// Raw values of ``Opcode``.
    public var opcodes: Span<UInt8> {
        @_lifetime(borrow self)
        @inlinable @inline(__always) get {
            _overrideLifetime(Span(_unsafeStart: UnsafePointer(opcodeStorage), count: count), borrowing: self)
        }
    }

    /// Gain indexes, 0...255.
    public var operand1: Span<UInt16> {
        @_lifetime(borrow self)
        @inlinable @inline(__always) get {
            _overrideLifetime(Span(_unsafeStart: UnsafePointer(operand1Storage), count: count), borrowing: self)
        }
    }

    /// Constant rows or roles.
    public var operand2: Span<UInt32> {
        @_lifetime(borrow self)
        @inlinable @inline(__always) get {
            _overrideLifetime(Span(_unsafeStart: UnsafePointer(operand2Storage), count: count), borrowing: self)
        }
    }

    /// Further constant rows, or 0 for none.
    public var operand3: Span<UInt32> {
        @_lifetime(borrow self)
        @inlinable @inline(__always) get {
            _overrideLifetime(Span(_unsafeStart: UnsafePointer(operand3Storage), count: count), borrowing: self)
        }
    }

    /// The gain indexes, to be changed.
    public var mutableOperand1: MutableSpan<UInt16> {
        @_lifetime(&self)
        @inlinable @inline(__always) mutating get {
            _overrideLifetime(MutableSpan(_unsafeStart: operand1Storage, count: count), mutating: &self)
        }
    }

    /// Gives an item another opcode and other operands.
    /// - Parameter opcode: the raw value of an ``Opcode``; it is not checked.
    /// - Precondition: `0 <= slot < count`.
    /// - Complexity: O(1).
    @inlinable
    @inline(__always)
    public mutating func setInstruction(
        _ slot: Int, opcode: UInt8, operand1: UInt16, operand2: UInt32, operand3: UInt32
    ) {
        precondition(slot >= 0 && slot < count)
        opcodeStorage[slot] = opcode
        operand1Storage[slot] = operand1
        operand2Storage[slot] = operand2
        operand3Storage[slot] = operand3
    }

    /// Takes an item of another program in place of one of this.
    /// - Precondition: `0 <= source < other.count`, `0 <= slot < count`.
    /// - Complexity: O(1).
    public mutating func copyItem(_ source: Int, of other: borrowing Program, to slot: Int) {
        precondition(source >= 0 && source < other.count && slot >= 0 && slot < count)
        tokenStorage[slot] = other.tokenStorage[source]
        positionStorage[slot] = other.positionStorage[source]
        opcodeStorage[slot] = other.opcodeStorage[source]
        operand1Storage[slot] = other.operand1Storage[source]
        operand2Storage[slot] = other.operand2Storage[source]
        operand3Storage[slot] = other.operand3Storage[source]
    }

    /// Makes this a copy of some items of another program.
    /// - Precondition: `slots` is inside `0..<other.count`, and not more than ``capacity``.
    /// - Complexity: O(slots.count), no allocation.
    public mutating func assign(_ slots: Range<Int>, of other: borrowing Program) {
        precondition(slots.lowerBound >= 0 && slots.upperBound <= other.count && slots.count <= capacity)
        count = slots.count
        origin = other.origin
        for index in 0..<slots.count { copyItem(slots.lowerBound + index, of: other, to: index) }
    }
}

extension Program {
    /// One item as a value.
    /// - Precondition: `0 <= index < count`; the item's opcode is one that is declared.
    /// - Complexity: O(1).
    public func item(at index: Int) -> ProgramItem {
        guard let opcode = Opcode(rawValue: opcodes[index]) else { preconditionFailure("item of no opcode") }
        return ProgramItem(
            token: tokens[index], position: positions[index], opcode: opcode, operand1: operand1[index],
            operand2: operand2[index], operand3: operand3[index])
    }

    /// Replaces one item. Nothing is checked but the place; see ``Verifier``.
    /// - Precondition: `0 <= index < count`.
    /// - Complexity: O(1).
    public mutating func setItem(_ item: ProgramItem, at index: Int) {
        precondition(index >= 0 && index < count)
        tokenStorage[index] = item.token
        positionStorage[index] = item.position
        opcodeStorage[index] = item.opcode.rawValue
        operand1Storage[index] = item.operand1
        operand2Storage[index] = item.operand2
        operand3Storage[index] = item.operand3
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
        for (index, item) in items.enumerated() { setItem(item, at: index) }
    }
}
