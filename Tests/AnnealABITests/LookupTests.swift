import Anneal
import AnnealContainer
import AnnealModel
import AnnealPlatform
import CAnnealABI
import Testing

@testable import AnnealABI
@testable import AnnealLookup

/// Engines with rows of a lookup table, opened as C would open them.
@Suite struct LookupTests {
    private let workspace: Workspace
    private let model: Model

    init() throws {
        workspace = try Workspace()
        model = try Model(path: Engine.defaultModelPath())
    }

    private static func text(_ error: anneal_error) -> String {
        withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// A table with the vector of "pizza" for 🍕, all of whose rows weigh 1.
    private func table(engine: ContentHash? = nil, name: String = "t.embd") throws -> Path {
        let path = workspace.path(name)
        let dimension = model.shape.dimension
        var writer = try TableWriter(path, layout: TableLayout(count: 1, dimension: dimension))
        try writer.append(hash: Array("🍕".utf8).withUnsafeBytes { Checksum64.of($0) })
        for number in try Engine(model: model).embed("pizza") { try writer.append(number) }
        try writer.append(frequency: 0)
        let map = RowMap(
            centre: [0], matrix: [UInt16](repeating: 0, count: dimension),
            target: [Float](repeating: 0, count: dimension))
        try writer.commit(
            LookupTrailer(
                total: 1000, smoothing: 0.001, longestPiece: 4, modelPrint: 0, modelWidth: 1, rowLength: 1,
                splitsIdentifiers: false, gramWeights: [],
                alignment: LookupAlignment(engine: engine ?? model.contentHash, map: map)))
        return path
    }

    private func open(rules: String? = nil, lookup: String?) throws -> anneal_engine {
        var opened: anneal_engine = 0
        var error = anneal_error()
        try #require(
            anneal_open_with_lookup(nil, rules, lookup, &opened, &error) == ANNEAL_OK, "\(LookupTests.text(error))")
        return opened
    }

    private func vector(_ engine: anneal_engine, _ text: String) throws -> [Float] {
        let bytes = Array(text.utf8)
        let offsets = [0, Int32(bytes.count)]
        var vector = [Float](repeating: .nan, count: 256)
        let status = offsets.withUnsafeBytes { offsets in
            bytes.withUnsafeBufferPointer { bytes in
                var batch = anneal_texts(
                    bytes: bytes.baseAddress, byte_count: UInt64(bytes.count), offsets: offsets.baseAddress,
                    offset_bytes: 4, count: 1)
                return anneal_encode(engine, &batch, nil, &vector, 256, nil)
            }
        }
        try #require(status == ANNEAL_OK)
        return vector
    }

    private func report(
        _ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, UnsafeMutablePointer<Int>) -> Int32
    ) throws -> String {
        var text: UnsafeMutablePointer<CChar>?
        var length = 0
        try #require(call(&text, &length) == ANNEAL_OK)
        defer { anneal_free(text) }
        return String(cString: try #require(text))
    }

    @Test("vectors are those of the Swift library with the table, and without it those of anneal_open")
    func vectors() throws {
        let path = try table()
        let swift = try Engine(model: model, lookup: EngineRows(path, for: model))
        let (with, without) = (try open(lookup: path.argument), try open(lookup: nil))
        let taught = try open(rules: "k8s = kubernetes", lookup: path.argument)
        for text in ["🍕", "a 🍕 in the evening", "turn the light off", "🍕🍕 水", "", "k8s 🍕"] {
            #expect(try vector(with, text) == swift.embed(text))
            #expect(try vector(without, text) == Engine(model: model).embed(text))
        }
        #expect(try vector(with, "🍕") != vector(without, "🍕"))
        #expect(
            try vector(taught, "k8s 🍕")
                == Engine(model: model, rules: "k8s = kubernetes", lookup: EngineRows(path, for: model)).embed("k8s 🍕"))
        #expect(try vector(taught, "k8s 🍕") != vector(with, "k8s 🍕"))
        for engine in [with, without, taught] { #expect(anneal_close(engine, nil) == ANNEAL_OK) }
    }

    @Test("an explanation shows the rows, and a description how many there are")
    func reports() throws {
        let (with, without) = (try open(lookup: table().argument), try open(lookup: nil))
        func explained(_ engine: anneal_engine) throws -> String {
            let text = Array("a 🍕".utf8)
            return try report { anneal_explain(engine, text, UInt64(text.count), 0, -1, $0, $1, nil) }
        }
        #expect(try explained(with).contains(#""looked_up":[{"#))
        #expect(try !explained(without).contains(#""looked_up":[{"#))
        #expect(try report { anneal_describe(with, $0, $1, nil) }.contains(#""lookup_rows":1,"#))
        #expect(try !report { anneal_describe(without, $0, $1, nil) }.contains("lookup"))
    }

    @Test("what cannot be opened is said, with a status of its own")
    func refused() throws {
        var (opened, error) = (anneal_engine(7), anneal_error())
        func expect(_ status: Int32, _ expected: Int, _ message: String) {
            #expect(status == expected && LookupTests.text(error).contains(message), "\(LookupTests.text(error))")
            #expect(opened == 7)
        }
        let path = try table()
        expect(
            anneal_open_with_lookup(nil, nil, "/no/such.embd", &opened, &error), ANNEAL_ERROR_MODEL_MISSING,
            "/no/such.embd")
        let other = ContentHash(of: UnsafeRawBufferPointer(start: nil, count: 0))
        expect(
            anneal_open_with_lookup(nil, nil, try table(engine: other, name: "o.embd").argument, &opened, &error),
            ANNEAL_ERROR_TABLE, "\(model.contentHash)")
        expect(anneal_open_with_lookup(nil, nil, #filePath, &opened, &error), ANNEAL_ERROR_TABLE, "magic")
        expect(
            anneal_open_with_lookup("/no/such.anneal", nil, path.argument, &opened, &error),
            ANNEAL_ERROR_MODEL_MISSING, "/no/such.anneal")
        expect(
            anneal_open_with_lookup(nil, "-> ->", path.argument, &opened, &error), ANNEAL_ERROR_RULES, "expected = or")
        expect(anneal_open_with_lookup(nil, nil, path.argument, nil, &error), ANNEAL_ERROR_ARGUMENT, "null")
        #expect(anneal_open_with_lookup(nil, nil, "/no/such.embd", &opened, nil) == ANNEAL_ERROR_MODEL_MISSING)
    }
}
