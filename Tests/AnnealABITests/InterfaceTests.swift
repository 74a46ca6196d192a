import Anneal
import AnnealPlatform
import CAnnealABI
import Testing

@testable import AnnealABI

/// The C interface, called as C would call it.
@Suite struct InterfaceTests {
    private static let samples = [
        "turn the light off", "", "a man is not eating", "naïve café 北京 😀", "\u{0}\u{1}", "the dog bites the man",
        String(repeating: "a long text of many words ", count: 60),
    ]

    private let engine: anneal_engine

    init() throws {
        var opened: anneal_engine = 0
        var error = anneal_error()
        try #require(anneal_open(nil, nil, &opened, &error) == ANNEAL_OK, "\(InterfaceTests.text(error))")
        engine = opened
    }

    private static func text(_ error: anneal_error) -> String {
        withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Encodes texts with offsets of the type that is asked for.
    private func encode<Offset: FixedWidthInteger>(
        _ texts: [String], _ type: Offset.Type, _ options: anneal_options, dimension: Int = 256
    ) -> [Float] {
        let bytes = texts.flatMap { Array($0.utf8) }
        var offsets: [Offset] = [0]
        for text in texts { offsets.append(offsets.last! + Offset(text.utf8.count)) }
        var vectors = [Float](repeating: .nan, count: texts.count * dimension)
        var options = options
        let status = bytes.withUnsafeBufferPointer { bytes in
            offsets.withUnsafeBytes { offsets in
                var batch = anneal_texts(
                    bytes: bytes.baseAddress, byte_count: UInt64(bytes.count), offsets: offsets.baseAddress,
                    offset_bytes: UInt32(MemoryLayout<Offset>.size), count: UInt64(texts.count))
                return anneal_encode(engine, &batch, &options, &vectors, UInt64(vectors.count), nil)
            }
        }
        #expect(status == ANNEAL_OK)
        return vectors
    }

    private func expected(_ mode: Mode, normalize: Bool, dimension: Int) throws -> [Float] {
        var session = try Engine().makeSession(mode: mode, normalize: normalize, dimension: dimension)
        return InterfaceTests.samples.flatMap { text in
            var vector = [Float](repeating: 0, count: dimension)
            var row = vector.mutableSpan
            session.embed(text, into: &row)
            return vector
        }
    }

    @Test("rows are those of the Swift library", arguments: [Mode.compiled, .naive, .annealed])
    func rows(mode: Mode) throws {
        let number = [Mode.compiled: ANNEAL_MODE_COMPILED, .naive: ANNEAL_MODE_NAIVE, .annealed: ANNEAL_MODE_ANNEALED]
        for (normalize, dimension) in [(true, 256), (false, 256), (true, 64)] {
            let options = anneal_options(
                mode: Int32(number[mode]!), normalize: normalize ? 1 : 0,
                dimension: dimension == 256 ? 0 : UInt32(dimension), threads: 1)
            let expected = try expected(mode, normalize: normalize, dimension: dimension)
            #expect(encode(InterfaceTests.samples, Int32.self, options, dimension: dimension) == expected)
            #expect(encode(InterfaceTests.samples, UInt64.self, options, dimension: dimension) == expected)
        }
    }

    @Test("the number of threads changes nothing")
    func threads() {
        let texts = (0..<500).map { "text number \($0) \(InterfaceTests.samples[$0 % InterfaceTests.samples.count])" }
        let one = encode(texts, Int32.self, anneal_options(mode: 0, normalize: 1, dimension: 0, threads: 1))
        for threads: UInt32 in [0, 2, 7, 4_000_000] {
            let options = anneal_options(mode: 0, normalize: 1, dimension: 0, threads: threads)
            #expect(encode(texts, Int32.self, options) == one)
        }
    }

    @Test("null options are the defaults")
    func defaults() {
        var row = [Float](repeating: 0, count: 256)
        let bytes = Array("some text".utf8)
        let offsets: [Int32] = [0, 9]
        let status = bytes.withUnsafeBufferPointer { bytes in
            offsets.withUnsafeBytes { offsets in
                var batch = anneal_texts(
                    bytes: bytes.baseAddress, byte_count: 9, offsets: offsets.baseAddress, offset_bytes: 4, count: 1)
                return anneal_encode(engine, &batch, nil, &row, 256, nil)
            }
        }
        #expect(status == ANNEAL_OK && (try? Engine().embed("some text")) == row)
    }

    @Test("offsets that lie are refused")
    func offsets() {
        let bytes = [UInt8](repeating: 0x61, count: 10)
        var row = [Float](repeating: 0, count: 512)
        let liars: [[Int32]] = [[-1, 5, 10], [0, 11, 11], [0, 7, 6], [4, 2, 10], [0, .max, 10], [.min, 0, 0]]
        for offsets in liars {
            var error = anneal_error()
            let status = bytes.withUnsafeBufferPointer { bytes in
                offsets.withUnsafeBytes { offsets in
                    var batch = anneal_texts(
                        bytes: bytes.baseAddress, byte_count: 10, offsets: offsets.baseAddress, offset_bytes: 4,
                        count: 2)
                    return anneal_encode(engine, &batch, nil, &row, 512, &error)
                }
            }
            #expect(status == ANNEAL_ERROR_ARGUMENT && InterfaceTests.text(error).contains("expected offset"))
        }
    }

    @Test("offsets that another thread changes during the call are refused or come too late, and never read outside")
    func changingOffsets() async throws {
        let count = 4096
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
        let offsets = UnsafeMutableBufferPointer<Int64>.allocate(capacity: count + 1)
        let vectors = UnsafeMutableBufferPointer<Float>.allocate(capacity: count * 256)
        defer {
            bytes.deallocate()
            offsets.deallocate()
            vectors.deallocate()
        }
        bytes.initialize(repeating: 0x61)
        vectors.initialize(repeating: 0)
        for round in 0..<20 {
            for index in 0...count { offsets.initializeElement(at: index, to: Int64(index)) }
            // The last text: it is looked at first by the check, and a long while later by who embeds it.
            nonisolated(unsafe) let last = offsets.baseAddress! + count
            let writer = Task.detached {
                try await Task.sleep(nanoseconds: UInt64(round % 5) * 500_000 + 200_000)
                last.pointee = .max
            }
            var error = anneal_error()
            var options = anneal_options(mode: 0, normalize: 1, dimension: 0, threads: 1)
            var batch = anneal_texts(
                bytes: bytes.baseAddress, byte_count: UInt64(count), offsets: offsets.baseAddress, offset_bytes: 8,
                count: UInt64(count))
            let status = anneal_encode(
                engine, &batch, &options, vectors.baseAddress, UInt64(vectors.count), &error)
            try await writer.value
            #expect(status == ANNEAL_OK || status == ANNEAL_ERROR_ARGUMENT)
            if status != ANNEAL_OK { #expect(InterfaceTests.text(error).contains("expected offset")) }
        }
    }

    @Test("a text's offsets are looked at again when it is read")
    func offsetsReadAgain() throws {
        let bytes = [UInt8](repeating: 0x61, count: 4)
        let offsets = UnsafeMutableBufferPointer<Int64>.allocate(capacity: 3)
        defer { offsets.deallocate() }
        for (first, last, wrong) in [(0, 5, 1), (0, .max, 1), (3, 4, 0), (-1, 4, 0)] {
            _ = offsets.initialize(from: [0, 2, 4])
            try bytes.withUnsafeBufferPointer { bytes in
                var texts = anneal_texts(
                    bytes: bytes.baseAddress, byte_count: 4, offsets: offsets.baseAddress, offset_bytes: 8, count: 2)
                let batch = try TextBatch(&texts)
                #expect(batch.text(0)?.count == 2 && batch.text(1)?.count == 2)
                (offsets[0], offsets[2]) = (Int64(first), Int64(last))
                #expect(batch.text(wrong) == nil && batch.text(1 - wrong)?.count == 2)
            }
        }
    }

    @Test("vectors between two floats, and bytes that go round the end of memory, are refused")
    func addresses() {
        let bytes = [UInt8](repeating: 0x61, count: 4)
        let offsets: [Int32] = [0, 4]
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 1028, alignment: 4)
        defer { memory.deallocate() }
        bytes.withUnsafeBufferPointer { bytes in
            offsets.withUnsafeBytes { offsets in
                var error = anneal_error()
                var batch = anneal_texts(
                    bytes: bytes.baseAddress, byte_count: 4, offsets: offsets.baseAddress, offset_bytes: 4, count: 1)
                // Bound to nothing: the call refuses it by its address.
                let odd = OpaquePointer(memory + 1)
                #expect(
                    anneal_encode(engine, &batch, nil, UnsafeMutablePointer<Float>(odd), 256, &error)
                        == ANNEAL_ERROR_ARGUMENT)
                #expect(InterfaceTests.text(error).contains("multiple of 4"))
                batch.byte_count = UInt64(Int.max)
                batch.bytes = UnsafePointer(bitPattern: UInt.max - 7)
                #expect(anneal_encode(engine, &batch, nil, nil, 256, &error) == ANNEAL_ERROR_ARGUMENT)
                #expect(InterfaceTests.text(error).contains("fit into memory"))
            }
        }
    }

