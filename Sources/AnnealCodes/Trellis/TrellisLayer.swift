/// One trellis: a code of some bytes for whole-numbered coordinates.
///
/// The code is a row of bits, read from the highest bit of the first byte on. A step takes a few of them, and its state is
/// the last eight bits read so far, zeros before the first. For each of the 256 states a step has a word: what the
/// coordinates of its components stand for. So a step of one bit chooses among words by eight bits, of which seven were
/// chosen by steps before: that is what comes closer to the bound than code words of one bit each.
/// - SeeAlso: Marcellin and Fischer, "Trellis coded quantization of memoryless and Gauss-Markov sources", IEEE
///   Transactions on Communications 38(1), 1990.
package struct TrellisLayer: Sendable, Equatable {
    package static let stateBits = 8
    package static let states = 1 << stateBits
    /// The most bits of a trellis' step.
    package static let stepBitsMost = 4
    /// The greatest number of a word.
    static let wordMost: Int16 = 8191

    /// A number as near to another as one of a word can be.
    static func word(_ number: some BinaryFloatingPoint) -> Int16 {
        Int16(max(-Double(wordMost), min(Double(wordMost), Double(number).rounded(.toNearestOrEven))))
    }

    package let byteCount: Int
    package let steps: [TrellisStep]
    /// For each step and each of its components: a number for each state, in the units of coordinates.
    package internal(set) var words: [Int16]
    /// Where the words of each step begin in ``words``, and of what follows the last.
    package let starts: [Int]
    /// Bits read when a step is done.
    package let bitEnds: [Int]

    /// - Precondition: the steps take `8 · byteCount` bits; `words` has ``states`` numbers a component.
    package init(byteCount: Int, steps: [TrellisStep], words: [Int16]) {
        self.byteCount = byteCount
        self.steps = steps
        self.words = words
        var (start, end) = (0, 0)
        var starts: [Int] = [0]
        var ends: [Int] = []
        for step in steps {
            start += step.components.count * Self.states
            end += step.bits
            starts.append(start)
            ends.append(end)
        }
        precondition(end == 8 * byteCount && start == words.count)
        self.starts = starts
        bitEnds = ends
    }

    /// The state of each step of a code.
    @inline(__always)
    package func state(_ code: UnsafePointer<UInt8>, step: Int) -> Int {
        let end = bitEnds[step]
        // The eight bits before `end` lie in the byte of the last of them and in the one before.
        let last = (end - 1) >> 3
        let pair = (last > 0 ? Int(code[last - 1]) << 8 : 0) | Int(code[last])
        return (pair >> (8 * (last + 1) - end)) & (Self.states - 1)
    }

    /// Adds what a code stands for to coordinates of all components.
    /// - Complexity: O(components of the steps).
    func add(_ code: UnsafePointer<UInt8>, to coordinates: UnsafeMutablePointer<Int32>) {
        words.withUnsafeBufferPointer { words in
            for (index, step) in steps.enumerated() {
                var place = starts[index] + state(code, step: index)
                for component in step.components {
                    coordinates[component] &+= Int32(words[place])
                    place += Self.states
                }
            }
        }
    }
}

/// The best code of coordinates by a trellis: Viterbi's algorithm, in whole numbers, so that it is one and the same
/// everywhere. Of equally good ways it takes that of the lowest states.
///
/// Memory of its own, for one thread at a time.
final class TrellisSearch {
    private static let states = TrellisLayer.states
    /// More than any way can cost, and with what a way can cost still inside 32 bits.
    private static let unreachable: Int32 = 1 << 30

    private let costs: UnsafeMutablePointer<Int32>
    private let best: UnsafeMutablePointer<Int32>
    private let back: UnsafeMutablePointer<UInt8>
    private let stepsMost: Int

    init(stepsMost: Int) {
        self.stepsMost = stepsMost
        costs = .allocate(capacity: Self.states)
        best = .allocate(capacity: Self.states)
        back = .allocate(capacity: max(1, stepsMost) * Self.states)
        costs.initialize(repeating: 0, count: Self.states)
        best.initialize(repeating: 0, count: Self.states)
        back.initialize(repeating: 0, count: max(1, stepsMost) * Self.states)
    }

    deinit {
        costs.deallocate()
        best.deallocate()
        back.deallocate()
    }

    /// Finds the way with the least squared distance.
    /// - Parameters:
    ///   - coordinates: of all components.
    ///   - states: receives the state of each step.
    /// - Complexity: O(256 · (steps + components of the steps)).
    func search(
        _ layer: TrellisLayer, _ coordinates: UnsafePointer<Int16>, states path: UnsafeMutablePointer<UInt8>
    ) {
        precondition(layer.steps.count <= stepsMost)
        for state in 0..<Self.states { costs[state] = Self.unreachable }
        costs[0] = 0
        layer.words.withUnsafeBufferPointer { words in
            guard var word = words.baseAddress else { return }
            for (index, step) in layer.steps.enumerated() {
                choose(step.bits, back + index * Self.states)
                spread(step.bits)
                for component in step.components {
                    let number = coordinates[component]
                    // Both are below 2^14, so that neither difference nor square overflows.
                    for state in 0..<Self.states {
                        let difference = Int32(word[state] &- number)
                        costs[state] &+= difference &* difference
                    }
                    word += Self.states
                }
            }
        }
        var state = 0
        for other in 1..<Self.states where costs[other] < costs[state] { state = other }
        for index in stride(from: layer.steps.count - 1, through: 0, by: -1) {
            path[index] = UInt8(truncatingIfNeeded: state)
            let bits = layer.steps[index].bits
            let low = state >> bits
            state = low | Int(back[index * Self.states + low]) << (TrellisLayer.stateBits - bits)
        }
    }

    /// For each of the low bits that states before the step share: which of them costs least, and what.
    private func choose(_ bits: Int, _ back: UnsafeMutablePointer<UInt8>) {
        let base = Self.states >> bits
        for low in 0..<base {
            best[low] = costs[low]
            back[low] = 0
        }
        for high in 1..<(1 << bits) {
            let other = costs + high * base
            let name = UInt8(truncatingIfNeeded: high)
            for low in 0..<base {
                let isLess = other[low] < best[low]
                best[low] = isLess ? other[low] : best[low]
                back[low] = isLess ? name : back[low]
            }
        }
    }

    /// The states behind a step cost what the best before them does.
    private func spread(_ bits: Int) {
        let base = Self.states >> bits
        if bits == 1 {
            for low in 0..<base {
                costs[2 * low] = best[low]
                costs[2 * low + 1] = best[low]
            }
        } else {
            for low in 0..<base {
                for next in low << bits..<(low + 1) << bits { costs[next] = best[low] }
            }
        }
    }
}
