public import AnnealProgram
import CAnnealKernels

/// What programs ask of a backend: rows to add, each under a gain, and rows to merge through a role.
///
/// This is the interface between program and backend: who can add the rows of these lists can run programs, on whatever
/// processor, and needs to know no opcode. Sums of integers commute, so that the order of the lists has no meaning, and lists of
/// several programs may follow each other: see ``ends``.
///
///     var lowering = Lowering(itemLimit: Program.windowLimit)
///     lowering.append(program, constants)
///     lowering.add(constants, kernel, to: accumulators)
public struct Lowering: ~Copyable {
    /// The most items that fit.
    public let itemLimit: Int
    /// Rows of ``Constants/rows``, by their places there, with their gains.
    public private(set) var rows: RowList
    /// Rows of ``Constants/packedRows``, by their places there, with their gains.
    public private(set) var packedRows: RowList
    /// Pairs of tokens' rows that are merged.
    public private(set) var merges: MergeList

    /// How much of each list there is.
    public struct Ends: Hashable, Sendable {
        public let rows: Int
        public let packedRows: Int
        public let merges: Int
    }

    /// Where the lists end now: between two calls of ``append(_:_:)``, where a program ends and the next begins.
    public var ends: Ends { Ends(rows: rows.count, packedRows: packedRows.count, merges: merges.count) }

    /// Room for so many items, three rows each.
    /// - Precondition: `itemLimit > 0`.
    public init(itemLimit: Int) {
        precondition(itemLimit > 0)
        self.itemLimit = itemLimit
        rows = RowList(capacity: 3 * itemLimit)
        packedRows = RowList(capacity: 2 * itemLimit)
        merges = MergeList(capacity: (itemLimit + 1) / 2)
    }

    deinit {
        rows.deallocate()
        packedRows.deallocate()
        merges.deallocate()
    }

    /// Empties the lists.
    public mutating func removeAll() {
        rows.count = 0
        packedRows.count = 0
        merges.count = 0
    }

    /// Appends what a window's program asks for.
    ///
    /// Values still on the stack at the end are dropped; a program that the verifier accepts leaves none.
    /// - Precondition: the program passes the verifier for these constants, and there is room for its items; operands out of
    ///   range trap.
    /// - Complexity: O(items), no allocation.
    @_optimize(speed)  // where all else is made small
    public mutating func append(_ program: borrowing Program, _ constants: Constants) {
        // Then all lists have room: an item has three rows at most, two of them packed, and a merge two items.
        precondition(
            rows.count + 3 * program.count <= 3 * itemLimit && packedRows.count + 2 * program.count <= 2 * itemLimit)
        var stack = OperandStack()
        for item in 0..<program.count { append(item, of: program, constants, &stack) }
    }

    /// Appends what one instruction asks for: nothing for a push, whose value the merge that pops it carries.
    /// - Precondition: as ``append(_:_:)``, and `0 <= item < program.count`.
    /// - Complexity: O(item), no allocation.
    mutating func append(_ item: Int, of program: borrowing Program, _ constants: Constants) {
        var stack = OperandStack()
        if let push = Machine.pushItem(poppedBy: item, in: program) { append(push, of: program, constants, &stack) }
        append(item, of: program, constants, &stack)
    }

    /// What an instruction means to a backend; see ``OpcodeEffect``.
    @inline(__always)
    private mutating func append(
        _ item: Int, of program: borrowing Program, _ constants: Constants, _ stack: inout OperandStack
    ) {
        guard let effect = Opcode(rawValue: program.opcodes[item])?.effect else {
            preconditionFailure("no such opcode")
        }
        let token = program.tokens[item]
        precondition(token < constants.tokenCount, "a token without a row")
        let gainIndex = program.operand1[item]
        if effect.token.isUsed {
            let gain =
                effect.token.isGain ? constants.gain(row: token, gainIndex: gainIndex) : constants.scales[Int(token)]
            if effect.usesStack {
                if effect.isPush {
                    stack.push(token, gain: gain)
                } else {
                    let role = program.operand2[item]
                    precondition(role < constants.roleCount, "no such role")
                    merges.append(stack.pop(), (token, gain), role: role)
                }
            } else {
                anneal_prefetch_row(constants.rows + Int(token) &* constants.dimension, constants.dimension)
                rows.append(token, gain)
            }
        }
        if effect.constant.isUsed {
            // In bounds: the item's token was there.
            append(program.operand2[unchecked: item], effect.constant.isGain ? gainIndex : nil, constants)
            if effect.hasFurther {
                let further = program.operand3[unchecked: item]
                if further != 0 { append(further, effect.constant.isGain ? gainIndex : nil, constants) }
            }
        }
    }

    /// Puts the row of a constant into its list, and asks for it to be brought near.
    @inline(__always)
    private mutating func append(_ constant: UInt32, _ gainIndex: UInt16?, _ constants: Constants) {
        precondition(constant < constants.rowCount, "a constant without a row")
        let gain =
            if let gainIndex { constants.gain(row: constant, gainIndex: gainIndex) } else {
                constants.scales[Int(constant)]
            }
        let place = constants.place(of: constant)
        if place.isPacked {
            let bytes = constants.packedRowBytes
            anneal_prefetch_row(constants.packedRows + Int(place.index) &* bytes, bytes)
            packedRows.append(place.index, gain)
        } else {
            anneal_prefetch_row(constants.rows + Int(place.index) &* constants.dimension, constants.dimension)
            rows.append(place.index, gain)
        }
    }

    /// Appends a token's row.
    /// - Precondition: there is room, and `token < constants.tokenCount`.
    @inline(__always)
    mutating func append(token: UInt32, gain: Int16) { rows.append(token, gain) }
}

// The backend of this processor.
extension Lowering {
    /// Adds everything in the lists to accumulators.
    /// - Precondition: the lists were made for these constants, `accumulators` holds `constants.dimension` numbers, and no
    ///   sum leaves 32 bits: none of a window's does.
    /// - Complexity: O(rows · dimension), no allocation.
    public func add(_ constants: Constants, _ kernel: Kernel, to accumulators: UnsafeMutablePointer<Int32>) {
        add(constants, kernel, from: Ends(rows: 0, packedRows: 0, merges: 0), through: ends, to: accumulators)
    }

    /// Adds the part of the lists that lies between two ends: one program of several.
    /// - Precondition: as ``add(_:_:to:)``, and both are ends that these lists had, `start` not the later.
    public func add(
        _ constants: Constants, _ kernel: Kernel, from start: Ends, through end: Ends,
        to accumulators: UnsafeMutablePointer<Int32>
    ) {
        precondition(end.rows <= rows.count && end.packedRows <= packedRows.count && end.merges <= merges.count)
        let dimension = constants.dimension
        let table = kernel.table
        if end.rows > start.rows {
            table.pointee.accumulate(
                constants.rows, dimension, rows.index + start.rows, rows.gain + start.rows, end.rows - start.rows,
                accumulators)
        }
        if end.packedRows > start.packedRows {
            table.pointee.accumulate_packed(
                constants.packedRows, dimension, packedRows.index + start.packedRows,
                packedRows.gain + start.packedRows, end.packedRows - start.packedRows, accumulators)
        }
        for index in start.merges..<end.merges {
            let merge = merges[index]
            anneal_merge(
                constants.rows + Int(merge.left.row) * dimension, Int32(merge.left.gain),
                constants.rows + Int(merge.right.row) * dimension, Int32(merge.right.gain),
                constants.roles + Int(merge.role) * 3 * dimension, dimension, accumulators)
        }
    }
}