    @Test("a model where its bytes lie gives the rows of the file")
    func openBytes() throws {
        let file = try MappedFile(Path(try Engine.defaultModelPath()))
        var error = anneal_error()
        var opened: anneal_engine = 0
        let count = UInt64(file.bytes.count)
        try #require(anneal_open_bytes(file.bytes.baseAddress, count, &opened, &error) == ANNEAL_OK)
        func vector(_ engine: anneal_engine) -> [Float] {
            let bytes = Array("turn the light off".utf8)
            let offsets: [UInt32] = [0, UInt32(bytes.count)]
            var row = [Float](repeating: 0, count: 256)
            return bytes.withUnsafeBufferPointer { bytes in
                offsets.withUnsafeBytes { offsets in
                    var texts = anneal_texts(
                        bytes: bytes.baseAddress, byte_count: UInt64(bytes.count), offsets: offsets.baseAddress,
                        offset_bytes: 4, count: 1)
                    #expect(anneal_encode(engine, &texts, nil, &row, 256, nil) == ANNEAL_OK)
                    return row
                }
            }
        }
        #expect(vector(opened) == vector(engine))
        #expect(anneal_close(opened, nil) == ANNEAL_OK)

        #expect(anneal_open_bytes(file.bytes.baseAddress, count - 64, &opened, &error) == ANNEAL_ERROR_MODEL)
        #expect(InterfaceTests.text(error).contains("cut short"))
        #expect(anneal_open_bytes(file.bytes.baseAddress! + 8, count - 8, &opened, &error) == ANNEAL_ERROR_ARGUMENT)
        #expect(anneal_open_bytes(nil, 64, &opened, &error) == ANNEAL_ERROR_ARGUMENT)
        #expect(anneal_open_bytes(nil, 0, &opened, &error) == ANNEAL_ERROR_MODEL)
        #expect(anneal_open_bytes(file.bytes.baseAddress, count, nil, &error) == ANNEAL_ERROR_ARGUMENT)
        withExtendedLifetime(file) {}
    }

