public import Anneal
import AnnealFormats
import AnnealManifold
import AnnealPlatform

/// A way in which a line may go on.
public struct Completion: Hashable, Sendable {
    /// The word, as texts most often have it; two of them where the line's last word may be whole or not.
    public let word: String
    /// What the line lacks of it: the line and this are the completed line.
    public let added: String
    /// How likely it is among all ways that go with the letters that are there.
    public let probability: Double
}

/// Completes lines. One a thread: all memory is here, and after a first line nothing of the size of the vocabulary is allocated.
public final class Completer {
    public let model: CompletionModel
    public let engine: Engine
    public let settings: FieldSettings
    private let session: SessionSettings
    private let plan: SoftPlan
    private var cutter = LineCutter()
    private let context: Matrix
    private let lifts: UnsafeMutablePointer<Float>
    /// The probability of each word, after ``predict(_:with:)``.
    let probabilities: UnsafeMutablePointer<Float>

    /// Words of a line that are looked at: the last ones.
    static let wordsMost = 1024

    /// - Throws: ``CompletionError/otherEngine(expected:found:)``; ``CompletionError/setting(_:expected:found:)``.
    public init(_ model: CompletionModel, engine: Engine, settings: FieldSettings? = nil) throws(CompletionError) {
        try model.check(engine)
        self.settings = settings ?? model.settings
        try self.settings.check()
        guard model.field.dimension == engine.dimension else {
            throw .value(
                .head, what: "dimension", expected: "\(engine.dimension)", found: "\(model.field.dimension)")
        }
        self.model = model
        self.engine = engine
        do throws(EngineError) { session = try engine.settings() } catch {
            preconditionFailure("all dimensions of a model are refused: \(error)")
        }
        plan = model.field.plan(sharpness: self.settings.sharpness)
        context = Matrix(rows: 1, columns: engine.dimension)
        lifts = .allocate(capacity: model.vocabulary.count)
        lifts.initialize(repeating: 0, count: model.vocabulary.count)
        probabilities = .allocate(capacity: model.vocabulary.count)
        probabilities.initialize(repeating: 0, count: model.vocabulary.count)
    }

    deinit {
        lifts.deallocate()
        probabilities.deallocate()
    }

    /// The likeliest ways in which a line goes on, likeliest first.
    ///
    /// Behind a space, or where nothing is there yet, that is the next word. Where the line ends within a word, it is a word that
    /// begins so; and if what is there is a word, also that word with the next one.
    /// - Parameter direction: where words are drawn to; nil for nowhere but what the line is about.
    /// - Returns: at most `count`; none if no word of the model begins so.
    /// - Complexity: O(bytes + vocabulary).
    public func completions(of line: String, count: Int, towards direction: Direction? = nil) -> [Completion] {
        var line = line
        return line.withUTF8 { completions(of: $0, count: count, towards: direction) }
    }

    func completions(
        of line: UnsafeBufferPointer<UInt8>, count: Int, towards direction: Direction? = nil
    ) -> [Completion] {
        var (state, letters) = read(line)
        predict(state, towards: direction)
        guard let letters else {
            return best(Vocabulary.firstWord..<model.vocabulary.count, count).map {
                completion($0.word, behind: line, isFirst: state.isAtStart, probability: $0.probability)
            }
        }
        let folded = Self.folded(letters)
        let range = model.vocabulary.words(beginningWith: folded)
        let mass = range.reduce(0.0) { $0 + Double(probabilities[$1]) }
        guard mass > 0 else { return [] }
        let exact = Int(model.vocabulary.number(of: folded))
        let isWord = exact != Vocabulary.unknown
        var found = best(isWord ? exact + 1..<range.upperBound : range, count).map {
            completion($0.word, letters: letters, folded: folded, probability: $0.probability / mass)
        }
        if isWord {
            let share = Double(probabilities[exact]) / mass
            state.add(UInt16(exact), folded)
            predict(state, towards: direction)
            let word = String(decoding: letters, as: UTF8.self)
            found += best(Vocabulary.firstWord..<model.vocabulary.count, count).map {
                let next = completion($0.word, behind: line, isFirst: false, probability: $0.probability * share)
                return Completion(word: word + next.added, added: next.added, probability: next.probability)
            }
            found.sort { $0.probability > $1.probability }
        }
        return Array(found.prefix(count))
    }

