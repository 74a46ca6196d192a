@testable import AnnealCodes

/// Slow and obvious twins of what encodes.
enum ReferenceTrellis {
    /// The bits of a code, one by one.
    static func bits(_ code: [UInt8]) -> [Int] {
        code.flatMap { byte in (0..<8).reversed().map { Int(byte) >> $0 & 1 } }
    }

    /// What a code stands for, by reading eight bits before each end of a step.
    static func coordinates(_ layer: TrellisLayer, _ code: [UInt8], components: Int) -> [Int] {
        let stream = [Int](repeating: 0, count: 8) + bits(code)
        var found = [Int](repeating: 0, count: components)
        var (end, word) = (8, 0)
        for step in layer.steps {
            end += step.bits
            let state = stream[end - 8..<end].reduce(0) { 2 * $0 + $1 }
            for component in step.components {
                found[component] = Int(layer.words[word + state])
                word += 256
            }
        }
        return found
    }

    /// The squared distance between coordinates and what a code stands for, over the components that the layer codes.
    static func distance(_ layer: TrellisLayer, _ code: [UInt8], _ wanted: [Int16]) -> Int {
        let found = coordinates(layer, code, components: wanted.count)
        return layer.steps.flatMap(\.components).reduce(0) { sum, component in
            let rest = found[component] - Int(wanted[component])
            return sum + rest * rest
        }
    }

    /// The least distance of any code, by trying all ways through the steps.
    static func nearest(_ layer: TrellisLayer, _ wanted: [Int16]) -> Int {
        func least(step: Int, state: Int) -> Int {
            guard step < layer.steps.count else { return 0 }
            var best = Int.max
            for bits in 0..<(1 << layer.steps[step].bits) {
                let next = (state << layer.steps[step].bits | bits) % 256
                var cost = 0
                for (index, component) in layer.steps[step].components.enumerated() {
                    let word = layer.words[layer.starts[step] + index * 256 + next]
                    cost += (Int(word) - Int(wanted[component])) * (Int(word) - Int(wanted[component]))
                }
                best = min(best, cost + least(step: step + 1, state: next))
            }
            return best
        }
        return least(step: 0, state: 0)
    }

    /// The coordinates of a vector, by the definition and in 64 bits.
    static func coordinates(_ basis: FixedPointBasis, _ integers: [Int16]) -> [Int16] {
        (0..<basis.components).map { component in
            var sum = 0
            for index in 0..<basis.dimension {
                sum +=
                    Int(basis.axes[component * basis.dimension + index])
                    * (Int(integers[index]) - Int(basis.mean[index]))
            }
            let product = sum * Int(basis.weights[component])
            return Int16(max(-16383, min(16383, (product + 1 << 29) >> 30)))
        }
    }
}
