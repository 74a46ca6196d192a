/// A place for the result of each piece of work, written by whichever thread does it.
///
/// Unchecked sendable: every place is written by one thread once, and read after all threads are done.
final class PartialResults<Value>: @unchecked Sendable {
    private let places: UnsafeMutablePointer<Value?>
    private let count: Int

    init(count: Int) {
        self.count = count
        places = .allocate(capacity: count)
        places.initialize(repeating: nil, count: count)
    }

    deinit {
        places.deinitialize(count: count)
        places.deallocate()
    }

    func set(_ index: Int, _ value: Value) {
        precondition((0..<count).contains(index))
        places[index] = value
    }

    /// All results, in order.
    var values: [Value] { (0..<count).map { places[$0]! } }
}
