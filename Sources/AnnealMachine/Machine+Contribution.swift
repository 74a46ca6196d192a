public import AnnealProgram

extension Machine {
    /// Writes what one instruction adds to the window's accumulators, exactly.
    ///
    /// The contributions of all items of a program sum to its accumulators, number by number. A `push` contributes zero:
    /// the `merge` that pops its value carries both.
    /// - Precondition: `0 <= item < program.count`, the program passes the verifier, `output` holds
    ///   `constants.dimension` numbers.
    /// - Complexity: O(item + dimension), no allocation.
    public mutating func contribution(
        of item: Int, in program: borrowing Program, into output: UnsafeMutablePointer<Int32>
    ) {
        output.update(repeating: 0, count: constants.dimension)
        lowering.removeAll()
        lowering.append(item, of: program, constants)
        lowering.add(constants, kernel, to: output)
    }

    /// The item whose value an item that merges pops, or nil where there is none, or the item pops nothing.
    /// - Complexity: O(item)
    public static func pushItem(poppedBy item: Int, in program: borrowing Program) -> Int? {
        guard let pops = Opcode(rawValue: program.opcodes[item])?.effect.pops, pops > 0 else { return nil }
        // Backwards from the merge, the first push that no merge between has popped.
        var waiting = 0
        for earlier in stride(from: item - 1, through: 0, by: -1) {
            guard let effect = Opcode(rawValue: program.opcodes[earlier])?.effect else { continue }
            if effect.pushes > 0 {
                if waiting == 0 { return earlier }
                waiting -= 1
            }
            waiting += effect.pops
        }
        return nil
    }
}
