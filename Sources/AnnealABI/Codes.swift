// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are C's.

import AnnealCodes
import AnnealContainer
import AnnealJSON
import AnnealPlatform
public import CAnnealABI

// The functions of `anneal.h` for codes of vectors; Embedded/compile leaves this file out.

extension Opened {
    static let codecs = OpenTable<CodecFile>(of: "codec")
}

@c @implementation
public func anneal_codec_open(
    _ path: UnsafePointer<CChar>?, _ codec: UnsafeMutablePointer<anneal_codec>?,
    _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        guard let path else { throw .argument("expected the path of a codec, found a null pointer") }
        guard let codec else { throw .argument("expected a place for the codec, found a null pointer") }
        do throws(CodecError) {
            codec.pointee = Opened.codecs.add(try CodecFile(Path(argument: String(cString: path))))
        } catch {
            throw CallError(error)
        }
    }
}

@c @implementation
public func anneal_codec_close(_ codec: anneal_codec, _ error: UnsafeMutablePointer<anneal_error>?) -> Int32 {
    CallError.status(error) { () throws(CallError) in try Opened.codecs.remove(codec) }
}

@c @implementation
public func anneal_codec_describe(
    _ codec: anneal_codec, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ length: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        let file = try Opened.codecs[codec]
        var report = JSONText()
        report.object { report in
            report.value("kind", file.codec.kind.name)
            report.value("dimension", file.codec.dimension)
            report.array("lengths") { report in for length in file.codec.lengths { report.value(nil, length) } }
            report.value("trained_on", file.codec.trainedOn)
            report.value("content_hash", "\(file.identity)")
        }
        try hand(report, json, length)
    }
}

@c @implementation
public func anneal_codec_encode(
    _ codec: anneal_codec, _ vectors: UnsafePointer<Float>?, _ count: UInt64, _ length: UInt32, _ threads: UInt32,
    _ codes: UnsafeMutablePointer<UInt8>?, _ capacity: UInt64, _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        let codec = try Opened.codecs[codec].codec
        let size = try codeSize(count, length, codec, found: capacity)
        guard size > 0 else { return }
        guard let vectors else { throw .argument("expected vectors, found a null pointer") }
        guard let codes else { throw .argument("expected a place for the codes, found a null pointer") }
        try checkAlignment(vectors)
        let dimension = codec.dimension
        // Without races: the caller's memory is only read, and each code written by the one thread that took its share.
        nonisolated(unsafe) let (rows, places) = (vectors, codes)
        do throws(CodecError) {
            try Parallel.forEachChunk(of: Int(count), size: 256, threads: threadCount(threads)) {
                (_, range) throws(CodecError) in
                let coder = codec.makeCoder()
                for row in range {
                    do throws(CodecError) {
                        // In bounds: there is a vector, and room for a code, for each row.
                        try coder.encode(
                            UnsafeBufferPointer(start: rows + row * dimension, count: dimension),
                            into: UnsafeMutableBufferPointer(start: places + row * Int(length), count: Int(length)))
                    } catch {
                        throw .row(row, error)
                    }
                }
            }
        } catch {
            throw CallError(error)
        }
    }
}

@c @implementation
public func anneal_codec_decode(
    _ codec: anneal_codec, _ codes: UnsafePointer<UInt8>?, _ count: UInt64, _ length: UInt32, _ threads: UInt32,
    _ vectors: UnsafeMutablePointer<Float>?, _ capacity: UInt64, _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        let codec = try Opened.codecs[codec].codec
        let dimension = codec.dimension
        do throws(CodecError) { try codec.check(length: Int(length)) } catch { throw CallError(error) }
        let needed = count.multipliedReportingOverflow(by: UInt64(dimension))
        guard !needed.overflow, needed.partialValue == capacity, Int(exactly: capacity) != nil else {
            throw .argument("expected room for \(count) x \(dimension) numbers, found room for \(capacity)")
        }
        guard capacity > 0 else { return }
        guard let codes else { throw .argument("expected codes, found a null pointer") }
        guard let vectors else { throw .argument("expected a place for the vectors, found a null pointer") }
        try checkAlignment(vectors)
        // Without races: the caller's memory is only read, and each row written by the one thread that took its share.
        nonisolated(unsafe) let (bytes, rows) = (codes, vectors)
        Parallel.forEachChunk(of: Int(count), size: 256, threads: threadCount(threads)) { _, range in
            let coder = codec.makeCoder()
            for row in range {
                // In bounds: there is a code, and room for a vector, for each row.
                coder.decode(
                    UnsafeBufferPointer(start: bytes + row * Int(length), count: Int(length)),
                    into: UnsafeMutableBufferPointer(start: rows + row * dimension, count: dimension))
            }
        }
    }
}

@c @implementation
public func anneal_to_bytes(
    _ vectors: UnsafePointer<Float>?, _ count: UInt64, _ dimension: UInt64, _ bytes: UnsafeMutablePointer<Int8>?,
    _ capacity: UInt64, _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        let needed = count.multipliedReportingOverflow(by: dimension)
        guard !needed.overflow, needed.partialValue == capacity, Int(exactly: capacity) != nil else {
            throw .argument("expected room for \(count) x \(dimension) bytes, found room for \(capacity)")
        }
        guard capacity > 0 else { return }
        guard let vectors else { throw .argument("expected vectors, found a null pointer") }
        guard let bytes else { throw .argument("expected a place for the bytes, found a null pointer") }
        try checkAlignment(vectors)
        let size = Int(dimension)
        for row in 0..<Int(count) {
            // In bounds: there is a row for each of `count`.
            let numbers = UnsafeBufferPointer(start: vectors + row * size, count: size)
            guard numbers.allSatisfy(\.isFinite) else {
                throw .argument("row \(row): expected finite numbers, found others")
            }
            QuantizedVector.quantize(numbers, into: bytes + row * size)
        }
    }
}

/// How many bytes the codes of so many vectors have.
/// - Throws: ``CallError`` for a length that no code has, and for other room.
private func codeSize(
    _ count: UInt64, _ length: UInt32, _ codec: any VectorCodec, found: UInt64
) throws(CallError) -> Int {
    do throws(CodecError) { try codec.check(length: Int(length)) } catch { throw CallError(error) }
    let needed = count.multipliedReportingOverflow(by: UInt64(length))
    guard !needed.overflow, needed.partialValue == found, let size = Int(exactly: found) else {
        throw .argument("expected room for \(count) codes of \(length) bytes, found room for \(found) bytes")
    }
    return size
}

private func checkAlignment(_ vectors: UnsafePointer<Float>) throws(CallError) {
    guard UInt(bitPattern: vectors) % UInt(MemoryLayout<Float>.alignment) == 0 else {
        throw .argument("expected vectors at a multiple of 4 bytes, found them at \(UInt(bitPattern: vectors))")
    }
}

/// No more than anybody has processors: each would be a thread.
private func threadCount(_ threads: UInt32) -> Int { threads == 0 ? WorkerThread.available : Int(min(threads, 256)) }

extension CallError {
    fileprivate init(_ error: CodecError) {
        let status =
            switch error {
            case .container(.notFound, _): ANNEAL_ERROR_MODEL_MISSING
            case .dimension, .codeLength: ANNEAL_ERROR_ARGUMENT
            default: ANNEAL_ERROR_CODEC
            }
        self.init(status, "\(error)")
    }
}
