public import Anneal
import AnnealCodes
import AnnealContainer
import AnnealMachine
public import AnnealModel
public import AnnealPlatform

/// The rows of a table as an engine takes them: signed bytes for what its tokenizer has no piece for.
///
/// ```swift
/// let model = try Model(path: Engine.defaultModelPath())
/// let engine = try Engine(model: model, lookup: EngineRows("words.embd", for: model))
/// let cosine = try engine.compare("🍕", "a pizza").cosine
/// ```
///
/// A stretch of unknown characters is cut into the longest pieces of the table from the left. Each adds its row, times its
/// weight; a row of weight 1 is on the mean as long as the median row of the model's own tokens. Characters that no piece begins
/// with add nothing.
///
/// Immutable, for any number of threads.
public final class EngineRows: RowLookup, @unchecked Sendable {
    // Sendable: everything is set in `init` and only read after that; the rows are freed in `deinit`.

    /// Numbers of a row, as many as the model's vectors have.
    public let dimension: Int
    public var count: Int { table.count }
    /// The table, whose rows stay in its file.
    public let table: LookupTable
    private let rows: UnsafeMutablePointer<Int8>
    private let gains: UnsafeMutablePointer<Int16>

    /// Opens a table and makes its rows of mapped floats into signed bytes.
    /// - Parameters:
    ///   - path: a table that was built for the model: `anneal lookup build --align`.
    ///   - model: of the engine that will have the rows, without rules that were added.
    /// - Complexity: O(bytes of the table), and O(bytes of the model's token rows) for the length of one of them.
    /// - Throws: ``LookupError``: what is wrong with the file; `unsupported` for a raw table, `otherModel` for one of another
    ///   engine's space.
    public convenience init(_ path: Path, for model: Model) throws(LookupError) {
        try self.init(LookupTable(path, access: .positional), for: model)
    }

    init(_ table: LookupTable, for model: Model) throws(LookupError) {
        let trailer = table.layout.end
        guard let length = table.trailer?.rowLength, let alignment = table.trailer?.alignment else {
            throw LookupError(
                .unsupported, table.path, "trailer: mapped rows", trailer, expected: "rows in the space of an engine",
                found: "rows as a model file has them")
        }
        guard alignment.engine == model.contentHash, table.dimension == model.shape.dimension else {
            throw LookupError(
                .otherModel, table.path, "trailer: hash of the engine's model", trailer + 64,
                expected: "\(model.contentHash)", found: "\(alignment.engine)")
        }
        self.table = table
        dimension = table.dimension
        rows = .allocate(capacity: table.count * dimension)
        gains = .allocate(capacity: table.count)
        let unit = length > 0 ? Self.medianRowLength(of: model.constants) / length : 0
        let quantizer = RowQuantizer(exponent: Int(model.constants.exponent))
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: dimension)
        defer { row.deallocate() }
        row.initialize(repeating: 0)
        for entry in 0..<table.count {
            // What throws here frees both: everything is set by now.
            try table.readRow(entry, into: row)
            let factor = unit * table.weight(frequency: table.frequency(of: entry))
            for index in row.indices { row[index] *= factor }
            // In bounds: there is room for the rows of all entries, and `row` has some numbers.
            gains[entry] = quantizer.quantize(
                row.baseAddress!, count: dimension, into: rows + entry * dimension)
        }
    }

    deinit {
        rows.deallocate()
        gains.deallocate()
    }

    public func forEachRow(
        of text: UnsafeBufferPointer<UInt8>, in stretch: Range<Int>, _ body: (LookedUpRow) -> Void
    ) {
        // On the stack: any number of threads are here at once.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: table.scratchSize) { scratch in
            let end = UnsafeBufferPointer(rebasing: text[..<stretch.upperBound])
            var place = stretch.lowerBound
            while place < end.count {
                let beginsWord = place == 0 || text[place - 1] <= 0x20
                if let (entry, count) = table.longestPiece(end, at: place, beginsWord: beginsWord, scratch) {
                    body(
                        LookedUpRow(
                            bytes: rows + entry * dimension, gain: gains[entry], entry: entry,
                            place: place..<place + count))
                    place += count
                } else {
                    place += 1
                    while place < end.count, text[place] & 0xC0 == 0x80 { place += 1 }
                }
            }
        }
    }

    /// The length of the middle one of the rows of a model's tokens, at a gain of one.
    private static func medianRowLength(of constants: Constants) -> Float {
        let scratch = UnsafeMutablePointer<Int8>.allocate(capacity: constants.dimension)
        defer { scratch.deallocate() }
        var lengths: [Double] = []
        lengths.reserveCapacity(constants.tokenCount)
        for token in 0..<constants.tokenCount {
            let bytes = constants.bytes(of: token, scratch: scratch)
            var squares = 0
            for index in 0..<constants.dimension { squares += Int(bytes[index]) * Int(bytes[index]) }
            lengths.append(Double(constants.scales[token]) * Double(squares).squareRoot())
        }
        guard !lengths.isEmpty else { return 0 }
        lengths.sort()
        return Float(
            lengths[lengths.count / 2] * Double(sign: .plus, exponent: -Int(constants.exponent), significand: 1))
    }
}
