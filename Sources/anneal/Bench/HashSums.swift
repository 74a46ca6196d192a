/// One number from each thread.
///
/// Unchecked sendable: every place is written by one thread, and read after all have been joined.
final class HashSums: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<UInt64>

    init(_ count: Int) {
        places = .allocate(capacity: count)
        places.initialize(repeating: 0)
    }

    deinit { places.deallocate() }

    func set(_ index: Int, _ value: UInt64) { places[index] = value }

    var total: UInt64 { places.reduce(0, &+) }
}
