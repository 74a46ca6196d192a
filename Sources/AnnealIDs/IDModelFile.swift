import AnnealCodes
import AnnealContainer
public import AnnealPlatform

/// The sections of a model of IDs: this is the one place where they are declared.
extension SectionTag {
    /// The hash of the embedding model, 32 bytes, and then UInt32: see ``IDModel/head(_:)``.
    fileprivate static let head = SectionTag(known: "HEAD")
    /// The code words: a row of Int16 a word, level after level.
    fileprivate static let words = SectionTag(known: "WORD")
    /// For each digit of each level how many texts of training have it: UInt32.
    fileprivate static let usage = SectionTag(known: "USED")
    /// For each named prefix how many texts of training begin with it: UInt32.
    fileprivate static let prefixes = SectionTag(known: "PREF")
    /// For each named prefix a line of text: purity and purity of the class in thousandths, class, words; tabs between.
    fileprivate static let names = SectionTag(known: "NAME")
    /// For each attribute a line of text: see ``ScoredAttribute``; tabs between.
    fileprivate static let attributes = SectionTag(known: "ATTR")
    /// Rows of weights of the attributes: Int16.
    fileprivate static let weights = SectionTag(known: "SCOR")
    /// For each row its bias, then for each attribute of levels its thresholds: Int64.
    fileprivate static let biases = SectionTag(known: "BIAS")
    /// The words of the variation: Int16.
    fileprivate static let variation = SectionTag(known: "VARI")
}

extension ContainerKind {
    /// A model of semantic IDs.
    static let ids = ContainerKind(
        letters: "ANNI",
        known: [.head, .words, .usage, .prefixes, .names, .attributes, .weights, .biases, .variation],
        required: [.head, .words, .usage, .prefixes, .names])
}

private let noun = "model of IDs"

extension IDModel {
    private static let hashBytes = 32
    /// Dimension, exponent, levels, named levels, texts of training, exponent and words of the variation (0 where there
    /// are no attributes), 0; then the size of each level.
    private static let headFields = 8

    /// Opens and checks a model of IDs.
    /// - Complexity: O(bytes).
    /// - Throws: ``IDError/codec(_:)``.
    public init(_ path: Path) throws(IDError) {
        let container: OpenContainer
        do throws(ContainerError) {
            container = try OpenContainer(FileStorage(mapping: path.argument), as: .ids)
        } catch {
            throw .codec(.container(error, noun: noun))
        }
        do throws(CodecError) { try self.init(reading: container) } catch { throw .codec(error) }
    }

    /// - Complexity: O(bytes), which are copied.
    /// - Throws: ``IDError/codec(_:)``.
    public init(bytes: [UInt8]) throws(IDError) {
        let container: OpenContainer
        do throws(ContainerError) {
            container = try OpenContainer(bytes.withUnsafeBytes { FileStorage(copying: $0) }, as: .ids)
        } catch {
            throw .codec(.container(error, noun: noun))
        }
        do throws(CodecError) { try self.init(reading: container) } catch { throw .codec(error) }
    }

    private init(reading container: OpenContainer) throws(CodecError) {
        let bytes = try container.bytes(.head, noun: noun)
        guard bytes.count >= Self.hashBytes + 4 * Self.headFields else {
            throw .sectionLength(
                .head, expectedBytes: Self.hashBytes + 4 * Self.headFields, foundBytes: bytes.count)
        }
        func field(_ what: String, _ index: Int, _ range: ClosedRange<Int>) throws(CodecError) -> Int {
            let value: UInt32 = bytes.littleEndian(at: Self.hashBytes + 4 * index)
            guard range.contains(Int(value)) else {
                throw .value(
                    .head, what: what, expected: "\(range.lowerBound)...\(range.upperBound)", found: "\(value)")
            }
            return Int(value)
        }
        let dimension = try field("dimension", 0, 1...1 << 16)
        let levels = try field("levels", 2, 1...ResidualQuantizer.stagesMost)
        guard bytes.count == Self.hashBytes + 4 * (Self.headFields + levels) else {
            throw .sectionLength(
                .head, expectedBytes: Self.hashBytes + 4 * (Self.headFields + levels), foundBytes: bytes.count)
        }
        var sizes: [Int] = []
        for level in 0..<levels {
            sizes.append(
                try field("size of level \(level + 1)", Self.headFields + level, 2...ResidualQuantizer.sizeMost))
        }
        namedLevels = try field("named levels", 3, 1...levels)
        trainedOn = try field("texts of training", 4, 0...Int(Int32.max))
        _ = try field("reserved field", 7, 0...0)
        engine = ContentHash(bytes: Array(bytes[..<Self.hashBytes]))
        quantizer = try ResidualQuantizer(
            sizes: sizes, dimension: dimension, exponentField: bytes.littleEndian(at: Self.hashBytes + 4),
            words: .words, of: container, head: .head, noun: noun)
        let used = try container.integers(.usage, count: sizes.reduce(0, +), of: UInt32.self, noun: noun)
        var start = 0
        usage = sizes.map { size in
            start += size
            return used[start - size..<start].map(Int.init)
        }
        guard let prefixes = Self.prefixes(sizes, levels: namedLevels) else {
            throw .value(
                .head, what: "named levels", expected: "at most \(Self.namedMost) prefixes", found: "\(namedLevels)")
        }
        prefixCounts = try container.integers(.prefixes, count: prefixes, of: UInt32.self, noun: noun)
        names = try IDNames(checking: try Self.text(of: container, .names), count: prefixes)
        let variation = try field("words of the variation", 6, 0...ResidualQuantizer.sizeMost)
        if variation > 0 {
            scored = try ScoredModel(
                reading: container, dimension: dimension, variation: variation,
                exponentField: bytes.littleEndian(at: Self.hashBytes + 20))
        } else {
            scored = nil
        }
        identity = container.contentHash
        byteCount = container.byteCount
    }

