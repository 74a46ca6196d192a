import AnnealFormats
import AnnealPlatform

/// Cuts inputs into batches of lines, in blocks, in constant memory.
///
/// A line ends at a line feed; one carriage return before it belongs to the end, not to the line. The end of an input
/// ends its last line, if it holds at least one byte. A UTF-8 byte-order mark at the start of an input is skipped, UTF-16
/// behind a mark is decoded, and what ``TextSignature`` knows to be no text is an error. All other bytes (invalid UTF-8,
/// NUL in a few lines) are content.
struct LineReader: ~Copyable {
    /// A line longer than this is an error, so that a file without line feeds cannot take all memory.
    static let lineBytesMax = 1 << 30
    private static let blockSize = 1 << 16
    /// What is read at once where it may have to be decoded: UTF-8 takes up to three bytes for two of UTF-16.
    private static let encodedSize = 1 << 14

    private let inputs: [InputSource]
    private var inputIndex = -1
    /// The input that is open.
    private var file: FileDescriptor?
    private let block: UnsafeMutablePointer<UInt8>
    private var position = 0
    private var end = 0
    private var line = 1
    private var row = 0
    /// Whether nothing of this input has been read yet.
    private var isAtStart = false
    private var decoder: UTF16Decoder?
    /// Bytes read so far, of all inputs.
    private(set) var bytesRead = 0
    /// Whether the last batch was cut short because the input had no more to give at that moment.
    private(set) var isWaiting = false

    init(_ inputs: [InputSource]) {
        self.inputs = inputs
        block = .allocate(capacity: LineReader.blockSize)
    }

    deinit {
        close()
        block.deallocate()
    }

    /// The size of all inputs together, if all of them are regular files.
    var totalBytes: Int? {
        var sum = 0
        for input in inputs {
            guard let size = input.size else { return nil }
            sum += size
        }
        return sum
    }

    func name(of index: Int) -> String { inputs[index].name }

    /// Fills the batch with the next lines of one input.
    /// - Returns: false at the end of the last input; the batch is then empty.
    /// - Throws: ``CommandError`` if an input cannot be opened or read.
    mutating func fill(_ batch: LineBatch) throws(CommandError) -> Bool {
        batch.reset()
        isWaiting = false
        batch.inputIndex = max(inputIndex, 0)
        batch.firstLine = line
        batch.firstRow = row
        while true {
            if position == end {
                if file == nil {
                    guard try openNext() else { return false }
                    batch.inputIndex = inputIndex
                    batch.firstLine = 1
                }
                if !batch.ends.isEmpty, !batch.hasOpenLine, wouldBlock() {
                    isWaiting = true
                    return true
                }
                if try !readBlock() {
                    if batch.hasOpenLine { closeLine(of: batch) }
                    close()
                    file = nil
                    if !batch.ends.isEmpty { return true }
                    continue
                }
            }
            let start = block + position
            let length = end - position
            guard let lineLength = CMemory.place(of: 0x0A, in: UnsafeRawBufferPointer(start: start, count: length))
            else {
                batch.input.append(start, count: length)
                position = end
                if batch.input.count - (batch.ends.last ?? 0) > LineReader.lineBytesMax {
                    throw CommandError(
                        .malformedInput,
                        "\(inputs[inputIndex].name):\(line): the line is longer than \(LineReader.lineBytesMax) bytes")
                }
                continue
            }
            batch.input.append(start, count: lineLength)
            position += lineLength + 1
            if batch.hasOpenLine, batch.input.bytes[batch.input.count - 1] == 0x0D {
                batch.input.truncate(to: batch.input.count - 1)
            }
            closeLine(of: batch)
            if batch.isFull { return true }
        }
    }

    private mutating func closeLine(of batch: LineBatch) {
        batch.ends.append(batch.input.count)
        line += 1
        row += 1
    }

    private mutating func openNext() throws(CommandError) -> Bool {
        inputIndex += 1
        guard inputIndex < inputs.count else { return false }
        file = try inputs[inputIndex].open()
        line = 1
        isAtStart = true
        decoder = nil
        return true
    }

    /// Reads the next block, decoded.
    /// - Returns: false at the end of the input.
    private mutating func readBlock() throws(CommandError) -> Bool {
        position = 0
        end = 0
        if isAtStart {
            isAtStart = false
            return try readStart()
        }
        guard decoder != nil else {
            end = try take(into: block, count: LineReader.blockSize)
            return end > 0
        }
        while true {
            let count = try take(into: block, count: LineReader.encodedSize)
            if count == 0 {
                end = decoder?.finish(into: block) ?? 0
                return end > 0
            }
            decode(count)
            // Half a unit alone gives nothing yet.
            if end > 0 { return true }
        }
    }

    /// Reads until the first bytes show what the input is, or a line has ended.
    private mutating func readStart() throws(CommandError) -> Bool {
        while end < TextSignature.size,
            CMemory.place(of: 0x0A, in: UnsafeRawBufferPointer(start: block, count: end)) == nil
        {
            let count = try take(into: block + end, count: LineReader.encodedSize - end)
            if count == 0 { break }
            end += count
        }
        if end == 0 { return false }
        switch TextSignature(UnsafeBufferPointer(start: block, count: end)) {
        case .utf8(let markSize):
            position = markSize
            return position < end ? true : try readBlock()
        case .utf16(let isBigEndian):
            decoder = UTF16Decoder(isBigEndian: isBigEndian)
            block.update(from: block + 2, count: end - 2)
            decode(end - 2)
            return end > 0 ? true : try readBlock()
        case .other(let kind):
            throw CommandError(
                .malformedInput, "\(inputs[inputIndex].name): expected lines of text, found \(kind.name)",
                hint: kind.hint(reader: "anneal …"))
        }
    }

    /// Replaces the first `count` bytes of the block, which are UTF-16, by UTF-8.
    private mutating func decode(_ count: Int) {
        let encoded = Array(UnsafeBufferPointer(start: block, count: count))
        end = decoder?.decode(encoded, into: block) ?? 0
    }

    /// Reads at most `count` bytes; 0 is the end.
    private mutating func take(into place: UnsafeMutablePointer<UInt8>, count: Int) throws(CommandError) -> Int {
        guard let file else { return 0 }
        do throws(SystemError) {
            let found = try file.read(into: UnsafeMutableRawBufferPointer(start: place, count: count))
            bytesRead += found
            return found
        } catch {
            throw CommandError(.inputOutput, "cannot read \(inputs[inputIndex].name): \(error)")
        }
    }

    /// Standard input stays open.
    private func close() {
        // Nothing was written: closing has nothing to tell.
        if let file, file != .standardInput { try? file.close() }
    }

    /// A pipe or terminal with nothing to read: the lines so far must not wait for the next ones.
    private func wouldBlock() -> Bool { file?.wouldWait ?? false }
}
