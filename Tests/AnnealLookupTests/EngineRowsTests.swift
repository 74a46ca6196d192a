import Anneal
import AnnealContainer
import AnnealModel
import AnnealPlatform
import Testing

@testable import AnnealLookup

/// A table's rows in an engine.
@Suite struct EngineRowsTests {
    private let workspace: Workspace
    private let model: Model

    init() throws {
        workspace = try Workspace()
        model = try Model(path: Engine.defaultModelPath())
    }

    /// Rows in the engine's space, a piece each; the frequencies are 0, so that all weigh 1.
    private func table(
        _ pieces: [(piece: String, row: [Float])], engine: ContentHash? = nil, name: String = "t.embd"
    ) throws -> Path {
        let sorted = pieces.sorted { TableDraft.hash($0.piece) < TableDraft.hash($1.piece) }
        var draft = TableDraft.aligned
        let dimension = model.shape.dimension
        draft.dimension = UInt32(dimension)
        draft.hashes = sorted.map { TableDraft.hash($0.piece) }
        draft.rows = sorted.flatMap(\.row)
        draft.frequencies = sorted.map { _ in 0 }
        draft.trailer?.rowLength = 1
        draft.trailer?.longestPiece = 12
        draft.trailer?.alignment = LookupAlignment(
            engine: engine ?? model.contentHash,
            map: RowMap(
                centre: [1, 2, 3], matrix: [UInt16](repeating: 0, count: 3 * dimension),
                target: [Float](repeating: 0, count: dimension)))
        return try workspace.write(draft.bytes, to: name)
    }

    private func engine(_ pieces: [(String, [Float])]) throws -> Engine {
        try Engine(model: model, lookup: EngineRows(table(pieces), for: model))
    }

    @Test func aRowIsAsNearToAWordAsItsVector() throws {
        let plain = try Engine(model: model)
        let (pizza, water) = (try plain.embed("pizza"), try plain.embed("water"))
        let engine = try engine([("🍕", pizza), ("\u{2581}вода", water)])
        #expect(try engine.compare("🍕", "pizza").cosine > 0.999)
        #expect(try engine.compare("вода", "water").cosine > 0.999)
        #expect(try engine.compare("a 🍕", "a pizza").cosine > plain.compare("a 🍕", "a pizza").cosine)
        // A row of the mean length counts as a token of the middle length does.
        let lengths = try engine.explain("🍕 вода").lookedUp.map(\.norm)
        #expect(lengths.count == 2 && abs(lengths[0] / lengths[1] - 1) < 0.02 && lengths[0] > 0)
    }

    @Test func theLongestPiecesAreTakenAndTheRestLeftOut() throws {
        let row = { (index: Int) in (0..<self.model.shape.dimension).map { Float($0 == index ? 1 : 0) } }
        let engine = try engine([("水", row(0)), ("水路", row(1)), ("\u{2581}水", row(2)), ("路", row(3))])
        func parts(_ text: String) throws -> [String] {
            let bytes = Array(text.utf8)
            return try engine.explain(text).lookedUp.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
        }
        #expect(try parts("水路路") == ["水路", "路"])
        #expect(try parts("x水水犬路") == ["水", "水", "路"])
        // A piece that begins a word is another row than the same letters inside of one.
        #expect(try engine.explain("水").lookedUp[0].entry != engine.explain("x水").lookedUp[0].entry)
        #expect(try parts("犬 word") == [])
        #expect(try engine.embed("犬 word") == Engine(model: model).embed("word"))
    }

    @Test func tablesOfOtherSpacesAreRefused() throws {
        let row = [Float](repeating: 1, count: model.shape.dimension)
        let other = ContentHash(of: UnsafeRawBufferPointer(start: nil, count: 0))
        let path = try table([("🍕", row)], engine: other)
        let error = #expect(throws: LookupError.self) { _ = try EngineRows(path, for: model) }
        #expect(error?.kind == .otherModel && error?.description.contains("\(model.contentHash)") == true)
        let raw = try workspace.write(TableDraft.withTrailer.bytes, to: "raw.embd")
        let second = #expect(throws: LookupError.self) { _ = try EngineRows(raw, for: model) }
        #expect(second?.kind == .unsupported && second?.found.contains("as a model file has them") == true)
    }
}
