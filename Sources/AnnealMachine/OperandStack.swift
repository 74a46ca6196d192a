/// The machine's stack. A pushed value is `gain · row`, so the pair stands for the vector.
struct OperandStack {
    private var rows = SIMD8<UInt32>()
    private var gains = SIMD8<Int16>()
    private(set) var depth = 0

    /// - Precondition: fewer than ``Machine/stackLimit`` values wait.
    mutating func push(_ row: UInt32, gain: Int16) {
        precondition(depth < Machine.stackLimit, "the stack is full")
        rows[depth] = row
        gains[depth] = gain
        depth += 1
    }

    /// - Precondition: a value waits.
    mutating func pop() -> (row: UInt32, gain: Int16) {
        precondition(depth > 0, "the stack is empty")
        depth -= 1
        return (rows[depth], gains[depth])
    }
}
