import CAnnealPlatform

/// The number that a call of the system failed with. It prints as the system's words for it.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system's number, above 0.
    public let code: Int32

    public init(code: Int32) { self.code = code }

    public static let missing = SystemError(code: Int32(ANNEAL_MISSING))
    public static let notFolder = SystemError(code: Int32(ANNEAL_NOT_FOLDER))
    public static let isFolder = SystemError(code: Int32(ANNEAL_IS_FOLDER))
    public static let exists = SystemError(code: Int32(ANNEAL_EXISTS))
    public static let closedPipe = SystemError(code: Int32(ANNEAL_CLOSED_PIPE))
    /// The kind of file that cannot do what was asked, as mapping a pipe.
    public static let noDevice = SystemError(code: Int32(ANNEAL_NO_DEVICE))
    public static let diskFull = SystemError(code: Int32(ANNEAL_DISK_FULL))
    public static let linkLoop = SystemError(code: Int32(ANNEAL_LINK_LOOP))
    public static let inputOutput = SystemError(code: Int32(ANNEAL_INPUT_OUTPUT))

    /// Whether there is no file of that name, or no folder on the way to it.
    public var isMissing: Bool { self == .missing || self == .notFolder }

    public var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            buffer.initialize(repeating: 0)
            // The buffer has a base: it is not empty.
            anneal_error_text(code, buffer.baseAddress!, buffer.count)
            return String(cString: buffer.baseAddress!)
        }
    }
}

/// A file, what was asked of it, and what the system answered.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file as the caller named it.
    public let path: Path
    /// The call that failed, as the system names it.
    public let operation: String
    public let error: SystemError

    public init(_ path: Path, _ operation: String, _ error: SystemError) {
        self.path = path
        self.operation = operation
        self.error = error
    }

    public var description: String { "\(path): \(operation): \(error)" }
}

/// The value of a call that gives a number of 0 or more, or an error number made negative.
@discardableResult
func checked<Value: SignedInteger>(_ value: Value) throws(SystemError) -> Value {
    if value < 0 { throw SystemError(code: Int32(-value)) }
    return value
}
