import AnnealPlatform

/// Messages from a pipe, one a line.
///
/// A message that is longer than ``byteCountMax`` is passed over as it comes and never kept whole.
final class MessageInbox {
    enum Message: Equatable {
        case text([UInt8])
        case tooLong
    }

    static let byteCountMax = 10 << 20
    /// How many messages wait here while one is answered; the rest waits in the pipe.
    private static let waitingMax = 256

    private let input: FileDescriptor
    private(set) var waiting: [Message] = []
    private var waitingByteCount = 0
    private var line: [UInt8] = []
    private var isLineTooLong = false
    private var isAtEnd = false
    private var block = [UInt8](repeating: 0, count: 1 << 16)

    init(_ input: FileDescriptor) { self.input = input }

    /// Waits for the next message.
    /// - Returns: nil at the end. What stands behind the last line break is a message, too.
    func next() throws(SystemError) -> Message? {
        while waiting.isEmpty, !isAtEnd { try fill() }
        guard !waiting.isEmpty else { return nil }
        let message = waiting.removeFirst()
        if case .text(let text) = message { waitingByteCount -= text.count }
        return message
    }

    /// Takes what has come meanwhile, without waiting.
    func poll() throws(SystemError) {
        while !isAtEnd, waiting.count < Self.waitingMax, waitingByteCount < Self.byteCountMax, !input.wouldWait {
            try fill()
        }
    }

    private func fill() throws(SystemError) {
        let count = try block.withUnsafeMutableBufferPointer { (room) throws(SystemError) in
            try input.read(into: UnsafeMutableRawBufferPointer(room))
        }
        guard count > 0 else {
            isAtEnd = true
            if !line.isEmpty || isLineTooLong { endLine() }
            return
        }
        var rest = block[..<count]
        while let end = rest.firstIndex(of: 0x0A) {
            add(rest[..<end])
            endLine()
            rest = rest[(end + 1)...]
        }
        add(rest)
    }

    private func add(_ bytes: ArraySlice<UInt8>) {
        if line.count + bytes.count > Self.byteCountMax {
            isLineTooLong = true
            line = []
        }
        if !isLineTooLong { line += bytes }
    }

    private func endLine() {
        defer {
            line = []
            isLineTooLong = false
        }
        if isLineTooLong { return waiting.append(.tooLong) }
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
        waitingByteCount += line.count
        waiting.append(.text(line))
    }
}