    @Test("null pointers and numbers out of range are refused")
    func arguments() {
        var error = anneal_error()
        var number: anneal_engine = 0
        var row = [Float](repeating: 0, count: 256)
        var json: UnsafeMutablePointer<CChar>?
        var length = 0
        let bad = Int32(ANNEAL_ERROR_ARGUMENT)
        #expect(anneal_open(nil, nil, nil, &error) == bad)
        #expect(anneal_dimension(engine, nil, &error) == bad)
        #expect(anneal_encode(engine, nil, nil, &row, 256, &error) == bad)
        var texts = anneal_texts(bytes: nil, byte_count: 5, offsets: nil, offset_bytes: 4, count: 1)
        #expect(anneal_encode(engine, &texts, nil, &row, 256, &error) == bad)
        texts.count = .max
        #expect(anneal_encode(engine, &texts, nil, &row, 256, &error) == bad)
        texts = anneal_texts(bytes: nil, byte_count: 0, offsets: nil, offset_bytes: 3, count: 0)
        #expect(anneal_encode(engine, &texts, nil, &row, 256, &error) == bad)
        texts.offset_bytes = 4
        #expect(anneal_encode(engine, &texts, nil, nil, 0, &error) == ANNEAL_OK, "no texts need no memory")
        #expect(anneal_encode(engine, &texts, nil, &row, 256, &error) == bad)
        for options in [
            anneal_options(mode: 3, normalize: 1, dimension: 0, threads: 0),
            anneal_options(mode: 0, normalize: 2, dimension: 0, threads: 0),
            anneal_options(mode: 0, normalize: 1, dimension: 257, threads: 0),
        ] {
            var options = options
            #expect(anneal_encode(engine, &texts, &options, nil, 0, &error) == bad)
        }
        #expect(anneal_explain(engine, nil, 3, 0, -1, &json, &length, &error) == bad)
        #expect(anneal_explain(engine, nil, 0, 9, -1, &json, &length, &error) == bad)
        #expect(anneal_explain(engine, nil, 0, 0, -1, nil, nil, &error) == bad)
        #expect(anneal_compare(engine, nil, 0, nil, .max, 0, &json, &length, &error) == ANNEAL_ERROR_TEXT)
        #expect(anneal_open("/nowhere/at/all", nil, &number, &error) == ANNEAL_ERROR_MODEL_MISSING)
        #expect(anneal_open("/", nil, &number, &error) == ANNEAL_ERROR_MODEL)
        #expect(anneal_open(nil, "-> ->", &number, &error) == ANNEAL_ERROR_RULES)
        #expect(InterfaceTests.text(error).contains("expected"))
        #expect(anneal_close(.max, nil) == ANNEAL_ERROR_ENGINE && number == 0 && json == nil)
        anneal_free(nil)
    }

