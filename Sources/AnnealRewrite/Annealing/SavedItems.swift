import AnnealProgram

/// A copy of the items that a command changes, in memory that the annealer owns: what undoing needs.
struct SavedItems {
    let tokens: UnsafeMutablePointer<UInt32>
    let positions: UnsafeMutablePointer<UInt32>
    let opcodes: UnsafeMutablePointer<UInt8>
    let operand1: UnsafeMutablePointer<UInt16>
    let operand2: UnsafeMutablePointer<UInt32>
    let operand3: UnsafeMutablePointer<UInt32>

    init() {
        tokens = .allocate(capacity: Program.windowLimit)
        positions = .allocate(capacity: Program.windowLimit)
        opcodes = .allocate(capacity: Program.windowLimit)
        operand1 = .allocate(capacity: Program.windowLimit)
        operand2 = .allocate(capacity: Program.windowLimit)
        operand3 = .allocate(capacity: Program.windowLimit)
    }

    func deallocate() {
        tokens.deallocate()
        positions.deallocate()
        opcodes.deallocate()
        operand1.deallocate()
        operand2.deallocate()
        operand3.deallocate()
    }

    /// Copies the slots `first...last` of a program; they are in bounds of the program and so of the window.
    func save(_ program: borrowing Program, _ first: Int, _ last: Int) {
        let count = last - first + 1
        tokens.update(from: program.tokens + first, count: count)
        positions.update(from: program.positions + first, count: count)
        opcodes.update(from: program.opcodes + first, count: count)
        operand1.update(from: program.operand1 + first, count: count)
        operand2.update(from: program.operand2 + first, count: count)
        operand3.update(from: program.operand3 + first, count: count)
    }

    /// Copies them back.
    func restore(_ program: borrowing Program, _ first: Int, _ last: Int) {
        let count = last - first + 1
        for offset in 0..<count { restore(program, offset, to: first + offset) }
    }

    /// Copies one saved item, counted from the first saved slot, to a slot.
    @inline(__always)
    func restore(_ program: borrowing Program, _ offset: Int, to slot: Int) {
        program.tokens[slot] = tokens[offset]
        program.positions[slot] = positions[offset]
        program.opcodes[slot] = opcodes[offset]
        program.operand1[slot] = operand1[offset]
        program.operand2[slot] = operand2[offset]
        program.operand3[slot] = operand3[offset]
    }
}
