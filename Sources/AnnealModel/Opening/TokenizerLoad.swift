import AnnealTokens

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Builds the tokenizer on a thread of its own while the rest of the model is checked.
///
/// Of a model of 30 MB the tokenizer took 11 of the 19 ms that opening took; beside the checksums and the rules it
/// costs only what it takes longer than they do. The tokenizer's own checks make it safe to read the section before
/// its checksum is known; whoever waits for the result looks at the checksum first.
final class TokenizerLoad: @unchecked Sendable {
    // Sendable: `result` is written by the thread alone, and read only after it was joined.
    private let bytes: UnsafeRawBufferPointer
    private var result: Result<Tokenizer, TokenizerError>?
    #if canImport(Glibc)
        private var thread = pthread_t()
    #else
        private var thread: pthread_t?
    #endif
    private var isRunning = false

    /// Below this many bytes a thread costs more than it saves.
    private static let threadBytesMin = 1 << 16

    /// Begins to build the tokenizer.
    /// - Precondition: `bytes` stays until ``finish()`` was called, which must be.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        guard bytes.count >= Self.threadBytesMin else { return }
        // Retained until `finish()`, which waits for the thread.
        let context = Unmanaged.passUnretained(self).toOpaque()
        #if canImport(Darwin)
            isRunning =
                pthread_create(
                    &thread, nil,
                    { context in
                        Unmanaged<TokenizerLoad>.fromOpaque(context).takeUnretainedValue().load()
                        return nil
                    }, context) == 0
        #else
            isRunning =
                pthread_create(
                    &thread, nil,
                    { context in
                        if let context { Unmanaged<TokenizerLoad>.fromOpaque(context).takeUnretainedValue().load() }
                        return nil
                    }, context) == 0
        #endif
    }

    /// Waits for the tokenizer; builds it here where no thread does.
    func finish() -> Result<Tokenizer, TokenizerError> {
        withExtendedLifetime(self) {
            if isRunning {
                #if canImport(Glibc)
                    pthread_join(thread, nil)
                #else
                    if let thread { pthread_join(thread, nil) }
                #endif
                isRunning = false
            }
            if result == nil { load() }
            // `load` has set it.
            return result!
        }
    }

    private func load() {
        result = Result { () throws(TokenizerError) in try Tokenizer(model: bytes) }
    }
}