    @Test("a closed engine is an error and no crash")
    func closed() {
        var error = anneal_error()
        var dimension = 0
        #expect(anneal_dimension(engine, &dimension, &error) == ANNEAL_OK && dimension == 256)
        #expect(anneal_close(engine, &error) == ANNEAL_OK)
        #expect(anneal_dimension(engine, &dimension, &error) == ANNEAL_ERROR_ENGINE)
        #expect(error.status == ANNEAL_ERROR_ENGINE && InterfaceTests.text(error).contains("not open"))
        #expect(anneal_close(engine, &error) == ANNEAL_ERROR_ENGINE)
    }

    @Test("tokens are those of the Swift library; a small room gets the first of them and the number of all")
    func tokens() throws {
        let text = Array("turn the lights off, naïve 北京 ".utf8) + Array(String(repeating: "word ", count: 300).utf8)
        var expected: [[UInt32]] = []
        var session = try Engine().makeSession()
        session.tokenize(text.span) { ids, starts, ends in
            for place in ids.indices { expected.append([ids[place], starts[place], ends[place]]) }
        }
        let last = try #require(expected.last)
        #expect(expected.count > 300 && Int(last[2]) >= text.count - 1)
        var count: UInt64 = 0
        for room in [expected.count, 10, 1] {
            var tokens = [anneal_token](repeating: anneal_token(id: 7, start: 7, end: 7), count: room + 1)
            let status = anneal_tokenize(engine, text, UInt64(text.count), &tokens, UInt64(room), &count, nil)
            #expect(status == ANNEAL_OK && count == UInt64(expected.count))
            #expect(tokens.prefix(room).map { [$0.id, $0.start, $0.end] } == Array(expected.prefix(room)))
            #expect(tokens[room].id == 7 && tokens[room].end == 7, "nothing is written beyond the room")
        }
        #expect(anneal_tokenize(engine, text, UInt64(text.count), nil, 0, &count, nil) == ANNEAL_OK)
        #expect(count == UInt64(expected.count))
        #expect(anneal_tokenize(engine, nil, 0, nil, 0, &count, nil) == ANNEAL_OK && count == 0)
        var error = anneal_error()
        #expect(anneal_tokenize(engine, text, 4, nil, 1, &count, &error) == ANNEAL_ERROR_ARGUMENT)
        #expect(anneal_tokenize(engine, text, 4, nil, 0, nil, &error) == ANNEAL_ERROR_ARGUMENT)
        #expect(anneal_tokenize(engine, nil, 4, nil, 0, &count, &error) == ANNEAL_ERROR_ARGUMENT)
        #expect(anneal_tokenize(.max, text, 4, nil, 0, &count, &error) == ANNEAL_ERROR_ENGINE)
    }

    @Test("explanations and comparisons come as JSON, long messages are cut at a character")
    func json() throws {
        var json: UnsafeMutablePointer<CChar>?
        var length = 0
        var error = anneal_error()
        let text = Array("turn the light off \u{FF}".utf8)
        #expect(anneal_explain(engine, text, UInt64(text.count), 0, 1, &json, &length, &error) == ANNEAL_OK)
        let explanation = String(cString: try #require(json))
        #expect(explanation.utf8.count == length && explanation.hasPrefix("{\"text\":\"turn the light off"))
        anneal_free(json)
        #expect(anneal_compare(engine, text, 4, text, 8, 0, &json, &length, &error) == ANNEAL_OK)
        #expect(String(cString: try #require(json)).contains("\"cosine\":"))
        anneal_free(json)
        #expect(anneal_describe(engine, &json, &length, &error) == ANNEAL_OK)
        let description = String(cString: try #require(json))
        #expect(description.hasPrefix("{\"dimension\":256,"))
        #expect(description.contains("\"kernel\":\"\(try Engine().kernelName)\""))
        anneal_free(json)
        let long = Array(repeating: "word ", count: 5000).joined()
        #expect(
            anneal_explain(engine, long, UInt64(long.utf8.count), 0, -1, &json, &length, &error) == ANNEAL_ERROR_TEXT)
        #expect(anneal_open("/" + String(repeating: "é", count: 900), nil, nil, &error) == ANNEAL_ERROR_ARGUMENT)
        var number: anneal_engine = 0
        #expect(anneal_open("/" + String(repeating: "é", count: 900), nil, &number, &error) != ANNEAL_OK)
        let message = InterfaceTests.text(error)
        #expect(message.utf8.count <= 1019 && message.utf8.count > 1000 && !message.contains("\u{FFFD}"))
    }
}
