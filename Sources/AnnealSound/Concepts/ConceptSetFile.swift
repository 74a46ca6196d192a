import AnnealCodes
import AnnealContainer
import AnnealFormats
public import AnnealPlatform

/// The sections of a set of concepts: this is the one place where they are declared.
extension SectionTag {
    /// The hash of the embedding model, 32 bytes; then concepts, dimension: UInt32.
    fileprivate static let head = SectionTag(known: "HEAD")
    /// Frequencies, Float32.
    fileprivate static let frequencies = SectionTag(known: "FREQ")
    /// Texts of each concept: UInt32.
    fileprivate static let texts = SectionTag(known: "TEXT")
    /// The mean, in 2^-15: Int16.
    fileprivate static let mean = SectionTag(known: "MEAN")
    /// A row of numbers a concept, in 2^-15: Int16.
    fileprivate static let directions = SectionTag(known: "DIRE")
    /// A line a concept.
    fileprivate static let names = SectionTag(known: "NAME")
}

extension ContainerKind {
    /// A set of concepts.
    fileprivate static let concepts = ContainerKind(
        letters: "ANNK", known: [.head, .frequencies, .texts, .mean, .directions, .names],
        required: [.head, .frequencies, .texts, .mean, .directions, .names])
}

private let noun = "set of concepts"

extension ConceptSet {
    private static let hashBytes = 32
    private static let unit: Float = 0x1p15

    /// Where the concepts of a model lie: beside `default.anneal` it is `default.carriers`.
    public static func path(beside model: Path) -> Path {
        let ending = Array(".anneal".utf8)
        let stem =
            model.bytes.suffix(ending.count) == ending[...] ? model.bytes.dropLast(ending.count) : model.bytes[...]
        return Path(bytes: stem + ".carriers".utf8)
    }

    /// Opens and checks a file of concepts.
    /// - Complexity: O(bytes), which are copied.
    /// - Throws: ``ConceptError/file(_:)``.
    public init(_ path: Path) throws(ConceptError) {
        let container: OpenContainer
        do throws(ContainerError) {
            container = try OpenContainer(FileStorage(mapping: path.argument), as: .concepts)
        } catch {
            throw .file(.container(error, noun: noun))
        }
        do throws(CodecError) { try self.init(reading: container) } catch { throw .file(error) }
    }

    /// - Complexity: O(bytes), which are copied.
    /// - Throws: ``ConceptError/file(_:)``.
    public init(bytes: [UInt8]) throws(ConceptError) {
        let container: OpenContainer
        do throws(ContainerError) {
            container = try OpenContainer(bytes.withUnsafeBytes { FileStorage(copying: $0) }, as: .concepts)
        } catch {
            throw .file(.container(error, noun: noun))
        }
        do throws(CodecError) { try self.init(reading: container) } catch { throw .file(error) }
    }

