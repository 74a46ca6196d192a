/// What the numbers of an array are, little-endian.
public enum NumberType: Sendable, CaseIterable {
    case float16, bfloat16, float32, float64, uint32, int64

    public var byteCount: Int {
        switch self {
        case .float16, .bfloat16: 2
        case .float32, .uint32: 4
        case .float64, .int64: 8
        }
    }

    /// Whether vectors are made of it.
    public var isFloat: Bool { self != .uint32 && self != .int64 }
}
