import AnnealProgram

extension Annealer {
    /// Sums the keys of the live items.
    func sumContext(_ program: borrowing Program) {
        guard let codes = table.codes else { return }
        var total = SplitCode.zero
        for slot in 0..<program.count where program.opcodes[slot] != Opcode.skip.rawValue {
            total.add(SplitCode(codes.key(program.tokens[slot])))
        }
        sum.value = total
    }

    /// Sets the gain of every live item that has one from the item's agreement with the context and its place;
    /// `accumulate` becomes `gain`. Returns whether anything changed.
    /// - Precondition: the sum is that of the program's live items.
    @discardableResult
    func setContextGains(_ program: inout Program, trace: Trace?) -> Bool {
        guard let codes = table.codes else { return false }
        let before = trace == nil ? [] : program.items
        let total = sum.value
        let withGain = OpcodeSet.withGain
        var live = 0
        for slot in 0..<program.count where program.opcodes[slot] != Opcode.skip.rawValue { live += 1 }
        var changed = false
        for slot in 0..<program.count {
            let opcode = program.opcodes[slot]
            // `accumulate` has no gain yet.
            let isBare = opcode == Opcode.accumulate.rawValue
            guard isBare || withGain.contains(raw: opcode) else { continue }
            let key = codes.key(program.tokens[slot])
            var others = total
            others.subtract(SplitCode(key))
            let agreement = sum.dot(SplitCode(key + ContextCodes.width), others)
            let gain = UInt16(
                codes.gainIndex(agreement: agreement, live: live, place: program.place(of: slot)))
            if program.operand1[slot] != gain || isBare {
                changed = true
                let (operand2, operand3) = (program.operand2[slot], program.operand3[slot])
                program.setInstruction(
                    slot, opcode: isBare ? Opcode.gain.rawValue : opcode, operand1: gain, operand2: operand2,
                    operand3: operand3)
            }
        }
        assert(isWellFormed(program))
        if let trace, changed { trace.append(.gains(.contextGains, before: before, after: program.items)) }
        return changed
    }

    /// Keeps the tokens for the verifier; debug builds only.
    func noteOriginal(_ program: borrowing Program) {
        assert(
            {
                for slot in 0..<program.count where program.positions[slot] < program.count {
                    scratch.original[Int(program.positions[slot])] = program.tokens[slot]
                }
                return isWellFormed(program)
            }(), "the program is not well formed")
    }

    /// What debug builds assert after every rewrite.
    func isWellFormed(_ program: borrowing Program) -> Bool {
        do throws(VerifierError) {
            try Verifier(limits: table.limits).verify(
                program, original: UnsafeBufferPointer(start: scratch.original, count: program.count).span)
            return true
        } catch {
            return false
        }
    }
}
