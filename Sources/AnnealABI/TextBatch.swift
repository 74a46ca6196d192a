import AnnealTokens
import CAnnealABI

/// The texts of a call, checked once: after that every text lies inside the bytes.
///
/// Unchecked sendable: the caller's memory is only read, and the caller waits until the call returns.
struct TextBatch: @unchecked Sendable {
    let count: Int
    private let bytes: UnsafePointer<UInt8>?
    private let offsets: UnsafeRawPointer?
    private let isWide: Bool
    private let size: Int

    /// - Throws: ``CallError`` for null where there are texts, offsets that descend or leave the bytes, and texts longer
    ///   than the tokenizer takes.
    /// - Complexity: O(texts).
    init(_ texts: UnsafePointer<anneal_texts>?) throws(CallError) {
        guard let texts = texts?.pointee else { throw .argument("expected texts, found a null pointer") }
        guard texts.offset_bytes == 4 || texts.offset_bytes == 8 else {
            throw .argument("expected offsets of 4 or 8 bytes, found \(texts.offset_bytes)")
        }
        guard let count = Int(exactly: texts.count), count < Int.max / 8, let size = Int(exactly: texts.byte_count)
        else {
            throw .argument("expected texts that fit into memory, found \(texts.count) of \(texts.byte_count) bytes")
        }
        guard count == 0 || texts.offsets != nil else {
            throw .argument("expected \(count + 1) offsets, found a null pointer")
        }
        guard size == 0 || texts.bytes != nil else {
            throw .argument("expected \(size) bytes of text, found a null pointer")
        }
        // Whole blocks of memory: neither goes round the end of the addresses.
        let bytesEnd = UInt(bitPattern: texts.bytes).addingReportingOverflow(UInt(size))
        let offsetsSize = UInt(count + 1) * UInt(texts.offset_bytes)
        let offsetsEnd = UInt(bitPattern: texts.offsets).addingReportingOverflow(offsetsSize)
        guard !bytesEnd.overflow, count == 0 || !offsetsEnd.overflow else {
            throw .argument("expected texts that fit into memory, found \(count) of \(size) bytes behind its end")
        }
        self.count = count
        self.size = size
        bytes = texts.bytes
        offsets = texts.offsets
        isWide = texts.offset_bytes == 8
        guard count > 0 else { return }
        var last = offset(0)
        guard last >= 0 else { throw .argument("expected offset 0 to be at least 0, found \(last)") }
        for index in 1...count {
            let next = offset(index)
            guard next >= last, next <= size else {
                throw .argument("expected offset \(index) to be between \(last) and \(size), found \(next)")
            }
            guard next - last <= TokenEncoder.textLimit else {
                throw CallError(
                    ANNEAL_ERROR_TEXT,
                    "text \(index - 1): expected at most \(TokenEncoder.textLimit) bytes, found \(next - last)")
            }
            last = next
        }
    }

    /// A text, or nil where the caller's offsets have changed since `init` saw them in order.
    ///
    /// - Precondition: `index < count`.
    func text(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
        let start = offset(index)
        let end = offset(index + 1)
        // Looked at once more, because an array of another language may be written to by its other threads.
        guard start >= 0, start <= end, end <= size, end - start <= TokenEncoder.textLimit else { return nil }
        return UnsafeBufferPointer(start: bytes.map { $0 + start }, count: end - start)
    }

    /// In bounds: `init` has seen that there are `count` + 1. Unaligned, as slices of other people's buffers may be.
    @inline(__always)
    private func offset(_ index: Int) -> Int {
        isWide
            ? Int(clamping: offsets!.loadUnaligned(fromByteOffset: index * 8, as: Int64.self))
            : Int(offsets!.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
    }
}
