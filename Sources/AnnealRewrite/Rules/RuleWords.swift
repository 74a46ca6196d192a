/// The binary form of a rule: little-endian 32-bit words, one rule after the other.
///
/// | word | bits |
/// |---|---|
/// | header | 0-7 words of the rule, 8-10 atoms (1...4), 11 placement, 12 has a code, others 0 |
/// | confidence | signed 32 bits |
/// | for each atom: value | 0-1 kind (0 token, 1 class, 2 any), 2-31 token or class, 0 for any |
/// | for each atom: condition | 0-15 opcode set, 16-23 least distance, 24-31 greatest distance |
/// | for each place: update | 0-1 source atom, 2 has operand 1, 3 has operand 2, 8-15 opcode or 255 to keep, 16-23 operand 1, others 0 |
/// | after an update that has it | operand 2 |
/// | if it has a code | 8 words of 4 signed bytes |
enum RuleWords {
    static let headerWords = 2
    static let wordsPerAtom = 2
    static let codeWords = 8
    /// A rule has at most this many words.
    static let limit = headerWords + 4 * (wordsPerAtom + 2) + codeWords
    static let keepOpcode: UInt32 = 255
    static let placementBit: UInt32 = 1 << 11
    static let codeBit: UInt32 = 1 << 12
    static let headerMask: UInt32 = 0x1FFF
    static let operand1Bit: UInt32 = 1 << 2
    static let operand2Bit: UInt32 = 1 << 3
    static let updateMask: UInt32 = 0x00FF_FF0F
    /// Tokens and classes have 30 bits.
    static let valueLimit: UInt32 = 1 << 30
}
