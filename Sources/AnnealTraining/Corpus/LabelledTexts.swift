import AnnealContainer

/// The texts of one or more stores, told apart into those that train and those that are held out.
///
/// Which text is held out depends on its key alone, so that a larger corpus holds out the same texts and more; and a text
/// that is in two stores counts once.
struct LabelledTexts: Sendable {
    /// A text: its store, and its number there.
    struct Place: Sendable {
        let store: UInt16
        let index: UInt32
    }

    let stores: [TeacherStore]
    let training: [Place]
    let heldOut: [Place]
    /// The SHA-256 of the training texts' keys, in order: what tells one corpus from another.
    let digest: String

    /// Of every so many texts one is held out.
    private static let heldOutShare: UInt64 = 50

    init(stores: [TeacherStore], heldOut heldOutLimit: Int, limit: Int) throws(TrainError) {
        guard let first = stores.first else {
            throw TrainError(place: "labels", expected: "at least one store", found: "none")
        }
        var seen: Set<UInt64> = []
        var training: [Place] = []
        var heldOut: [Place] = []
        for (number, store) in stores.enumerated() {
            try Self.require(store, like: first)
            for index in 0..<store.count {
                let key = store.key(index)
                guard seen.insert(key).inserted else { continue }
                let place = Place(store: UInt16(number), index: UInt32(index))
                // The high bits: the low ones are for whoever splits texts otherwise.
                if (key >> 32) % Self.heldOutShare == 0 {
                    if heldOut.count < heldOutLimit { heldOut.append(place) }
                } else if limit == 0 || training.count < limit {
                    training.append(place)
                }
            }
        }
        guard !training.isEmpty, !heldOut.isEmpty || heldOutLimit == 0 else {
            throw TrainError(
                place: first.path, expected: "enough texts to hold some out", found: "\(training.count) to train on")
        }
        self.stores = stores
        self.training = training
        self.heldOut = heldOut
        digest = Self.digest(stores, training)
    }

    /// Some of the texts of stores, none held out.
    init(stores: [TeacherStore], training: [Place]) {
        self.stores = stores
        self.training = training
        heldOut = []
        digest = Self.digest(stores, training)
    }

    /// The keys of all texts, also of those that are held out.
    var keys: Set<UInt64> {
        var keys = Set<UInt64>(minimumCapacity: training.count + heldOut.count)
        for places in [training, heldOut] {
            for place in places { keys.insert(stores[Int(place.store)].key(Int(place.index))) }
        }
        return keys
    }

    /// - Throws: ``TrainError`` where a store's vectors are another teacher's.
    func requireSameTeacher(_ store: TeacherStore) throws(TrainError) { try Self.require(store, like: stores[0]) }

    private static func require(_ store: TeacherStore, like first: TeacherStore) throws(TrainError) {
        guard store.description.width == first.description.width,
            store.description.teacher == first.description.teacher
        else {
            throw TrainError(
                place: store.path,
                expected: "vectors of \(first.description.teacher), \(first.description.width) numbers",
                found: "\(store.description.teacher), \(store.description.width)")
        }
    }

    var width: Int { stores[0].description.width }

    func text(_ place: Place) -> UnsafeRawBufferPointer { stores[Int(place.store)].text(Int(place.index)) }

    func copyVector(_ place: Place, into row: UnsafeMutablePointer<Float>) {
        stores[Int(place.store)].copyVector(Int(place.index), into: row)
    }

    /// Gives the memory of the mapped stores back, which a run needs no more once it has its tokens and targets.
    func release() {
        for store in stores { store.release() }
    }

    private static func digest(_ stores: [TeacherStore], _ places: [Place]) -> String {
        let keys = places.map { stores[Int($0.store)].key(Int($0.index)).littleEndian }
        return keys.withUnsafeBytes { ContentHash(of: $0).description }
    }
}
