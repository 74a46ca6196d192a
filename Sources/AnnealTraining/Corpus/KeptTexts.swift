import AnnealContainer

/// Texts without labels, to which a model is to give the vectors that it gives now.
struct KeptTexts: Sendable {
    private let files: [CorpusFile]
    /// A file, and a line of it.
    private let places: [(file: Int32, line: Int32)]
    /// The SHA-256 of the texts' keys, in order.
    let digest: String

    var count: Int { places.count }

    /// The lines of files that are texts, each once; those that have a label are left out.
    /// - Complexity: O(bytes).
    init(_ files: [CorpusFile], apartFrom texts: LabelledTexts) {
        var seen = files.isEmpty ? [] : texts.keys
        var places: [(file: Int32, line: Int32)] = []
        var keys: [UInt64] = []
        for (number, file) in files.enumerated() {
            for line in 0..<file.count {
                guard case .text = file.line(line) else { continue }
                let key = TeacherStore.key(of: file.bytes(line))
                guard seen.insert(key).inserted else { continue }
                places.append((Int32(number), Int32(line)))
                keys.append(key.littleEndian)
            }
        }
        self.files = files
        self.places = places
        digest = keys.withUnsafeBytes { ContentHash(of: $0).description }
    }

    /// The bytes of a text, valid as long as the files.
    /// - Precondition: `0 <= index < count`.
    func text(_ index: Int) -> UnsafeRawBufferPointer {
        files[Int(places[index].file)].bytes(Int(places[index].line))
    }
}
