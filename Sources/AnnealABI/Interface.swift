// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are C's.

import Anneal
import AnnealJSON
import AnnealModel
import AnnealPlatform
import AnnealTokens
public import CAnnealABI

// The functions of `anneal.h`, where they are documented. `@implementation` makes the compiler compare each with its
// declaration there.

@c @implementation
public func anneal_abi_version() -> UInt32 { UInt32(ANNEAL_ABI_VERSION) }

@c @implementation
public func anneal_open(
    _ path: UnsafePointer<CChar>?, _ rules: UnsafePointer<CChar>?, _ engine: UnsafeMutablePointer<anneal_engine>?,
    _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        guard let engine else { throw .argument("expected a place for the engine, found a null pointer") }
        do throws(EngineError) {
            let file = if let path { String(cString: path) } else { try Engine.defaultModelPath() }
            let opened = try Engine(path: file, rules: rules.map { String(cString: $0) })
            engine.pointee = Opened.engines.add(opened)
        } catch {
            throw CallError(error)
        }
    }
}

@c @implementation
public func anneal_open_bytes(
    _ bytes: UnsafeRawPointer?, _ byte_count: UInt64, _ engine: UnsafeMutablePointer<anneal_engine>?,
    _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        guard let engine else { throw .argument("expected a place for the engine, found a null pointer") }
        guard let count = Int(exactly: byte_count) else {
            throw .argument("expected the bytes of a model, at most \(Int.max), found \(byte_count)")
        }
        guard bytes != nil || count == 0 else {
            throw .argument("expected \(byte_count) bytes of a model, found a null pointer")
        }
        guard UInt(bitPattern: bytes) % 64 == 0 else {
            throw .argument("expected a model at a multiple of 64, found it at \(UInt(bitPattern: bytes))")
        }
        let model: Model
        do throws(ModelError) {
            model = try Model(borrowing: UnsafeRawBufferPointer(start: bytes, count: count))
        } catch {
            throw CallError(.model(error))
        }
        do throws(EngineError) {
            engine.pointee = Opened.engines.add(try Engine(model: model))
        } catch {
            throw CallError(error)
        }
    }
}

@c @implementation
public func anneal_close(_ engine: anneal_engine, _ error: UnsafeMutablePointer<anneal_error>?) -> Int32 {
    CallError.status(error) { () throws(CallError) in try Opened.engines.remove(engine) }
}

@c @implementation
public func anneal_dimension(
    _ engine: anneal_engine, _ dimension: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        guard let dimension else { throw .argument("expected a place for the dimension, found a null pointer") }
        dimension.pointee = try Opened.engines[engine].dimension
    }
}

@c @implementation
public func anneal_encode(
    _ engine: anneal_engine, _ texts: UnsafePointer<anneal_texts>?, _ options: UnsafePointer<anneal_options>?,
    _ vectors: UnsafeMutablePointer<Float>?, _ capacity: UInt64, _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        let open = try Opened.engines[engine]
        let options = options?.pointee ?? anneal_options(mode: 0, normalize: 1, dimension: 0, threads: 0)
        guard options.normalize == 0 || options.normalize == 1 else {
            throw .argument("normalize: expected 0 or 1, found \(options.normalize)")
        }
        let mode = try knownMode(options.mode)
        let settings: SessionSettings
        do throws(EngineError) {
            settings = try open.settings(
                mode: mode, normalize: options.normalize == 1,
                dimension: options.dimension == 0 ? nil : Int(clamping: options.dimension))
        } catch {
            throw CallError(error)
        }
        let dimension = settings.dimension
        let batch = try TextBatch(texts)
        let (needed, overflows) = batch.count.multipliedReportingOverflow(by: dimension)
        guard !overflows, UInt64(needed) == capacity else {
            throw .argument("expected room for \(batch.count) x \(dimension) numbers, found room for \(capacity)")
        }
        guard needed > 0 else { return }
        guard let vectors else { throw .argument("expected a place for the vectors, found a null pointer") }
        guard UInt(bitPattern: vectors) % UInt(MemoryLayout<Float>.alignment) == 0 else {
            throw .argument("expected vectors at a multiple of 4 bytes, found them at \(UInt(bitPattern: vectors))")
        }
        let threads = options.threads == 0 ? WorkerThread.available : Int(clamping: options.threads)
        try EncodeJob(open, settings, batch, into: vectors).run(threads: threads)
    }
}