    /// What is known of a line when its next word is asked for.
    struct State {
        /// Numbers of the sentence's last two words, or of its begin.
        var history: [UInt16] = [Vocabulary.begin]
        /// The line's last ``Completer/wordsMost`` words.
        var seen: [UInt16] = []
        /// The line's last words, folded.
        var context: [[UInt8]] = []

        var isAtStart: Bool { history.last == Vocabulary.begin }

        mutating func add(_ word: UInt16, _ folded: [UInt8]) {
            history = [history[history.count - 1], word]
            seen.append(word)
            if seen.count > Completer.wordsMost { seen.removeFirst() }
            // Longer words are in no context that concepts were found on.
            guard folded.count <= Vocabulary.wordBytesMost else { return }
            context.append(folded)
            if context.count > ConceptField.contextWords { context.removeFirst() }
        }

        mutating func endSentence() { history = [Vocabulary.begin] }
    }

    /// Reads a line.
    /// - Returns: also the letters of a last word that may go on.
    func read(_ line: UnsafeBufferPointer<UInt8>) -> (state: State, letters: UnsafeBufferPointer<UInt8>?) {
        cutter.cut(line)
        var state = State()
        var words = cutter.words[...]
        let last = cutter.endsInWord ? words.popLast() : nil
        for word in words.suffix(Self.wordsMost) { add(word, of: line, to: &state) }
        if last?.isFirst ?? cutter.endsSentence { state.endSentence() }
        return (state, last.map { UnsafeBufferPointer(rebasing: line[$0.range]) })
    }

    private func add(_ word: LineCutter.Word, of line: UnsafeBufferPointer<UInt8>, to state: inout State) {
        if word.isFirst { state.endSentence() }
        let folded = Self.folded(UnsafeBufferPointer(rebasing: line[word.range]))
        state.add(model.vocabulary.number(of: folded), folded)
    }

    private static func folded(_ word: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var folded: [UInt8] = []
        LineCutter.fold(word, into: &folded)
        return folded
    }

    /// What a prediction is made of: all of it, or less for comparison.
    struct Parts: Hashable, Sendable {
        /// Words before that are looked at, and one; 0 for how frequent words are.
        var order = NGrams.order
        var hasConcepts = true
        var hasCache = true
    }

    /// Writes how likely each word is to be the next into ``probabilities``. They sum to 1.
    /// - Parameters:
    ///   - direction: weights of the concepts to go towards, with the power of their lift.
    ///   - genre: how frequent words are where the line is from, for comparison, with the power of their lift.
    func predict(
        _ state: State, with parts: Parts = Parts(), towards direction: Direction? = nil, genre: [Float]? = nil,
        genreStrength: Float = 1
    ) {
        let vocabulary = model.vocabulary.count
        if parts.order == 0 {
            model.frequencies.withUnsafeBufferPointer {
                probabilities.update(from: $0.baseAddress!, count: vocabulary)
            }
        } else {
            model.ngrams.write(after: state.history[...], order: parts.order, into: probabilities)
        }
        if parts.hasConcepts, settings.strength > 0, find(state.context) {
            // Of a few words it is hardly known what they are about.
            let words = Float(state.context.count)
            let strength = settings.strength * words / (words + 1)
            plan.forEachBlock(of: context, 0..<1) { _, weights in
                model.field.apply(
                    weights, floor: settings.floor, strength: strength, lifts: lifts, to: probabilities)
            }
        }
        if let direction {
            direction.weights.withUnsafeBufferPointer {
                model.field.apply(
                    $0.baseAddress!, floor: settings.floor, strength: direction.strength, lifts: lifts,
                    to: probabilities)
            }
        }
        if let genre {
            ConceptField.raise(
                probabilities, by: genre, over: model.frequencies, vocabulary, floor: settings.floor,
                strength: genreStrength)
        }
        normalize()
        if parts.hasCache { mixCache(state.seen) }
    }

