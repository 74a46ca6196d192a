import AnnealContainer
import AnnealMachine
import AnnealProgram
import AnnealRewrite
import AnnealTokens

/// Reads the text form section by section, in the order of the grammar, into parts.
///
/// The sections have one order, so that each can be checked against those before it as it is read.
struct ModelTextReader {
    private(set) var parts = ModelParts()
    /// The line of each rule, for errors that only the whole table shows.
    private(set) var ruleLines: [Int] = []
    private var scanner: TextScanner
    private var tokenizer: Tokenizer?
    /// Whether the scanner stands on a line that holds something.
    private var hasContent = false
    /// Whether that line begins a section.
    private var isAtSection: Bool { hasContent && scanner.isAt(0x2e) }

    init(_ text: UnsafeBufferPointer<UInt8>) {
        scanner = TextScanner(text)
    }

    /// Reads the whole text.
    mutating func read() throws(TextError) {
        guard scanner.advanceToContent() else { throw scanner.failure("anneal-model 1") }
        let start = scanner
        guard scanner.word() == "anneal-model" else { throw start.failure("anneal-model 1") }
        scanner.skipSpaces()
        _ = try scanner.number("the version of the text form", 1...1)
        try scanner.end()
        advance()
        try require("meta")
        try readMetadata()
        try require("shape")
        try readShape()
        try require("tokenizer")
        try readTokenizer()
        try require("gains")
        parts.gainTable = try numbers("a gain", 0...Int(Constants.gainLimit), count: 256).map {
            UInt16(truncatingIfNeeded: $0)
        }
        try require("rows")
        try readRows()
        if try begin("roles") { try readRoles() }
        if try begin("codes") { try readContext() }
        if try begin("classes") { try readClasses() }
        if try begin("names") { try readNames() }
        try require("rules")
        try readRules()
        if try begin("critic") {
            parts.critic = try numbers("a number", Int(Int32.min)...Int(Int32.max), count: nil).map {
                Int32(truncatingIfNeeded: $0)
            }
        }
        parts.storesIndexes = try begin("indexes")
        if parts.storesIndexes, try nextLine() { throw scanner.failure("another section") }
        while try begin("extra") { try readExtra() }
        try require("end")
        if hasContent { throw scanner.failure("the end of the text") }
    }

    // MARK: Lines and sections

    /// Goes to the next line that holds something.
    private mutating func advance() {
        hasContent = scanner.advanceToContent()
    }

    /// Goes to the next line of the section; false where the section ends.
    private mutating func nextLine() throws(TextError) -> Bool {
        advance()
        guard hasContent else {
            throw scanner.failure("another line, or the section .end")
        }
        return !isAtSection
    }

    /// Whether the scanner stands on the given section's first line, which is then read.
    private mutating func begin(_ name: String) throws(TextError) -> Bool {
        guard isAtSection else { return false }
        let start = scanner
        guard scanner.word() == ".\(name)" else {
            scanner = start
            return false
        }
        scanner.skipSpaces()
        if name != "extra" { try scanner.end() }
        if name == "end" { advance() }
        return true
    }

    private mutating func require(_ name: String) throws(TextError) {
        guard try begin(name) else { throw scanner.failure("the section .\(name)") }
    }

    /// The numbers of a section, any number a line.
    private mutating func numbers(
        _ what: String, _ range: ClosedRange<Int>, count: Int?
    ) throws(TextError) -> [Int] {
        var values: [Int] = []
        while try nextLine() {
            while !scanner.isAtEnd {
                if let count, values.count == count { throw scanner.failure("\(count) numbers and no more") }
                values.append(try scanner.number(what, range))
            }
        }
        if let count, values.count != count {
            throw scanner.failure("\(count) numbers", found: "\(values.count)")
        }
        return values
    }

    // MARK: The sections

    private mutating func readMetadata() throws(TextError) {
        while try nextLine() {
            guard let entry = Metadata.parse(scanner.trimmedLine) else {
                throw scanner.failure("key = value, the key of a-z, 0-9, '.', '_' and '-'")
            }
            guard parts.metadata[entry.key] == nil else {
                throw scanner.failure("a key that no earlier line has")
            }
            parts.metadata[entry.key] = entry.value
        }
    }

