import Foundation

/// Carries a teacher's vectors for a corpus into a store. What is in the store already is not asked for again, so that a
/// killed run goes on where it was.
public struct Labelling: Sendable {
    /// What became of the lines of a corpus.
    public struct Summary: Sendable, Equatable {
        public var added = 0
        /// In the store before, or twice in the corpus.
        public var known = 0
        public var empty = 0
        public var binary = 0
        public var tooLong = 0

        /// Lines that are done with.
        public var lines: Int { added + known + empty + binary + tooLong }

        public init(added: Int = 0, known: Int = 0, empty: Int = 0, binary: Int = 0, tooLong: Int = 0) {
            self.added = added
            self.known = known
            self.empty = empty
            self.binary = binary
            self.tooLong = tooLong
        }
    }

    /// Vectors are made to last at least this often.
    static let commitSeconds = 10.0
    static let commitTexts = 16_384

    /// Runs over the corpus.
    /// - Parameter observe: called after each batch with what was done and the lines there are.
    /// - Throws: what the teacher throws; ``TrainError`` if a vector has the wrong width, is not finite or is zero. What
    ///   came before is committed.
    public static func run(
        _ corpus: CorpusFile, teacher: inout some Teacher, into store: TeacherStoreWriter,
        observe: (Summary, Int) -> Void = { _, _ in }
    ) async throws -> Summary {
        var summary = Summary()
        var batch: [(number: Int, text: String)] = []
        var batchKeys: Set<UInt64> = []
        var lastCommit = Date()
        var uncommitted = 0
        do {
            for number in 0...corpus.count {
                if number < corpus.count {
                    switch corpus.line(number) {
                    case .empty: summary.empty += 1
                    case .binary: summary.binary += 1
                    case .tooLong: summary.tooLong += 1
                    case .text(let text):
                        let key = TeacherStore.key(of: corpus.bytes(number))
                        if store.contains(key: key) || !batchKeys.insert(key).inserted {
                            summary.known += 1
                        } else {
                            batch.append((number, text))
                        }
                    }
                }
                guard !batch.isEmpty, batch.count == teacher.batchLimit || number == corpus.count else { continue }
                let vectors = try await teacher.vectors(of: batch)
                try add(batch, vectors, to: store, corpus)
                summary.added += batch.count
                uncommitted += batch.count
                batch.removeAll(keepingCapacity: true)
                batchKeys.removeAll(keepingCapacity: true)
                if uncommitted >= commitTexts || -lastCommit.timeIntervalSinceNow > commitSeconds {
                    try store.flushAndCommit()
                    lastCommit = Date()
                    uncommitted = 0
                }
                observe(summary, corpus.count)
            }
        } catch {
            try store.flushAndCommit()
            throw error
        }
        try store.flushAndCommit()
        return summary
    }

    private static func add(
        _ batch: [(number: Int, text: String)], _ vectors: [Float], to store: TeacherStoreWriter, _ corpus: CorpusFile
    ) throws(TrainError) {
        let width = store.description.width
        guard vectors.count == batch.count * width else {
            throw TrainError(
                place: "\(corpus.path):\(batch[0].number + 1)",
                expected: "\(batch.count) vectors of \(width) numbers", found: "\(vectors.count) numbers")
        }
        // All are checked before any is added: a teacher that goes wrong in the middle leaves no half batch.
        for (place, text) in batch.enumerated() {
            let row = vectors[place * width..<(place + 1) * width]
            guard row.allSatisfy(\.isFinite) else {
                throw TrainError(
                    place: "\(corpus.path):\(text.number + 1)", expected: "a vector of finite numbers",
                    found: "\(row.first { !$0.isFinite } ?? .nan)")
            }
            guard row.contains(where: { abs($0) > 1e-12 }) else {
                throw TrainError(
                    place: "\(corpus.path):\(text.number + 1)", expected: "a vector with a direction", found: "zeros")
            }
        }
        vectors.withUnsafeBufferPointer { numbers in
            for (place, text) in batch.enumerated() {
                store.append(
                    text: corpus.bytes(text.number),
                    vector: UnsafeBufferPointer(rebasing: numbers[place * width..<(place + 1) * width]))
            }
        }
    }
}