    private func normalize() {
        var sum = 0.0
        for word in 0..<model.vocabulary.count { sum += Double(probabilities[word]) }
        let scale = Float(1 / sum)
        for word in 0..<model.vocabulary.count { probabilities[word] *= scale }
    }

    private func mixCache(_ seen: [UInt16]) {
        var known = 0
        for word in seen where word != Vocabulary.unknown { known += 1 }
        guard known > 0, settings.cache > 0 else { return }
        for word in 0..<model.vocabulary.count { probabilities[word] *= 1 - settings.cache }
        let share = settings.cache / Float(known)
        for word in seen where word != Vocabulary.unknown { probabilities[Int(word)] += share }
    }

    /// Writes the vector of a context.
    /// - Returns: false if it has no content.
    private func find(_ words: [[UInt8]]) -> Bool {
        if words.isEmpty { return false }
        return embed(Array(words.joined(separator: [0x20])), into: context)
    }

    private func embed(_ text: [UInt8], into row: Matrix) -> Bool {
        engine.withSession(session) { session in
            var span = UnsafeMutableBufferPointer(start: row.storage, count: row.columns).mutableSpan
            return session.embed(text.span, into: &span)
        }
    }

    /// The likeliest words of a range, likeliest first; of equal ones the first.
    private func best(_ words: Range<Int>, _ count: Int) -> [(word: Int, probability: Double)] {
        var best: [(word: Int, probability: Float)] = []
        guard count > 0 else { return [] }
        for word in words where best.count < count || probabilities[word] > best.last!.probability {
            let place = best.firstIndex { $0.probability < probabilities[word] } ?? best.count
            if best.count == count { best.removeLast() }
            best.insert((word, probabilities[word]), at: place)
        }
        return best.map { ($0.word, Double($0.probability)) }
    }

    /// A next word.
    private func completion(
        _ word: Int, behind line: UnsafeBufferPointer<UInt8>, isFirst: Bool, probability: Double
    ) -> Completion {
        var text = String(decoding: model.vocabulary.spelled(word), as: UTF8.self)
        if isFirst, let first = text.first { text = first.uppercased() + text.dropFirst() }
        let needsSpace = line.last.map { !Self.joins.contains($0) } ?? false
        return Completion(word: text, added: (needsSpace ? " " : "") + text, probability: probability)
    }

    /// Bytes that a word may stand right behind: spaces, opening brackets, quotation marks, hyphens, slashes.
    private static let joins: Set<UInt8> = Set(Array(" \t\n\r([{\"'-/_#@".utf8))

    /// A word that begins with letters.
    private func completion(
        _ word: Int, letters: UnsafeBufferPointer<UInt8>, folded: [UInt8], probability: Double
    ) -> Completion {
        let (spelled, plain) = (model.vocabulary.spelled(word), model.vocabulary.folded(word))
        var start: [UInt8] = []
        if spelled.count == plain.count {
            LineCutter.fold(UnsafeBufferPointer(rebasing: spelled[..<folded.count]), into: &start)
        }
        // A word whose spelling is no longer than its folded form lacks what is spelled behind as many bytes.
        let rest = start == folded ? spelled[folded.count...] : plain[folded.count...]
        let added = String(decoding: rest, as: UTF8.self)
        return Completion(
            word: String(decoding: letters, as: UTF8.self) + added, added: added, probability: probability)
    }
}

// MARK: Measuring

extension Completer {
    /// Calls `body` with each word of a text, its folded form, and whether a sentence begins with it.
    func forEachWord(of text: String, _ body: (_ word: UInt16, _ folded: [UInt8], _ isFirst: Bool) -> Void) {
        var text = text
        text.withUTF8 { text in
            cutter.cut(text)
            for word in cutter.words {
                let folded = Self.folded(UnsafeBufferPointer(rebasing: text[word.range]))
                body(model.vocabulary.number(of: folded), folded, word.isFirst)
            }
        }
    }

    /// How frequent each word is in texts.
    func frequencies(in texts: [String]) -> [Float] {
        var counts = [Int](repeating: 0, count: model.vocabulary.count)
        for text in texts {
            forEachWord(of: text) { word, _, isFirst in
                counts[Int(word)] += 1
                if isFirst { counts[Int(Vocabulary.end)] += 1 }
            }
        }
        let total = Float(max(1, counts.reduce(0, +)))
        return counts.map { Float($0) / total }
    }
}

