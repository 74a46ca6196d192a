import Anneal
import AnnealCodes
import AnnealFormats
import AnnealModel
import AnnealPlatform
import AnnealRewrite
import AnnealTokens
import Foundation
import TestSupport
import Testing

@testable import AnnealTraining

/// Training that goes on from a model.
@Suite struct ContinuationTests {
    private let workspace: Workspace
    private let tokenizer: [UInt8]
    private static let old = ["the", "light", "is", "off", "on", "turn", "house", "not", "good", "bad", "a", "dog"]
    private static let new = ["river", "bridge", "candle", "lamp", "garden", "mirror", "kettle", "ladder"]

    init() throws {
        workspace = try Workspace()
        let url = try #require(
            Bundle.module.url(forResource: "unigram-folded", withExtension: "model", subdirectory: "Fixtures"))
        tokenizer = [UInt8](try Data(contentsOf: url))
    }

    /// Texts of a few words with the sums of the words' vectors, by a teacher of 48 numbers.
    /// - Parameter paired: each two words that follow each other mean the same.
    private func makeStore(
        _ name: String, _ words: [String], count: Int, seed: UInt64, paired: Bool = false
    ) throws -> TeacherStore {
        let path = workspace.file(name)
        let store = try TeacherStoreWriter(
            path: path, description: TeacherDescription(teacher: "sum of words", width: 48))
        for (text, sum) in texts(words, count: count, seed: seed, paired: paired) {
            Array(text.utf8).withUnsafeBytes { text in
                sum.withUnsafeBufferPointer { _ = store.append(text: text, vector: $0) }
            }
        }
        try store.flushAndCommit()
        return try TeacherStore(path: path)
    }

    private func texts(
        _ words: [String], count: Int, seed: UInt64, paired: Bool = false
    ) -> [(text: String, vector: [Float])] {
        var random = SplitMix64(seed: 99)
        var vectors: [String: [Float]] = [:]
        for word in Self.old + Self.new { vectors[word] = random.floats(48) }
        if paired {
            for place in stride(from: 0, to: Self.old.count, by: 2) {
                vectors[Self.old[place + 1]] = vectors[Self.old[place]]
            }
        }
        var choice = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let chosen = (0..<Int.random(in: 2...7, using: &choice)).map { _ in
                words.randomElement(using: &choice)!
            }
            let sum = (0..<48).map { index in chosen.reduce(Float(0)) { $0 + vectors[$1]![index] } }
            return (chosen.joined(separator: " "), sum)
        }
    }

    private var settings: TrainingSettings {
        var settings = TrainingSettings()
        settings.dimension = 32
        settings.constants = StageSettings(epochs: 6, rate: 0.02, batch: 64, structure: 1, part: 32)
        settings.choosing = StageSettings(epochs: 1, rate: 0.01, batch: 64, structure: 1, part: 32, ridge: 4)
        settings.together = StageSettings(epochs: 10, rate: 0.02, batch: 64, structure: 1, part: 32, ridge: 4)
        settings.phrases = 40
        settings.leastSites = 3
        settings.heldOut = 50
        return settings
    }

    private func base(phrases: Int = 40) throws -> Model {
        let store = try makeStore("old", Self.old, count: 800, seed: 1)
        var settings = settings
        settings.phrases = phrases
        let run = try TrainingRun(stores: [store], tokenizer: tokenizer, settings: settings, threads: 2)
        return try Model(bytes: ModelWriter.encode(run.run()))
    }

    private func keptFile(_ name: String = "kept", count: Int = 400) throws -> CorpusFile {
        let lines = texts(Self.old, count: count, seed: 5).map(\.text)
        return try CorpusFile(path: try workspace.write(name, lines.joined(separator: "\n") + "\n\n\u{1}\n"))
    }

    private func unit(_ row: [Float]) -> [Float] {
        let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return row.map { $0 / max(norm, 1e-9) }
    }

    private func cosine(_ a: [Float], _ b: [Float]) -> Float {
        zip(unit(a), unit(b)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The mean difference between cosines of texts among each other and those of their teacher's vectors.
    private func error(_ model: Model, _ words: [String]) throws -> Float {
        let texts = texts(words, count: 60, seed: 77)
        let vectors = try Engine(model: model).embed(texts.map(\.text))
        var sum: Float = 0
        for one in 0..<60 {
            for other in 0..<one {
                sum += abs(cosine(vectors[one], vectors[other]) - cosine(texts[one].vector, texts[other].vector))
            }
        }
        return sum / 1770
    }

    private func origin(of model: Model) throws -> Origin {
        let tokenizer = try tokenizer.withUnsafeBytes { try Tokenizer(model: $0) }
        var random = SplitMix64(seed: 8)
        let frequency = (0..<tokenizer.pieceCount).map { _ in Double.random(in: 0...0.02, using: &random) }
        return try Origin(model, tokenizer: tokenizer, frequency: frequency)
    }

    /// The floats of a model give what its engine gives, however its weights are told from its directions.
    @Test func originAgreesWithTheEngine() throws {
        let model = try base()
        let origin = try origin(of: model)
        let texts = texts(Self.old, count: 40, seed: 6).map { [UInt8]($0.text.utf8) }
        let corpus = TokenizedCorpus(
            count: texts.count, tokenizer: try self.tokenizer.withUnsafeBytes { try Tokenizer(model: $0) }, threads: 1
        ) { index in
            // Kept for as long as the test runs.
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: texts[index].count, alignment: 1)
            copy.copyBytes(from: texts[index])
            return UnsafeRawBufferPointer(copy)
        }
        let rewritten = try RuleFirings.rewrite(
            corpus, rules: origin.rules, tokenCount: origin.constants.tokenCount, threads: 1)
        let rows = ForwardPass(constants: origin.constants, kernel: .fastest).vectors(of: rewritten, threads: 1)
        for (index, vector) in try Engine(model: model).embed(texts.map { String(decoding: $0, as: UTF8.self) })
            .enumerated()
        {
            let row = Array(UnsafeBufferPointer(start: rows.row(index), count: 32))
            #expect(cosine(row, vector) > 0.9995)
        }
        #expect(origin.rules.rules.count == model.shape.ruleCount && origin.pairs.count == model.shape.ruleCount)
        #expect(origin.phrases(of: origin.rules.rules).columns == 32)
        let worth = origin.worth(of: origin.rules.rules)
        #expect(worth.allSatisfy { $0 > 0 } && origin.worth(of: [.phrase(1, 1, row: 0, confidence: 5)]) == [0])
    }

    /// The basis is found again from a model's vectors, whatever their lengths by direction and their noise.
    @Test func alignmentFindsTheBasis() throws {
        var random = SplitMix64(seed: 12)
        let (count, width, dimension) = (4000, 48, 32)
        // Teacher vectors with their energy on the axes, so that eigenvectors are known; signs and lengths are the model's.
        let teacher = (0..<count).map { _ in
            unit((0..<width).map { random.normal() * (2 - Float($0) / 32) })
        }
        let model = Matrix(rows: count, columns: dimension)
        for text in 0..<count {
            for index in 0..<dimension {
                let sign: Float = index % 3 == 0 ? -1 : 1
                model.row(text)[index] =
                    3 * sign * (1 - Float(index) / 50) * teacher[text][(index * 5) % dimension] + 0.02 * random.normal()
            }
        }
        let reduction = TeacherReduction(towards: model, count: count, width: width, threads: 3) { text, row in
            for index in 0..<width { row[index] = teacher[text][index] }
        }
        for index in 0..<dimension {
            let row = (0..<width).map { reduction.basis.row(index)[$0] }
            #expect(row[(index * 5) % dimension] * (index % 3 == 0 ? -1 : 1) > 0.99)
            #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
        }
        let energy = teacher.reduce(0.0) { sum, row in sum + Double(row[..<dimension].reduce(0) { $0 + $1 * $1 }) }
        #expect(abs(reduction.kept - energy / Double(count)) < 0.01)
    }

    private func continued(
        _ model: Model, _ labels: TeacherStore, _ files: [CorpusFile], threads: Int = 2
    ) throws -> [UInt8] {
        let run = try TrainingRun(
            stores: [labels], from: model, keeping: files, tokenizer: tokenizer, settings: settings, threads: threads)
        return try ModelWriter.encode(run.run())
    }

    /// New words are learned, in a model of the same size with the critic that it had.
    @Test func learnsTheNew() throws {
        let model = try base()
        let labels = try makeStore("new", Self.new + ["the", "is"], count: 500, seed: 2)
        let bytes = try continued(model, labels, [keptFile()])
        #expect(try continued(model, labels, [keptFile()], threads: 1) == bytes)
        let tuned = try Model(bytes: bytes)
        #expect(tuned.metadata["from"]?.hasPrefix("sha256=\(model.contentHash) kept=") == true)
        #expect(tuned.shape.ruleCount == settings.phrases && tuned.shape.rowCount == model.shape.rowCount)
        #expect(tuned.critic != nil && tuned.critic?.prefix(3) == model.critic?.prefix(3))
        #expect(try error(tuned, Self.new) < 0.7 * error(model, Self.new))
    }

    /// Texts that are kept stay near where they were, though the labels say otherwise of their words.
    @Test func keptTextsHoldTheirVectors() throws {
        let model = try base()
        let labels = try makeStore("other", Self.old, count: 300, seed: 2, paired: true)
        let lines = texts(Self.old, count: 60, seed: 31).map(\.text)
        func moved(_ files: [CorpusFile]) throws -> Float {
            let other = try Model(bytes: continued(model, labels, files))
            let pairs = zip(try Engine(model: model).embed(lines), try Engine(model: other).embed(lines))
            return pairs.reduce(0) { $0 + 1 - cosine($1.0, $1.1) } / 60
        }
        let (kept, free) = (try moved([keptFile(count: 2000)]), try moved([]))
        #expect(kept < 0.6 * free, "\(kept) with texts to keep, \(free) without")
    }

    /// With half of the way texts move less.
    @Test func shareIsAPartOfTheWay() throws {
        let model = try base()
        let labels = try makeStore("other", Self.old, count: 300, seed: 2, paired: true)
        let checkpoint = workspace.file("checkpoint")
        func run(_ share: Double, checkpoint: String? = nil) throws -> Model {
            var settings = settings
            settings.share = share
            let run = try TrainingRun(
                stores: [labels], from: model, tokenizer: tokenizer, settings: settings, threads: 2)
            return try Model(bytes: ModelWriter.encode(run.run(checkpoint: checkpoint)))
        }
        let whole = try run(1)
        let half = try run(0.5, checkpoint: checkpoint)
        #expect(half.metadata["from"]?.hasSuffix(" share=0.5") == true)
        let lines = texts(Self.old, count: 60, seed: 31).map(\.text)
        let before = try Engine(model: model).embed(lines)
        func moved(_ other: Model) throws -> Float {
            zip(before, try Engine(model: other).embed(lines)).reduce(0) { $0 + 1 - cosine($1.0, $1.1) } / 60
        }
        let (far, near) = (try moved(whole), try moved(half))
        #expect(near > 0.05 * far && near < 0.7 * far, "\(near) with half of the way, \(far) with all of it")
        // What has gone back cannot go on with another share.
        #expect(try run(0.5, checkpoint: checkpoint).contentHash == half.contentHash)
        #expect(throws: TrainError.self) { try run(0.25, checkpoint: checkpoint) }
    }

    /// Each number moves by its share, those of codes, weights, places and phrases too.
    @Test func goingBackIsLinear() {
        func constants(_ value: Float) -> TrainedConstants {
            let constants = TrainedConstants(dimension: 32, frequency: [0.5, 0.1], seed: 3)
            constants.phrases = Matrix(rows: 3, columns: 32)
            for matrix in [constants.tokens, constants.places, constants.phrases] {
                for index in 0..<matrix.rows * matrix.columns { matrix.storage[index] = value * Float(index % 7 + 1) }
            }
            return constants
        }
        let (own, other) = (constants(4), constants(-2))
        own.goBack(to: other, phrases: other.phrases, share: 0.25)
        for matrix in [own.tokens, own.places, own.phrases] {
            #expect(
                (0..<matrix.rows * matrix.columns).allSatisfy { matrix.storage[$0] == 2.5 * Float($0 % 7 + 1) })
        }
        #expect(other.tokens.storage[1] == -4)
    }

    private func withSecond(
        _ model: Model, _ stores: [TeacherStore], share: Double, flattening: Double, ridge: Double = 3, threads: Int = 2
    ) throws -> [UInt8] {
        var settings = SecondTeacher.Settings()
        (settings.share, settings.flattening, settings.ridge) = (share, flattening, ridge)
        let second = try SecondTeacher(for: model, stores: stores, settings: settings, threads: threads)
        return try ModelWriter.encode(second.parts(of: model, name: "both", threads: threads))
    }

    /// Cosines are the weighted mean of the model's own and those of what least squares, solved another way, make of its vectors.
    /// With phrases less exactly: their four bits are rounded once more.
    @Test(arguments: [(phrases: 0, tolerance: Float(0.008)), (40, 0.035)])
    func secondTeacherHasItsShareOfCosines(phrases: Int, tolerance: Float) throws {
        let model = try base(phrases: phrases)
        let store = try makeStore("second", Self.old, count: 700, seed: 3, paired: true)
        let bytes = try withSecond(model, [store], share: 0.6, flattening: 0)
        #expect(try withSecond(model, [store], share: 0.6, flattening: 0, threads: 1) == bytes)
        let both = try Model(bytes: bytes)
        #expect(both.metadata["second-teacher"]?.hasPrefix("sum of words texts=") == true)
        #expect(both.metadata["name"] == "both" && both.metadata["settings"] == model.metadata["settings"])
        #expect(both.shape.ruleCount == model.shape.ruleCount && both.critic == model.critic)
        var known = Set<String>()
        let labelled = texts(Self.old, count: 700, seed: 3, paired: true).filter { known.insert($0.text).inserted }
        let own = try Engine(model: model).embed(labelled.map(\.text)).map(unit)
        let unitRows = labelled.map { unit($0.vector) }
        let mean = (0..<48).map { index in unitRows.reduce(0) { $0 + $1[index] } / Float(unitRows.count) }
        let given = unitRows.map { unit(zip($0, mean).map { $0.0 - $0.1 }) }
        let columns = try (0..<48).map { column in
            let rows = (0..<32).map { row in
                (0...32).map { other -> Double in
                    let sum = own.indices.reduce(0.0) {
                        $0 + Double(own[$1][row] * (other < 32 ? own[$1][other] : given[$1][column]))
                    }
                    return other == row ? sum + 3 : sum
                }
            }
            return try #require(LinearSystem.solve(rows)).map { Float($0) }
        }
        let lines = texts(Self.old, count: 30, seed: 41).map(\.text)
        let before = try Engine(model: model).embed(lines).map(unit)
        let joined = before.map { vector in
            vector.map { $0 * Float(0.4).squareRoot() }
                + columns.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } * Float(0.6).squareRoot() }
        }
        let after = try Engine(model: both).embed(lines)
        var (missed, moved): (Float, Float) = (0, 0)
        for one in 0..<30 {
            for other in 0..<one {
                let found = cosine(after[one], after[other])
                missed += abs(found - cosine(joined[one], joined[other])) / 435
                moved += abs(found - cosine(before[one], before[other])) / 435
            }
        }
        #expect(missed < tolerance && moved > 0.06, "missed by \(missed), moved by \(moved)")
    }

    /// Flattened, the greatest direction stands out less; without share and flattening nothing changes.
    @Test func longDirectionsAreFlattened() throws {
        let model = try base()
        let store = try makeStore("second", Self.old, count: 700, seed: 3)
        let lines = texts(Self.old, count: 300, seed: 41).map(\.text)
        func prominence(_ model: Model) throws -> Double {
            let rows = try Engine(model: model).embed(lines).map(unit)
            let moment = (0..<32 * 32).map { place in
                rows.reduce(0.0) { $0 + Double($1[place / 32] * $1[place % 32]) }
            }
            let values = SymmetricEigen.decompose(moment, size: 32).values
            return values[0] / values.reduce(0, +)
        }
        let flat = try Model(bytes: withSecond(model, [store], share: 0, flattening: 1))
        #expect(try prominence(flat) < 0.5 * prominence(model))
        let same = try Model(bytes: withSecond(model, [store], share: 0, flattening: 0))
        for (one, other) in zip(try Engine(model: model).embed(lines), try Engine(model: same).embed(lines)) {
            #expect(cosine(one, other) > 0.9995)
        }
        for (share, flattening, ridge) in [(1, 0, 3), (-0.1, 0, 3), (0.3, 1.5, 3), (0.3, 0, 0)]
            as [(Double, Double, Double)]
        {
            #expect(throws: TrainError.self) {
                _ = try withSecond(model, [store], share: share, flattening: flattening, ridge: ridge)
            }
        }
    }

    /// Directions that a model's vectors do not have get the teacher's greatest that are left: all rows are orthogonal.
    @Test func alignmentIsCompleted() throws {
        var random = SplitMix64(seed: 13)
        let teacher = (0..<500).map { _ in unit((0..<48).map { random.normal() * ($0 < 40 ? 1 : 0.1) }) }
        let model = Matrix(rows: 500, columns: 32)
        for text in 0..<500 { for index in 0..<5 { model.row(text)[index] = teacher[text][index] } }
        let reduction = TeacherReduction(towards: model, count: 500, width: 48, threads: 2) { text, row in
            for index in 0..<48 { row[index] = teacher[text][index] }
        }
        for one in 0..<32 {
            for other in 0...one {
                let product = (0..<48).reduce(Float(0)) {
                    $0 + reduction.basis.row(one)[$1] * reduction.basis.row(other)[$1]
                }
                #expect(abs(product - (one == other ? 1 : 0)) < 1e-4)
            }
        }
        #expect(reduction.kept > 0.75)
    }

    private struct Kill: Error {}

    /// A run that is begun again goes on; the checkpoint is none for a run from another model, or with other texts kept.
    @Test func killedRunGoesOn() throws {
        let model = try base()
        let labels = try makeStore("new", Self.new, count: 300, seed: 2)
        let checkpoint = workspace.file("checkpoint")
        func run(_ model: Model, _ kept: String, epochs: Int? = nil, checkpoint: String?) throws -> [UInt8] {
            let run = try TrainingRun(
                stores: [labels], from: model, keeping: [keptFile(kept, count: kept.utf8.count * 20)],
                tokenizer: tokenizer, settings: settings, threads: 2)
            return try ModelWriter.encode(
                run.run(checkpoint: checkpoint) { _, _ in if epochs != nil { throw Kill() } })
        }
        let whole = try run(model, "kept", checkpoint: nil)
        #expect(throws: Kill.self) { try run(model, "kept", epochs: 0, checkpoint: checkpoint) }
        #expect(try run(model, "kept", checkpoint: checkpoint) == whole)
        #expect(throws: TrainError.self) { try run(model, "others", checkpoint: checkpoint) }
        #expect(throws: TrainError.self) { try run(Model(bytes: whole), "kept", checkpoint: checkpoint) }
    }

    /// What cannot be gone on from is said before anything is trained.
    @Test func wrongBeginningsAreRefused() throws {
        let model = try base()
        let labels = try makeStore("new", Self.new, count: 200, seed: 2)
        func start(_ model: Model?, _ files: [CorpusFile] = [], dimension: Int = 32) throws {
            var settings = settings
            settings.dimension = dimension
            _ = try TrainingRun(
                stores: [labels], from: model, keeping: files, tokenizer: tokenizer, settings: settings, threads: 1)
        }
        func refused(_ words: String, _ body: () throws -> Void) {
            #expect { try body() } throws: { error in "\(error)".contains(words) }
        }
        try start(model)
        refused("a model whose vectors are kept") { try start(nil, [keptFile()]) }
        let empty = try CorpusFile(path: try workspace.write("empty", "\n\u{2}\n"))
        refused("texts without labels") { try start(model, [empty]) }
        refused("dimension: expected 32") { try start(model, dimension: 64) }
        var parts = model.parts
        parts.ruleWords = RuleTable.encode([.phrase(3, 4, row: UInt32(parts.tokenCount + 1), confidence: 1)])
        parts.ruleCount = 1
        refused("a constant for each rule") { try start(Model(bytes: ModelWriter.encode(parts))) }
        parts = model.parts
        parts.roles = [Int8](repeating: 1, count: 3 * 32)
        refused("no roles") { try start(Model(bytes: ModelWriter.encode(parts))) }
    }

    /// Pairs that have a rule get no second one, and rules that are added name rows behind those that are there.
    @Test func newRulesComeBesideOldOnes() throws {
        var random = SplitMix64(seed: 4)
        // What a text lacks is its own pair's: the tokens 0 to 3 and then one of them again.
        var ids: [UInt32] = []
        for text in 0..<200 { ids += [UInt32(text % 4), UInt32(text / 4 % 4)] }
        let corpus = TokenizedCorpus(ids: ids, offsets: (0...200).map { 2 * $0 })
        let student = Matrix(rows: 200, columns: 32, values: [Float](repeating: 1, count: 6400))
        let lacking = (0..<16).map { _ in random.floats(32) }
        let targets = Matrix(rows: 200, columns: 32)
        for text in 0..<200 {
            let pair = lacking[text % 16]
            for index in 0..<32 { targets.row(text)[index] = pair[index] }
        }
        let residuals = Residuals(student: student, targets: targets, threads: 1)
        var miner = PhraseMiner()
        miner.least = 1
        let all = miner.mine(corpus, residuals, tokenCount: 4, threads: 1)
        func pairs(_ rules: RuleSet) -> Set<PhraseMiner.Pair> {
            Set(
                rules.rules.compactMap { rule in
                    guard case .token(let first) = rule.atoms[0].kind, case .token(let second) = rule.atoms[1].kind
                    else { return nil }
                    return PhraseMiner.Pair(
                        first: first, second: second, distance: Int(rule.atoms[1].distanceMin))
                })
        }
        let known = pairs(all).filter { $0.first == 1 }
        #expect(known.count > 1)
        miner.known = known
        let rest = miner.mine(corpus, residuals, tokenCount: 4, threads: 1)
        #expect(pairs(rest) == pairs(all).subtracting(known))
        var both = all
        both.append(rest)
        #expect(both.rules.count == all.rules.count + rest.rules.count && both.constants.rows == both.rules.count)
        for (number, rule) in both.rules.enumerated() {
            let rows = rule.updates.compactMap { $0.operand2 }
            #expect(rows == [UInt32(number)])
            let (set, row) = number < all.rules.count ? (all, number) : (rest, number - all.rules.count)
            #expect(both.constants.row(number)[7] == set.constants.row(row)[7])
        }
    }
}
