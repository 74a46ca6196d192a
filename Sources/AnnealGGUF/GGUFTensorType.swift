/// How the numbers of a tensor are stored: the types of ggml, by the numbers that files have for them.
///
/// The numbers 4, 5, 31 to 33 and 36 to 38 stood for types that ggml has removed.
public enum GGUFTensorType: UInt32, CaseIterable, Sendable {
    /// 32-bit floats.
    case f32 = 0
    /// 16-bit floats.
    case f16 = 1
    /// 4 bits, a scale for 32.
    case q40 = 2
    /// 4 bits, a scale and a least value for 32.
    case q41 = 3
    /// 5 bits, a scale for 32.
    case q50 = 6
    /// 5 bits, a scale and a least value for 32.
    case q51 = 7
    /// 8 bits, a scale for 32.
    case q80 = 8
    /// 8 bits and sums, of vectors at work; not read.
    case q81 = 9
    /// 2 bits, scales and least values of 4 bits for 16.
    case q2K = 10
    /// 3 bits, scales of 6 bits for 16.
    case q3K = 11
    /// 4 bits, scales and least values of 6 bits for 32.
    case q4K = 12
    /// 5 bits, scales and least values of 6 bits for 32.
    case q5K = 13
    /// 6 bits, scales of 8 bits for 16.
    case q6K = 14
    /// 8 bits and sums, of vectors at work; not read.
    case q8K = 15
    /// 2 bits by a grid; not read.
    case iq2XXS = 16
    /// 2 bits by a grid; not read.
    case iq2XS = 17
    /// 3 bits by a grid; not read.
    case iq3XXS = 18
    /// A bit and a half by a grid; not read.
    case iq1S = 19
    /// 4 bits that stand for 16 uneven values, a scale for 32.
    case iq4NL = 20
    /// 3 bits by a grid; not read.
    case iq3S = 21
    /// 2 bits by a grid; not read.
    case iq2S = 22
    /// 4 bits that stand for 16 uneven values, scales of 6 bits; not read.
    case iq4XS = 23
    /// Integers; not read.
    case i8 = 24
    /// Integers; not read.
    case i16 = 25
    /// Integers; not read.
    case i32 = 26
    /// Integers; not read.
    case i64 = 27
    /// 64-bit floats; not read.
    case f64 = 28
    /// A bit and a half by a grid; not read.
    case iq1M = 29
    /// The upper halves of 32-bit floats.
    case bf16 = 30
    /// Three values, five to a byte; not read.
    case tq10 = 34
    /// Three values, four to a byte; not read.
    case tq20 = 35
    /// 4-bit floats, an exponent for 32.
    case mxfp4 = 39
    /// 4-bit floats, 8-bit scales for 16; not read.
    case nvfp4 = 40
    /// One bit, a scale for 128; not read.
    case q10 = 41

    /// The name that ggml's tools print, as "Q4_K".
    public var name: String { layout.name }

    /// The numbers of a block, and the bytes that it takes.
    public var block: (count: Int, byteCount: Int) { (layout.count, layout.byteCount) }

    /// Whether rows of the type can be read as floats.
    public var isReadable: Bool { decoder != nil }

    /// Its name, and the numbers and bytes of a block: scales and the like, then the numbers.
    private var layout: (name: String, count: Int, byteCount: Int) {
        switch self {
        case .f32: ("F32", 1, 4)
        case .f16: ("F16", 1, 2)
        case .bf16: ("BF16", 1, 2)
        case .f64: ("F64", 1, 8)
        case .i8: ("I8", 1, 1)
        case .i16: ("I16", 1, 2)
        case .i32: ("I32", 1, 4)
        case .i64: ("I64", 1, 8)
        case .q40: ("Q4_0", 32, 2 + 16)
        case .q41: ("Q4_1", 32, 2 + 2 + 16)
        case .q50: ("Q5_0", 32, 2 + 4 + 16)
        case .q51: ("Q5_1", 32, 2 + 2 + 4 + 16)
        case .q80: ("Q8_0", 32, 2 + 32)
        case .q81: ("Q8_1", 32, 4 + 4 + 32)
        case .iq4NL: ("IQ4_NL", 32, 2 + 16)
        case .mxfp4: ("MXFP4", 32, 1 + 16)
        case .nvfp4: ("NVFP4", 64, 4 + 32)
        case .q10: ("Q1_0", 128, 2 + 16)
        case .q2K: ("Q2_K", 256, 16 + 64 + 2 + 2)
        case .q3K: ("Q3_K", 256, 32 + 64 + 12 + 2)
        case .q4K: ("Q4_K", 256, 2 + 2 + 12 + 128)
        case .q5K: ("Q5_K", 256, 2 + 2 + 12 + 32 + 128)
        case .q6K: ("Q6_K", 256, 128 + 64 + 16 + 2)
        case .q8K: ("Q8_K", 256, 4 + 256 + 32)
        case .iq2XXS: ("IQ2_XXS", 256, 2 + 64)
        case .iq2XS: ("IQ2_XS", 256, 2 + 64 + 8)
        case .iq2S: ("IQ2_S", 256, 2 + 64 + 16)
        case .iq3XXS: ("IQ3_XXS", 256, 2 + 64 + 32)
        case .iq3S: ("IQ3_S", 256, 2 + 64 + 32 + 8 + 4)
        case .iq1S: ("IQ1_S", 256, 2 + 32 + 16)
        case .iq1M: ("IQ1_M", 256, 32 + 16 + 8)
        case .iq4XS: ("IQ4_XS", 256, 2 + 2 + 128 + 4)
        case .tq10: ("TQ1_0", 256, 2 + 52)
        case .tq20: ("TQ2_0", 256, 2 + 64)
        }
    }

    /// What makes floats of blocks; nil for the types that this reader only knows the size of.
    var decoder: BlockDecoder? {
        switch self {
        case .f32: BlockDecoding.f32
        case .f16: BlockDecoding.f16
        case .bf16: BlockDecoding.bf16
        case .q40: BlockDecoding.q40
        case .q41: BlockDecoding.q41
        case .q50: BlockDecoding.q50
        case .q51: BlockDecoding.q51
        case .q80: BlockDecoding.q80
        case .q2K: BlockDecoding.q2K
        case .q3K: BlockDecoding.q3K
        case .q4K: BlockDecoding.q4K
        case .q5K: BlockDecoding.q5K
        case .q6K: BlockDecoding.q6K
        case .iq4NL: BlockDecoding.iq4NL
        case .mxfp4: BlockDecoding.mxfp4
        case .q81, .q8K, .iq2XXS, .iq2XS, .iq2S, .iq3XXS, .iq3S, .iq1S, .iq1M, .iq4XS, .i8, .i16, .i32, .i64,
            .f64, .tq10, .tq20, .nvfp4, .q10:
            nil
        }
    }
}
