public import AnnealProgram
import CAnnealKernels

extension Machine {
    /// Writes what one instruction adds to the window's accumulators, exactly.
    ///
    /// The contributions of all items of a program sum to its accumulators, number by number. A `push` contributes zero:
    /// the `merge` that pops its value carries both.
    /// - Precondition: `0 <= item < program.count`, the program passes the verifier, `output` holds
    ///   `constants.dimension` numbers.
    /// - Complexity: O(item + dimension), no allocation.
    public func contribution(
        of item: Int, in program: borrowing Program, into output: UnsafeMutablePointer<Int32>
    ) {
        precondition(item >= 0 && item < program.count)
        output.update(repeating: 0, count: constants.dimension)
        let token = program.tokens[item]
        precondition(Int(token) < constants.tokenCount, "a token without a row")
        let gainIndex = program.operand1[item]
        let constant = program.operand2[item]
        guard let opcode = Opcode(rawValue: program.opcodes[item]) else { preconditionFailure("no such opcode") }
        switch opcode {
        case .accumulate:
            add(token, constants.scales[Int(token)], to: output)
        case .gain:
            add(token, constants.gain(row: token, gainIndex: gainIndex), to: output)
        case .phrase:
            add(token, constants.gain(row: token, gainIndex: gainIndex), to: output)
            precondition(Int(constant) < constants.rowCount, "a phrase constant without a row")
            add(constant, constants.scales[Int(constant)], to: output)
            let further = program.operand3[item]
            if further != 0 {
                precondition(Int(further) < constants.rowCount, "a phrase constant without a row")
                add(further, constants.scales[Int(further)], to: output)
            }
        case .replace:
            precondition(Int(constant) < constants.rowCount, "a replacing constant without a row")
            add(constant, constants.scales[Int(constant)], to: output)
        case .skip, .push:
            break
        case .merge:
            let left = popped(by: item, in: program)
            let right = constants.gain(row: token, gainIndex: gainIndex)
            merge(left.row, left.gain, token, right, role: constant, into: output)
        case .shift:
            add(token, constants.gain(row: token, gainIndex: gainIndex), to: output)
            precondition(Int(constant) < constants.rowCount, "a sense constant without a row")
            add(constant, constants.gain(row: constant, gainIndex: gainIndex), to: output)
        }
    }

    /// The item whose value the merge `item` pops, or nil where the stack is empty there.
    /// - Complexity: O(item)
    public static func pushItem(poppedBy item: Int, in program: borrowing Program) -> Int? {
        // Backwards from the merge, the first push that no merge between has popped.
        var waiting = 0
        for earlier in stride(from: item - 1, through: 0, by: -1) {
            switch Opcode(rawValue: program.opcodes[earlier]) {
            case .merge: waiting += 1
            case .push where waiting == 0: return earlier
            case .push: waiting -= 1
            case .accumulate, .gain, .phrase, .replace, .skip, .shift, nil: continue
            }
        }
        return nil
    }

    private func popped(by item: Int, in program: borrowing Program) -> (row: UInt32, gain: Int16) {
        guard let push = Machine.pushItem(poppedBy: item, in: program) else {
            preconditionFailure("the stack is empty")
        }
        let row = program.tokens[push]
        precondition(Int(row) < constants.tokenCount, "a token without a row")
        return (row, constants.gain(row: row, gainIndex: program.operand1[push]))
    }

    private func add(_ row: UInt32, _ gain: Int16, to output: UnsafeMutablePointer<Int32>) {
        let place = constants.place(of: row)
        var index = place.index
        var factor = gain
        if place.isPacked {
            kernel.table.pointee.accumulate_packed(
                constants.packedRows, constants.dimension, &index, &factor, 1, output)
        } else {
            kernel.table.pointee.accumulate(constants.rows, constants.dimension, &index, &factor, 1, output)
        }
    }
}