    private init(reading container: OpenContainer) throws(CodecError) {
        let head = try container.bytes(.head, noun: noun)
        guard head.count == Self.hashBytes + 8 else {
            throw .sectionLength(.head, expectedBytes: Self.hashBytes + 8, foundBytes: head.count)
        }
        func field(_ what: String, _ index: Int, _ range: ClosedRange<Int>) throws(CodecError) -> Int {
            let value: UInt32 = head.littleEndian(at: Self.hashBytes + 4 * index)
            guard range.contains(Int(value)) else {
                throw .value(
                    .head, what: what, expected: "\(range.lowerBound)...\(range.upperBound)", found: "\(value)")
            }
            return Int(value)
        }
        let count = try field("concepts", 0, Self.counts)
        let dimension = try field("dimension", 1, 1...1 << 16)
        func numbers(_ tag: SectionTag, _ count: Int) throws(CodecError) -> [Float] {
            try container.integers(tag, count: count, of: Int16.self, noun: noun).map { Float($0) / Self.unit }
        }
        let frequencies = try container.integers(.frequencies, count: count, of: UInt32.self, noun: noun)
            .map { Float(bitPattern: $0) }
        // A listener tells apart no others, and a song has no room for them.
        let sorted = frequencies.sorted()
        guard frequencies.allSatisfy({ $0.isFinite && $0 >= Float(Pitch.lowest) - 1 && $0 <= 20_000 }),
            zip(sorted, sorted.dropFirst()).allSatisfy({ $1 - $0 > Float(Pitch.gap) - 0.1 })
        else {
            throw .value(
                .frequencies, what: "frequencies",
                expected: "\(Int(Pitch.lowest)) to 20000 Hz, \(Int(Pitch.gap)) Hz apart",
                found: "\(sorted.first ?? 0) to \(sorted.last ?? 0) Hz")
        }
        let directions = try numbers(.directions, count * dimension)
        let lines = try Self.lines(of: container, count: count)
        self.init(
            names: lines, frequencies: frequencies,
            textCounts: try container.integers(.texts, count: count, of: UInt32.self, noun: noun).map { Int($0) },
            mean: try numbers(.mean, dimension),
            directions: Matrix(rows: count, columns: dimension, values: directions),
            engine: ContentHash(bytes: Array(head[..<Self.hashBytes])), identity: container.contentHash)
    }

    private static func lines(of container: OpenContainer, count: Int) throws(CodecError) -> [String] {
        let bytes = try container.bytes(.names, noun: noun)
        guard let text = String(validating: bytes, as: UTF8.self), text.utf8.last == UInt8(ascii: "\n") else {
            throw .value(.names, what: "names", expected: "lines of UTF-8", found: "other bytes")
        }
        // Names go to terminals and into pictures as they are.
        if let control = text.unicodeScalars.first(where: { $0.properties.generalCategory == .control && $0 != "\n" }) {
            throw .value(
                .names, what: "names", expected: "no control characters",
                found: "U+\(String(control.value, radix: 16, uppercase: true))")
        }
        let lines = text.utf8.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.count == count, Set(lines).count == count, !lines.contains("") else {
            throw .value(
                .names, what: "names", expected: "\(count) that differ", found: "\(Set(lines).count) that differ")
        }
        return lines
    }

    /// A set as its file has it: numbers are rounded to what is stored, so that who learns a set and who opens it have one.
    init(
        names: [String], frequencies: [Float], textCounts: [Int], mean: [Float], directions: Matrix,
        engine: ContentHash
    ) {
        let bytes = Self.bytes(names, frequencies, textCounts, mean, directions, engine)
        do throws(ConceptError) { try self.init(bytes: bytes) } catch {
            preconditionFailure("a set of concepts that its own file refuses: \(error)")
        }
    }

    /// The bytes of the file: the same set always gives the same.
    public var bytes: [UInt8] { Self.bytes(names, frequencies, textCounts, mean, directions, engine) }

    private static func bytes(
        _ names: [String], _ frequencies: [Float], _ textCounts: [Int], _ mean: [Float], _ directions: Matrix,
        _ engine: ContentHash
    ) -> [UInt8] {
        /// No number of a unit vector, or of a mean of such, is beyond 1.
        func rounded(_ value: Float) -> Int16 { Int16(max(-32767, min(32767, (value * unit).rounded()))) }
        let numbers = UnsafeBufferPointer(start: directions.storage, count: directions.rows * directions.columns)
        let sections: [(tag: SectionTag, bytes: [UInt8])] = [
            (.head, engine.bytes + littleEndian([UInt32(names.count), UInt32(mean.count)])),
            (.frequencies, littleEndian(frequencies.map(\.bitPattern))),
            (.texts, littleEndian(textCounts.map { UInt32($0) })), (.mean, littleEndian(mean.map(rounded))),
            (.directions, littleEndian(numbers.map(rounded))),
            (.names, Array(names.map { $0 + "\n" }.joined().utf8)),
        ]
        do throws(ContainerError) { return try ContainerWriter.layOut(sections, as: .concepts) } catch {
            preconditionFailure("more sections than a container has room for: \(error)")
        }
    }
}
