/// A place for the result of each piece of work, written by whichever thread does it.
///
/// Unchecked sendable: every place is written by one thread once, and read after all threads have been joined.
package final class Partials<Value>: @unchecked Sendable {
    private let places: UnsafeMutablePointer<Value?>
    private let count: Int

    package init(count: Int) {
        self.count = count
        places = .allocate(capacity: count)
        places.initialize(repeating: nil, count: count)
    }

    deinit {
        places.deinitialize(count: count)
        places.deallocate()
    }

    package func set(_ index: Int, _ value: Value) {
        precondition((0..<count).contains(index))
        places[index] = value
    }

    /// All results, in order.
    package var values: [Value] { (0..<count).map { places[$0]! } }
}
