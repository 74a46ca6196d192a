import AnnealCodes

/// The codes of an index, scanned by tables.
struct CodeBlock: Sendable {
    private let scan: CodeScan
    private let passages: [Int64]

    /// - Complexity: O(codes · components).
    /// - Throws: ``CodecError`` for a codec whose codes cannot be scanned.
    init(_ rows: VectorRows, _ codes: IndexCodes, threads: Int) throws(CodecError) {
        let bytes = UnsafeRawBufferPointer(start: rows.bytes, count: rows.count * rows.size)
        scan = try CodeScan(codes.file.codec, codes: bytes, length: codes.length, threads: threads)
        passages = Array(UnsafeBufferPointer(start: rows.passages, count: rows.count))
    }

    /// The passages whose codes stand for the vectors nearest to one, best first; equals by passage.
    /// - Complexity: O(codes), a stretch of them a thread.
    func nearest(_ vector: [Float], limit: Int, threads: Int) throws(CodecError) -> [(passage: Int64, score: Double)] {
        try scan.nearest(to: vector, count: limit, threads: threads).map { (passages[$0.index], Double($0.cosine)) }
    }
}
