import AnnealMachine
import AnnealPlatform
import CAnnealKernels
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Selection of kernels, and the context loops. Kernels of other processors are checked by `Tests/KernelCheck`.
@Suite struct KernelTests {
    @Test("the portable kernel is always there; names select; wrong names are typed errors")
    func selection() throws {
        #expect(Kernel.available.last?.name == "portable")
        #expect(Kernel.fastest.name == Kernel.available[0].name)
        for kernel in Kernel.available {
            #expect(try Kernel.select(named: kernel.name).name == kernel.name)
            #expect(Kernel.knownNames.contains(kernel.name))
        }
        let available = Kernel.available.map(\.name)
        #expect(throws: KernelError.unknown(name: "AVX2", known: Kernel.knownNames)) {
            try Kernel.select(named: "AVX2")
        }
        for name in Kernel.knownNames where !available.contains(name) {
            #expect(throws: KernelError.unsupported(name: name, available: available)) {
                try Kernel.select(named: name)
            }
        }
        #expect(
            KernelError.unknown(name: "x", known: ["a", "b"]).description == "unknown kernel 'x': expected one of a, b")
        #expect(
            KernelError.unsupported(name: "neon", available: ["portable"]).description
                == "kernel 'neon' does not run on this processor: expected one of portable")
    }

    @Test("ANNEAL_KERNEL names the kernel, or fails as the name does; unset or empty, the fastest runs")
    func environment() {
        let forced = getenv("ANNEAL_KERNEL").map { String(cString: $0) } ?? ""
        let expected = Result { () throws(KernelError) in
            forced.isEmpty ? Kernel.fastest.name : try Kernel.select(named: forced).name
        }
        let found = Result { () throws(KernelError) in try Kernel.fromEnvironment().name }
        #expect(found == expected)
    }

    @Test("context sums and dots are the defined ones, up to 256 items of the largest codes")
    func context() {
        for seed in TestScale.cases(60) {
            var random = SplitMix64(seed: seed)
            let tokenCount = 20
            let edge: Int8? = seed % 3 == 0 ? (seed % 2 == 0 ? -128 : 127) : nil
            let codes = (0..<tokenCount * 64).map { _ in edge ?? Int8(truncatingIfNeeded: random.next()) }
            let count = seed % 3 == 0 ? 256 : Int.random(in: 0...50, using: &random)
            let items = (0..<count).map { _ in UInt32.random(in: 0..<UInt32(tokenCount), using: &random) }
            func key(_ item: UInt32, _ position: Int) -> Int32 { Int32(codes[Int(item) * 64 + position]) }
            let sum = (0..<32).map { position in items.reduce(Int32(0)) { $0 + key($1, position) } }
            let dots = items.map { item in
                (0..<32).reduce(Int32(0)) { $0 + key(item, $1 + 32) * (sum[$1] - key(item, $1)) }
            }
            for kernel in Kernel.available {
                var foundSum = [Int32](repeating: 9, count: 32)
                var foundDots = [Int32](repeating: 9, count: count)
                items.withUnsafeBufferPointer { items in
                    guard let first = items.baseAddress else { return foundSum = sum }
                    kernel.table.pointee.context_sum(codes, first, count, &foundSum)
                    kernel.table.pointee.context_dots(codes, first, count, foundSum, &foundDots)
                }
                #expect(foundSum == sum && foundDots == dots, "seed \(seed), \(kernel.name)")
            }
        }
    }
}
