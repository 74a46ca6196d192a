import AnnealProgram
import Testing

/// Assembly text prints and parses back to the same program; what is wrong is named with its place.
@Suite struct AssemblyTests {
    @Test func printsOneItemALine() {
        var program = Program()
        program.assign([
            ProgramItem(token: 12, position: 0),
            ProgramItem(token: 2204, position: 1, opcode: .phrase, operand1: 130, operand2: 40125),
            ProgramItem(token: 7, position: 2, opcode: .phrase, operand1: 128, operand2: 40126, operand3: 41000),
        ])
        let text = AssemblyPrinter().text(of: program) { $0 == 2204 ? "▁york" : nil }
        #expect(
            text == "accumulate token=12 at=0\nphrase token=2204 at=1 gain=130 row=40125 ; ▁york\n"
                + "phrase token=7 at=2 gain=128 row=40126 and=41000\n")
    }

    @Test func parsesBackToTheSameProgram() throws {
        var state: UInt64 = 7
        func random(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        var program = Program()
        var again = Program()
        for _ in 0..<200 {
            let items = (0..<Int(random(40))).map { index in
                let opcode = Opcode.allCases[Int(random(UInt64(Opcode.allCases.count)))]
                return ProgramItem(
                    token: UInt32(random(1 << 31)), position: UInt32(index), opcode: opcode,
                    operand1: opcode.effect.operand1 == .none ? Program.neutralGain : UInt16(random(256)),
                    operand2: opcode.effect.operand2 == .none ? 0 : UInt32(random(1 << 31)),
                    operand3: opcode.effect.operand3 == .none || random(2) == 0 ? 0 : UInt32(random(1 << 31)))
            }
            program.assign(items)
            // Pieces with a line end or a semicolon stay inside their comment.
            let text = AssemblyPrinter().text(of: program) { $0 % 3 == 0 ? "a\n;b\r\nskip" : nil }
            try AssemblyParser().read(text, into: &again)
            #expect(again.items == items)
            #expect(AssemblyPrinter().text(of: again) == AssemblyPrinter().text(of: program))
        }
    }

    @Test(arguments: [
        ("jump token=1 at=0", 1, 1, "\"jump\""),
        ("; fine\n\n  gain token=1 at=0", 3, 20, "end of line"),
        ("gain token=1 at=0 row=5", 1, 19, "\"row=5\""),
        ("phrase token=1 at=0 gain=1 row=5 and=0", 1, 34, "0"),
        ("gain token=1 at=0 gain=1 and=5", 1, 26, "\"and=5\""),
        ("gain token=1 at=0 gain=256", 1, 24, "\"256\""),
        ("skip token=-1 at=0", 1, 12, "\"-1\""),
        ("skip token=+1 at=0", 1, 12, "\"+1\""),
        ("skip token= at=0", 1, 12, "nothing"),
        ("skip token=99999999999 at=0", 1, 12, "\"99999999999\""),
        ("skip token=1 at=0 gain=3", 1, 19, "\"gain=3\""),
    ])
    func namesThePlaceOfAFault(text: String, line: Int, column: Int, found: String) {
        #expect {
            _ = try AssemblyParser().items(of: text)
        } throws: { error in
            guard let error = error as? TextError else { return false }
            return error.line == line && error.column == column && error.found == found
        }
    }

    @Test func takesNoMoreItemsThanFit() {
        var program = Program(capacity: 2)
        program.assign([ProgramItem(token: 4, position: 0)])
        let line = "skip token=1 at=0\n"
        #expect(throws: TextError(line: 3, column: 1, expected: "at most 2 items", found: "another item")) {
            try AssemblyParser().read(line + line + line, into: &program)
        }
        #expect(program.items == [ProgramItem(token: 4, position: 0)])
    }
}