    private mutating func readShape() throws(TextError) {
        guard try nextLine(), scanner.word() == "dimension" else { throw scanner.failure("dimension NUMBER") }
        scanner.skipSpaces()
        let start = scanner
        parts.dimension = try scanner.number("the dimension", 32...ModelShape.dimensionLimit)
        guard parts.dimension % 32 == 0 else { throw start.failure("a multiple of 32") }
        try scanner.end()
        guard try nextLine(), scanner.word() == "exponent" else { throw scanner.failure("exponent NUMBER") }
        scanner.skipSpaces()
        parts.exponent = Int32(
            truncatingIfNeeded: try scanner.number("the exponent", 0...Int(ModelShape.exponentLimit)))
        try scanner.end()
        advance()
    }

    private mutating func readTokenizer() throws(TextError) {
        let start = scanner
        parts.tokenizer = try base64()
        do throws(TokenizerError) {
            let result = parts.tokenizer.withUnsafeBytes { bytes in
                Result { () throws(TokenizerError) in try Tokenizer(model: bytes) }
            }
            let tokenizer = try result.get()
            parts.tokenCount = tokenizer.pieceCount
            self.tokenizer = tokenizer
        } catch {
            throw start.failure("a SentencePiece model in base64", found: "\(error)")
        }
    }