    /// A section of text: UTF-8 that ends with a line feed.
    private static func text(
        of container: OpenContainer, _ tag: SectionTag
    ) throws(CodecError) -> UnsafeRawBufferPointer {
        let bytes = try container.bytes(tag, noun: noun)
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .value(tag, what: "text", expected: "UTF-8", found: "other bytes")
        }
        guard bytes.last == UInt8(ascii: "\n") else {
            throw .value(
                tag, what: "end", expected: "a line feed", found: bytes.isEmpty ? "nothing" : "another character")
        }
        return bytes
    }

    /// The lines of a section of text, each cut at its tabs. By bytes: a mark behind a comma or a feed is one character with it.
    fileprivate static func lines(of container: OpenContainer, _ tag: SectionTag) throws(CodecError) -> [[String]] {
        try text(of: container, tag).dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { fields(of: $0) }
    }

    /// The fields of a line, between tabs.
    fileprivate static func fields(of line: some Collection<UInt8>) -> [String] {
        line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The parts of a field between commas.
    fileprivate static func parts(_ field: String) -> [String] {
        field.utf8.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a file: the same parts always give the same.
    static func bytes(
        engine: ContentHash, quantizer: ResidualQuantizer, trainedOn: Int, namedLevels: Int, usage: [[Int]],
        prefixCounts: [UInt32], names: [IDName], scored: ScoredModel?
    ) -> [UInt8] {
        let head: [UInt32] =
            [
                UInt32(quantizer.dimension), quantizer.exponentField, UInt32(quantizer.sizes.count),
                UInt32(namedLevels), UInt32(trainedOn), scored?.variation.exponentField ?? 0,
                UInt32(scored?.variation.sizes[0] ?? 0), 0,
            ] + quantizer.sizes.map { UInt32($0) }
        var sections: [(tag: SectionTag, bytes: [UInt8])] = [
            (.head, engine.bytes + littleEndian(head)), (.words, quantizer.wordBytes),
            (.usage, littleEndian(usage.joined().map { UInt32($0) })), (.prefixes, littleEndian(prefixCounts)),
            (.names, Array(names.map { $0.line + "\n" }.joined().utf8)),
        ]
        if let scored {
            let predictor = scored.predictor
            sections += [
                (.attributes, Array(scored.attributes.map { $0.line + "\n" }.joined().utf8)),
                (.weights, littleEndian(predictor.weights)),
                (.biases, littleEndian(predictor.biases + predictor.parts.flatMap(\.thresholds))),
                (.variation, scored.variation.wordBytes),
            ]
        }
        do throws(ContainerError) { return try ContainerWriter.layOut(sections, as: .ids) } catch {
            preconditionFailure("more sections than a container has room for: \(error)")
        }
    }
}

extension IDName {
    /// Purities in thousandths, class, and words with commas between.
    fileprivate var line: String {
        func thousandths(_ part: Double) -> Int { Int((1000 * part).rounded()) }
        return "\(thousandths(purity))\t\(thousandths(categoryPurity))\t\(category ?? "")\t"
            + words.joined(separator: ",")
    }

    /// - Precondition: the line is one that ``IDNames`` has checked.
    fileprivate init(reading line: ArraySlice<UInt8>) {
        let fields = IDModel.fields(of: line)
        words = IDModel.parts(fields[3])
        purity = Double(Int(fields[0]) ?? 0) / 1000
        category = fields[2].isEmpty ? nil : fields[2]
        categoryPurity = Double(Int(fields[1]) ?? 0) / 1000
    }
}

/// The names of prefixes, as lines of a file. They are checked when it is opened, and read one at a time when somebody asks:
/// who opens a model to give texts their IDs needs none of thousands.
struct IDNames: Sendable {
    private let text: [UInt8]
    /// Where each line begins, and what would be the next one.
    private let starts: [Int]

    /// - Parameter bytes: UTF-8 that ends with a line feed.
    /// - Throws: ``CodecError`` for another number of lines, and for lines of other fields.
    init(checking bytes: UnsafeRawBufferPointer, count: Int) throws(CodecError) {
        text = Array(bytes)
        var starts = [0]
        starts.reserveCapacity(count + 1)
        // Tabs so far; of the first two fields, whether they have digits, and their numbers.
        var (tabs, number, isNumber) = (0, 0, false)
        for (place, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"):
                guard tabs == 3 else { throw Self.refusal(text[starts[starts.count - 1]..<place], starts.count) }
                starts.append(place + 1)
                (tabs, number, isNumber) = (0, 0, false)
            case UInt8(ascii: "\t"):
                guard tabs > 1 || isNumber && number <= 1000 else {
                    throw Self.refusal(text[starts[starts.count - 1]..<place], starts.count)
                }
                tabs += 1
                (number, isNumber) = (0, false)
            case UInt8(ascii: "0")...UInt8(ascii: "9") where tabs < 2:
                (number, isNumber) = (min(1001, 10 * number + Int(byte - UInt8(ascii: "0"))), true)
            case _ where tabs < 2:
                throw Self.refusal(text[starts[starts.count - 1]...place], starts.count)
            default: break
            }
        }
        guard starts.count == count + 1 else {
            throw .value(.names, what: "lines", expected: "\(count)", found: "\(starts.count - 1)")
        }
        self.starts = starts
    }

    private static func refusal(_ line: ArraySlice<UInt8>, _ number: Int) -> CodecError {
        .value(
            .names, what: "line \(number)", expected: "two numbers from 0 to 1000, a class and words",
            found: String(decoding: line, as: UTF8.self))
    }

    /// - Complexity: O(line).
    subscript(place: Int) -> IDName { IDName(reading: text[starts[place]..<starts[place + 1] - 1]) }
}