// MARK: Going towards something

/// Where a line is to go: concepts, each with its weight.
public struct Direction: Sendable {
    let weights: [Float]
    let strength: Float
}

extension Completer {
    /// The direction of a text.
    /// - Parameter strength: the power that the lift of the direction's words is raised to.
    public func direction(towards text: String, strength: Float) throws(CompletionError) -> Direction {
        let row = Matrix(rows: 1, columns: engine.dimension)
        guard embed(Array(text.utf8), into: row) else { throw .noDirection }
        return try direction(towards: row, strength)
    }

    /// The direction of a vector, as one of preferences; its length does not count.
    public func direction(towards vector: [Float], strength: Float) throws(CompletionError) -> Direction {
        guard vector.count == engine.dimension else {
            throw .dimension(expected: engine.dimension, found: vector.count)
        }
        let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 0, length.isFinite else { throw .noDirection }
        return try direction(
            towards: Matrix(rows: 1, columns: vector.count, values: vector.map { Float(Double($0) / length) }), strength
        )
    }

    private func direction(towards row: Matrix, _ strength: Float) throws(CompletionError) -> Direction {
        guard (0...FieldSettings.strengthMost).contains(strength) else {
            throw .setting("strength", expected: "0 to \(FieldSettings.strengthMost)", found: "\(strength)")
        }
        var weights: [Float] = []
        plan.forEachBlock(of: row, 0..<1) { _, found in
            weights = Array(UnsafeBufferPointer(start: found, count: model.field.count))
        }
        return Direction(weights: weights, strength: strength)
    }

    /// Goes on with a line, word by word, each drawn by how likely it is.
    ///
    /// The same line, settings and seed give the same words everywhere: the draw of a word is known from the seed and its place.
    /// - Parameters:
    ///   - words: how many.
    ///   - temperature: 0 takes the likeliest each time, 1 draws by the probabilities as they are.
    /// - Returns: what comes behind the line, which is taken to end with a whole word.
    /// - Precondition: `words >= 0`, `temperature >= 0`.
    public func continuation(
        of line: String, words: Int, towards direction: Direction? = nil, temperature: Double = 0.7, seed: UInt64 = 0
    ) -> String {
        precondition(words >= 0 && temperature >= 0)
        var text = line
        // The last word is whole.
        if let last = text.last, !last.isWhitespace { text += " " }
        var state = text.withUTF8 { read($0).state }
        var result = ""
        for step in 0..<words {
            predict(state, towards: direction)
            var random = SplitMix64(seed: seed, stream: step)
            let word = draw(temperature, random.unitDouble(), mayEnd: !state.isAtStart)
            if word == Int(Vocabulary.end) {
                result += "."
                state.endSentence()
                continue
            }
            var spelled = String(decoding: model.vocabulary.spelled(word), as: UTF8.self)
            if state.isAtStart { spelled = spelled.prefix(1).uppercased() + spelled.dropFirst() }
            let isJoined = result.isEmpty && line.last.map(\.isWhitespace) ?? true
            result += (isJoined ? "" : " ") + spelled
            state.add(UInt16(word), Array(model.vocabulary.folded(word)))
        }
        return result
    }

    /// Words that one is drawn from: the likeliest.
    private static let drawn = 50

    /// A word, or the end of the sentence.
    private func draw(_ temperature: Double, _ point: Double, mayEnd: Bool) -> Int {
        let first = mayEnd ? Int(Vocabulary.end) : Vocabulary.firstWord
        let candidates = best(first..<model.vocabulary.count, Self.drawn)
        guard temperature > 0, let top = candidates.first, top.probability > 0 else {
            return candidates.first?.word ?? Int(Vocabulary.end)
        }
        let weights = candidates.map {
            $0.probability > 0 ? Elementary.exp(Elementary.log($0.probability / top.probability) / temperature) : 0
        }
        var left = point * weights.reduce(0, +)
        for (candidate, weight) in zip(candidates, weights) {
            left -= weight
            if left < 0 { return candidate.word }
        }
        return top.word
    }
}