    /// The bytes of the section's lines; only the last may have padding.
    private mutating func base64() throws(TextError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scanner.remaining / 64)
        var isPadded = false
        while try nextLine() {
            guard !isPadded else { throw scanner.failure("no line after the padding") }
            let line = scanner.rest
            isPadded = line.last == 0x3d
            if let wrong = Base64.decode(line, into: &bytes) {
                scanner.skip(bytes: wrong)
                throw scanner.failure("base64 in groups of four digits")
            }
        }
        return bytes
    }

    private mutating func readRows() throws(TextError) {
        let dimension = parts.dimension
        // A line has two digits a value and some more: never more rows than the text has room for.
        parts.rows.reserveCapacity(scanner.remaining / 2)
        while try nextLine() {
            let scale = try scanner.number("a scale", 1...Int(Constants.scaleLimit))
            parts.scales.append(Int16(truncatingIfNeeded: scale))
            try scanner.hex("a row of \(dimension) values", count: dimension, into: &parts.rows)
            try scanner.end()
        }
        guard parts.scales.count >= parts.tokenCount else {
            throw scanner.failure(
                "a row for each of the tokenizer's \(parts.tokenCount) pieces", found: "\(parts.scales.count) rows")
        }
    }

    private mutating func readRoles() throws(TextError) {
        while try nextLine() {
            try scanner.hex("a diagonal of \(parts.dimension) values", count: parts.dimension, into: &parts.roles)
            try scanner.end()
        }
        guard parts.roles.count > 0, parts.roles.count % (3 * parts.dimension) == 0 else {
            throw scanner.failure(
                "three diagonals for each role", found: "\(parts.roles.count / parts.dimension) diagonals")
        }
    }

    private mutating func readContext() throws(TextError) {
        var codes: [Int8] = []
        codes.reserveCapacity(parts.tokenCount * 64)
        while try nextLine() {
            try scanner.hex("a code of 64 values", count: 64, into: &codes)
            try scanner.end()
        }
        guard codes.count == parts.tokenCount * 64 else {
            throw scanner.failure(
                "a code for each of the tokenizer's \(parts.tokenCount) pieces", found: "\(codes.count / 64) codes")
        }
        try require("tanh")
        var table: [Int8] = []
        while try nextLine() {
            try scanner.hex("a line of 64 values", count: 64, into: &table)
            try scanner.end()
        }
        guard table.count == ContextCodes.tanhTableCount else {
            throw scanner.failure(
                "\(ContextCodes.tanhTableCount / 64) lines of 64 values", found: "\(table.count / 64) lines")
        }
        try require("roots")
        let roots = try numbers("a factor", 0...Int(clamping: UInt32.max), count: ContextCodes.inverseRootCount)
        parts.context = ModelParts.Context(
            codes: codes, tanhTable: table.map { UInt8(bitPattern: $0) },
            inverseRoots: roots.map { UInt32(truncatingIfNeeded: $0) })
        if try begin("places") { try readPlaces() }
    }

    private mutating func readPlaces() throws(TextError) {
        var places: [Int8] = []
        while try nextLine() {
            guard places.count < PlaceGains.rowLimit * PlaceGains.width else {
                throw scanner.failure("at most \(PlaceGains.rowLimit) lines")
            }
            try scanner.hex("a row of \(PlaceGains.width) values", count: PlaceGains.width, into: &places)
            try scanner.end()
        }
        guard !places.isEmpty else { throw scanner.failure("a row of \(PlaceGains.width) values", found: "none") }
        try require("placerows")
        let rows = try numbers(
            "one of the rows of places", 0...(places.count / PlaceGains.width - 1), count: PlaceGains.liveCount)
        parts.context?.placeRows = rows.map { UInt8(truncatingIfNeeded: $0) }
        parts.context?.places = places
    }

    private mutating func readClasses() throws(TextError) {
        var names: [String] = []
        while try nextLine() {
            let start = scanner
            let name = try scanner.quoted("a class name")
            guard !name.isEmpty, !names.contains(name) else { throw start.failure("a name that no other class has") }
            names.append(name)
            try scanner.end()
        }
        guard !names.isEmpty, names.count <= ModelShape.classLimit else {
            throw scanner.failure("1...\(ModelShape.classLimit) class names", found: "\(names.count)")
        }
        try require("members")
        var offsets: [UInt32] = [0]
        var members: [UInt16] = []
        while try nextLine() {
            let token = try scanner.number("a token after those before", (offsets.count - 1)...(parts.tokenCount - 1))
            while offsets.count <= token { offsets.append(UInt32(members.count)) }
            var least = 0
            repeat {
                guard least < names.count else { throw scanner.failure("the end of the line") }
                let member = try scanner.number("a class after those before", least...(names.count - 1))
                members.append(UInt16(truncatingIfNeeded: member))
                least = member + 1
            } while !scanner.isAtEnd
            offsets.append(UInt32(members.count))
            if offsets.count > parts.tokenCount {
                guard try !nextLine() else { throw scanner.failure("no token after the last") }
                break
            }
        }
        while offsets.count <= parts.tokenCount { offsets.append(UInt32(members.count)) }
        parts.classes = ModelParts.Classes(names: names, offsets: offsets, members: members)
    }

    private mutating func readNames() throws(TextError) {
        var names: [String] = []
        while try nextLine() {
            names.append(try scanner.quoted("a name"))
            try scanner.end()
        }
        let expected = parts.scales.count - parts.tokenCount
        guard names.count == expected else {
            throw scanner.failure("a name for each of the \(expected) rows behind the tokens'", found: "\(names.count)")
        }
        parts.constantNames = names
    }

    private mutating func readRules() throws(TextError) {
        // The tokenizer's section came before.
        guard let tokenizer else { throw scanner.failure("the section .tokenizer") }
        let vocabulary = ModelVocabulary(tokenizer)
        var rules: [Rule] = []
        while try nextLine() {
            do throws(TextError) {
                rules.append(contentsOf: try RuleText.parse(scanner.wholeLine, vocabulary: vocabulary))
            } catch {
                throw error.at(line: scanner.line)
            }
            ruleLines.append(scanner.line)
        }
        parts.ruleWords = RuleTable.encode(rules)
        parts.ruleCount = rules.count
    }

    private mutating func readExtra() throws(TextError) {
        let start = scanner
        guard let tag = SectionTag(try scanner.quoted("a section's name")), !ContainerKind.model.known.contains(tag),
            !parts.extras.contains(where: { $0.tag == tag })
        else {
            throw start.failure("four ASCII characters that name no other section")
        }
        try scanner.end()
        parts.extras.append(ModelParts.Extra(tag: tag, bytes: try base64()))
    }
}
