#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system's words for an error number.
enum SystemMessage {
    static func text(_ code: Int32) -> String {
        // strerror's own buffer may be shared between threads; the one here is this call's.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            buffer.initialize(repeating: 0)
            guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count - 1) == 0 else {
                return "error \(code)"
            }
            return String(cString: base)
        }
    }
}
