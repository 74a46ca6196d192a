/// How a store keeps a vector.
public enum TeacherEncoding: UInt32, Sendable, CaseIterable {
    /// Signed bytes with one scale a vector: width + 4 bytes.
    case int8 = 0
    /// IEEE half precision: 2 · width bytes.
    case float16 = 1

    /// Bytes of one record: the text's key, and the vector.
    func recordBytes(width: Int) -> Int {
        switch self {
        case .int8: 12 + width
        case .float16: 8 + 2 * width
        }
    }
}
