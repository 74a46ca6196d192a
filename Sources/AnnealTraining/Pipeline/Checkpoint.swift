import AnnealContainer
import AnnealFormats
import AnnealModel
import AnnealPlatform
import AnnealProgram
import AnnealRewrite

/// A run's state in a file, so that a kill at any moment costs one epoch at most.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | magic `89 41 4E 4B 50 0D 0A 1A` |
/// | 8 | 4 | version: 2 |
/// | 12 | 4 | stage |
/// | 16 | 4 | epochs done |
/// | 20 | 4 | rules |
/// | 24 | 4 | words of the rules |
/// | 28 | 4 | rows of constants |
/// | 32 | 32 | fingerprint: SHA-256 of all that decides the run |
/// | 64 | … | words; then the tokens' values, first and second moments; then the constants'; then the places' |
/// | end | 8 | XXH64 of all before |
///
/// Numbers are those of the machine that wrote it: a checkpoint is not for carrying from one to another.
enum Checkpoint {
    private static let magic: [UInt8] = [0x89, 0x41, 0x4E, 0x4B, 0x50, 0x0D, 0x0A, 0x1A]
    private static let version: UInt32 = 2
    private static let headerBytes = 64

    /// Writes a state: beside the file, then renamed over it.
    /// - Complexity: O(rows · columns); about 300 MB for the default model.
    static func write(_ state: TrainingState, fingerprint: ContentHash, to path: String) throws(TrainError) {
        let words = RuleTable.encode(state.rules.rules)
        var header = magic
        for value in [
            version, state.stage.rawValue, UInt32(state.epochs), UInt32(state.rules.rules.count),
            UInt32(words.count), UInt32(state.constants.phrases.rows),
        ] { header += littleEndianBytes(value) }
        header += fingerprint.bytes
        try AtomicFile.write(to: path) { (file) throws(TrainError) in
            var checksum: UInt64 = 0
            func append(_ bytes: UnsafeRawBufferPointer) throws(TrainError) {
                checksum = Checksum64.of(bytes, seed: checksum)
                try file.append(bytes)
            }
            try lend(header, append)
            try lend(words, append)
            for table in [state.tokens, state.phrases, state.places] {
                for matrix in [table.values, table.first, table.second] {
                    try append(
                        UnsafeRawBufferPointer(start: matrix.storage, count: 4 * matrix.rows * matrix.columns))
                }
            }
            try lend(littleEndianBytes(checksum)) { (bytes) throws(TrainError) in try file.append(bytes) }
        }
    }

    /// Calls `body` with the bytes of an array; the standard library's own way would lose the type of the error.
    private static func lend<Value: BitwiseCopyable>(
        _ values: [Value], _ body: (UnsafeRawBufferPointer) throws(TrainError) -> Void
    ) throws(TrainError) {
        let result: Result<Void, TrainError> = values.withUnsafeBytes { bytes in
            do throws(TrainError) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// Reads a state into one that was begun with the same settings.
    /// - Parameter fingerprint: that of the run that goes on, by stage; nil to take any run's of the same shape.
    /// - Throws: ``TrainError`` if the file is damaged, or of a run with other settings, texts or tokenizer.
    static func read(
        _ path: String, into state: TrainingState, fingerprint: ((TrainingState.Stage) -> ContentHash)?,
        limits: (tokens: Int, dimension: Int)
    ) throws(TrainError) {
        let file = try MappedFile(path: path)
        // The bytes are read by their address, of which the compiler does not know that it is the file's.
        defer { withExtendedLifetime(file) {} }
        let bytes = file.bytes
        guard bytes.count >= headerBytes + 8, bytes[..<8].elementsEqual(magic),
            littleEndian(bytes, 8) as UInt32 == version
        else {
            throw TrainError(place: path, expected: "a checkpoint of version \(version)", found: "another kind of file")
        }
        guard let stage = TrainingState.Stage(rawValue: littleEndian(bytes, 12)) else {
            throw TrainError(
                place: path, expected: "a known stage", found: "\(littleEndian(bytes, 12) as UInt32)")
        }
        guard fingerprint.map({ bytes[32..<64].elementsEqual($0(stage).bytes) }) ?? true else {
            throw TrainError(
                place: path, expected: "a checkpoint of these labels, tokenizer and settings",
                found: "one of a different run; delete it to start anew")
        }
        let ruleCount = Int(littleEndian(bytes, 20) as UInt32)
        let wordCount = Int(littleEndian(bytes, 24) as UInt32)
        let rows = Int(littleEndian(bytes, 28) as UInt32)
        let tokenNumbers = state.constants.tokens.rows * state.constants.tokens.columns
        let placeNumbers = PlaceRows.count * PlaceGains.width
        let expected = headerBytes + 4 * wordCount + 12 * (tokenNumbers + rows * limits.dimension + placeNumbers) + 8
        guard bytes.count == expected else {
            throw TrainError(place: path, expected: "\(expected) bytes", found: "\(bytes.count)")
        }
        var runs = [headerBytes, 4 * wordCount]
        runs += [Int](repeating: 4 * tokenNumbers, count: 3)
        runs += [Int](repeating: 4 * rows * limits.dimension, count: 3)
        runs += [Int](repeating: 4 * placeNumbers, count: 3)
        var checksum: UInt64 = 0
        var place = 0
        var starts: [Int] = []
        for count in runs {
            starts.append(place)
            checksum = Checksum64.of(file[place..<place + count], seed: checksum)
            place += count
        }
        guard checksum == littleEndian(bytes, place) else {
            throw TrainError(place: path, expected: "a whole checkpoint", found: "another checksum")
        }
        if stage != .constants {
            let rules = try rules(file[starts[1]..<starts[2]], ruleCount, rows, limits.tokens, path)
            state.begin(stage, RuleSet(rules: rules, constants: Matrix(rows: rows, columns: limits.dimension)))
        }
        state.epochs = Int(littleEndian(bytes, 16) as UInt32)
        for (table, first) in [(state.tokens, 2), (state.phrases, 5), (state.places, 8)] {
            for (index, matrix) in [table.values, table.first, table.second].enumerated() {
                UnsafeMutableRawBufferPointer(start: matrix.storage, count: runs[first + index])
                    .copyMemory(from: file[starts[first + index]..<starts[first + index] + runs[first + index]])
            }
        }
    }

    private static func rules(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, _ rows: Int, _ tokenCount: Int, _ path: String
    ) throws(TrainError) -> [Rule] {
        do throws(RuleTableError) {
            let table = try RuleTable(
                words: bytes.bindMemory(to: UInt32.self), ruleCount: count,
                limits: ProgramLimits(tokenCount: tokenCount, rowCount: max(rows, tokenCount), roleCount: 0))
            return (0..<count).map { table.rule(at: $0) }
        } catch {
            throw TrainError(place: path, expected: "valid rules", found: "\(error)")
        }
    }
}