extension ScoredAttribute {
    private static let fieldCount = 8

    /// Name, what a label is, classes with commas between, digits, measure, score, baseline, texts of the score.
    fileprivate var line: String {
        [
            name, label, classes.joined(separator: ","), "\(size)", measure, "\(score)", "\(baseline)", "\(heldOut)",
        ].joined(separator: "\t")
    }

    fileprivate init(reading fields: [String], line: Int, _ tag: SectionTag) throws(CodecError) {
        let refusal = CodecError.value(
            tag, what: "line \(line)",
            expected: "a name, what a label is, classes, a size, a measure and three numbers",
            found: fields.joined(separator: ", "))
        guard fields.count == Self.fieldCount, let size = Int(fields[3]), let score = Double(fields[5]),
            let baseline = Double(fields[6]), let heldOut = Int(fields[7]), (2...256).contains(size),
            score.isFinite, baseline.isFinite, heldOut >= 0
        else { throw refusal }
        name = fields[0]
        label = fields[1]
        classes = IDModel.parts(fields[2])
        guard classes.isEmpty || classes.count == size else { throw refusal }
        self.size = size
        measure = fields[4]
        self.score = score
        self.baseline = baseline
        self.heldOut = heldOut
    }
}

extension ScoredModel {
    fileprivate init(
        reading container: OpenContainer, dimension: Int, variation words: Int, exponentField: UInt32
    ) throws(CodecError) {
        var attributes: [ScoredAttribute] = []
        for (index, fields) in try IDModel.lines(of: container, .attributes).enumerated() {
            attributes.append(try ScoredAttribute(reading: fields, line: index + 1, .attributes))
        }
        let rows = attributes.map { $0.classes.isEmpty ? 1 : $0.size }
        let total = rows.reduce(0, +)
        let weights = try container.integers(.weights, count: total * dimension, of: Int16.self, noun: noun)
        for row in 0..<total {
            let squares = weights[row * dimension..<(row + 1) * dimension].reduce(0.0) { $0 + Double($1) * Double($1) }
            guard squares.squareRoot() <= AttributePredictor.lengthLimit else {
                throw .value(
                    .weights, what: "length of row \(row)", expected: "at most \(AttributePredictor.lengthLimit)",
                    found: "\(squares.squareRoot())")
            }
        }
        let thresholds = attributes.map { $0.classes.isEmpty ? $0.size - 1 : 0 }
        let numbers = try container.integers(
            .biases, count: total + thresholds.reduce(0, +), of: Int64.self, noun: noun)
        if let place = numbers.firstIndex(where: { $0.magnitude > UInt64(AttributePredictor.biasLimit) }) {
            throw .value(
                .biases, what: "entry \(place)", expected: "at most \(AttributePredictor.biasLimit)",
                found: "\(numbers[place])")
        }
        var (parts, start) = ([AttributePredictor.Part](), total)
        for (row, count) in zip(rows, thresholds) {
            let own = Array(numbers[start..<start + count])
            guard zip(own, own.dropFirst()).allSatisfy({ $0 <= $1 }) else {
                throw .value(.biases, what: "thresholds", expected: "ascending numbers", found: "\(own)")
            }
            parts.append(.init(rows: row, thresholds: own))
            start += count
        }
        self.attributes = attributes
        predictor = AttributePredictor(
            dimension: dimension, parts: parts, weights: weights, biases: Array(numbers[..<total]))
        variation = try ResidualQuantizer(
            sizes: [words], dimension: dimension, exponentField: exponentField, words: .variation, of: container,
            head: .head, noun: noun)
    }
}