@c @implementation
public func anneal_tokenize(
    _ engine: anneal_engine, _ text: UnsafePointer<UInt8>?, _ byte_count: UInt64,
    _ tokens: UnsafeMutablePointer<anneal_token>?, _ capacity: UInt64, _ count: UnsafeMutablePointer<UInt64>?,
    _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        let open = try Opened.engines[engine]
        guard let count else { throw .argument("expected a place for the number of tokens, found a null pointer") }
        guard capacity == 0 || tokens != nil else {
            throw .argument("expected room for \(capacity) tokens, found a null pointer")
        }
        let bytes = try copied(text, byte_count)
        let settings: SessionSettings
        do throws(EngineError) { settings = try open.settings() } catch { throw CallError(error) }
        var total: UInt64 = 0
        open.withSession(settings) { session in
            session.tokenize(bytes.span) { ids, starts, ends in
                for place in ids.indices {
                    // In bounds: the caller has room for `capacity` tokens.
                    if let tokens, total < capacity {
                        tokens[Int(total)] = anneal_token(id: ids[place], start: starts[place], end: ends[place])
                    }
                    total += 1
                }
            }
        }
        count.pointee = total
    }
}

@c @implementation
public func anneal_explain(
    _ engine: anneal_engine, _ text: UnsafePointer<UInt8>?, _ byte_count: UInt64, _ mode: Int32, _ step_limit: Int64,
    _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ length: UnsafeMutablePointer<Int>?,
    _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        let open = try Opened.engines[engine]
        let mode = try knownMode(mode)
        let bytes = try copied(text, byte_count)
        let explanation: Explanation
        do throws(EngineError) {
            explanation = try open.explain(
                bytes, mode: mode, stepLimit: step_limit < 0 ? nil : Int(clamping: step_limit))
        } catch {
            throw CallError(error)
        }
        var report = JSONText()
        explanation.write(to: &report, text: String(decoding: bytes, as: UTF8.self), mode: mode)
        try hand(report, json, length)
    }
}

@c @implementation
public func anneal_compare(
    _ engine: anneal_engine, _ left: UnsafePointer<UInt8>?, _ left_byte_count: UInt64, _ right: UnsafePointer<UInt8>?,
    _ right_byte_count: UInt64, _ mode: Int32, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ length: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        let open = try Opened.engines[engine]
        let mode = try knownMode(mode)
        let one = try copied(left, left_byte_count)
        let other = try copied(right, right_byte_count)
        let comparison: Comparison
        do throws(EngineError) {
            comparison = try open.compare(one, other, mode: mode)
        } catch {
            throw CallError(error)
        }
        var report = JSONText()
        comparison.write(
            to: &report, left: String(decoding: one, as: UTF8.self), right: String(decoding: other, as: UTF8.self),
            mode: mode)
        try hand(report, json, length)
    }
}

@c @implementation
public func anneal_describe(
    _ engine: anneal_engine, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ length: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<anneal_error>?
) -> Int32 {
    CallError.status(error) { () throws(CallError) in
        let open = try Opened.engines[engine]
        let model = open.model
        var report = JSONText()
        report.object { report in
            report.value("dimension", model.shape.dimension)
            report.value("tokens", model.shape.tokenCount)
            report.value("content_hash", "\(model.contentHash)")
            report.value("kernel", open.kernelName)
            if let lookup = open.lookup { report.value("lookup_rows", lookup.count) }
            report.object("metadata") { report in
                for entry in model.metadata.entries { report.value(entry.key, entry.value) }
            }
        }
        try hand(report, json, length)
    }
}

@c @implementation
public func anneal_free(_ json: UnsafeMutablePointer<CChar>?) { CMemory.free(json) }

/// - Throws: ``CallError`` for a number that is no mode of `anneal.h`.
private func knownMode(_ mode: Int32) throws(CallError) -> Mode {
    switch Int(mode) {
    case ANNEAL_MODE_COMPILED: return .compiled
    case ANNEAL_MODE_NAIVE: return .naive
    case ANNEAL_MODE_ANNEALED: return .annealed
    default: throw .argument("mode: expected 0, 1 or 2, found \(mode)")
    }
}

/// A text's bytes, for the calls that take one at a time.
private func copied(_ text: UnsafePointer<UInt8>?, _ count: UInt64) throws(CallError) -> [UInt8] {
    guard count <= UInt64(TokenEncoder.textLimit) else {
        throw CallError(ANNEAL_ERROR_TEXT, "expected a text of at most \(TokenEncoder.textLimit) bytes, found \(count)")
    }
    guard count == 0 || text != nil else { throw .argument("expected \(count) bytes of text, found a null pointer") }
    return [UInt8](UnsafeBufferPointer(start: text, count: Int(count)))
}

/// Hands JSON to the caller, in memory that ``anneal_free(_:)`` frees.
func hand(
    _ report: JSONText, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ length: UnsafeMutablePointer<Int>?
) throws(CallError) {
    guard let json, let length else { throw .argument("expected a place for the JSON, found a null pointer") }
    var text = report.text
    text.withUTF8 { utf8 in
        let memory = CMemory.resize(nil, to: utf8.count + 1).assumingMemoryBound(to: CChar.self)
        // In bounds: one byte more than the text has was asked for.
        UnsafeMutableRawPointer(memory).copyMemory(from: utf8.baseAddress!, byteCount: utf8.count)
        memory[utf8.count] = 0
        json.pointee = memory
        length.pointee = utf8.count
    }
}
