import AnnealGGUF

/// The numbers of blocks by their definition in ggml, one at a time: slow, and nothing is shared between two of them.
enum ReferenceBlocks {
    /// A half by its sign, exponent and fraction.
    static func half(_ bits: UInt16) -> Float {
        let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
        let magnitude: Float =
            switch exponent {
            case 0: fraction * 0x1p-24
            case 31: fraction == 0 ? .infinity : .nan
            default: Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
            }
        return bits < 0x8000 ? magnitude : -magnitude
    }

    /// Number `index` of a block; nil for a type that is not read.
    static func number(_ index: Int, of block: [UInt8], _ type: GGUFTensorType) -> Float? {
        func half(_ place: Int) -> Float { Self.half(UInt16(block[place]) | UInt16(block[place + 1]) << 8) }
        func bits(_ place: Int, _ shift: Int, _ count: Int) -> Int { Int(block[place]) >> shift & (1 << count - 1) }
        // Of 32: the low halves of 16 bytes, then the high halves.
        func nibble(_ start: Int) -> Int { bits(start + index % 16, index / 16 * 4, 4) }
        func fifth(_ start: Int) -> Int { bits(start + index / 8, index % 8, 1) << 4 }
        // Of 256: two halves of 128, each of parts of 32 whose bits lie over each other.
        let (side, place, layer) = (index / 128, index % 32, index % 128 / 32)
        func two(_ start: Int) -> Int { bits(start + 32 * side + place, 2 * layer, 2) }
        // Six bits for the scale of a part of 32, and six for what is taken away.
        func sixBits(_ part: Int) -> (scale: Float, least: Float) {
            let upper = 4 + 8 + part % 4
            return part < 4
                ? (Float(bits(4 + part, 0, 6)), Float(bits(8 + part, 0, 6)))
                : (
                    Float(bits(upper, 0, 4) + 16 * bits(part, 6, 2)),
                    Float(bits(upper, 4, 4) + 16 * bits(4 + part, 6, 2))
                )
        }
        switch type {
        case .f32:
            return Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(block[$1]) << (8 * UInt32($1)) })
        case .bf16: return Float(bitPattern: UInt32(block[0]) << 16 | UInt32(block[1]) << 24)
        case .f16: return half(0)
        case .q40: return half(0) * Float(nibble(2) - 8)
        case .q41: return half(0) * Float(nibble(4)) + half(2)
        case .q50: return half(0) * Float(nibble(6) + fifth(2) - 16)
        case .q51: return half(0) * Float(nibble(8) + fifth(4)) + half(2)
        case .q80: return half(0) * Float(Int8(bitPattern: block[2 + index]))
        case .iq4NL:
            let values = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
            return half(0) * Float(values[nibble(2)])
        case .mxfp4:
            let values = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]
            return Float(Double(sign: .plus, exponent: Int(block[0]) - 128, significand: 1)) * Float(values[nibble(1)])
        case .q2K:
            let part = index / 16
            return half(80) * Float(bits(part, 0, 4)) * Float(two(16)) - half(82) * Float(bits(part, 4, 4))
        case .q3K:
            let part = index / 16
            let scale = bits(96 + part % 8, part / 8 * 4, 4) + 16 * bits(104 + part % 4, part / 4 * 2, 2) - 32
            return half(108) * Float(scale) * Float(two(32) - (bits(place, index / 32, 1) == 1 ? 0 : 4))
        case .q4K:
            let six = sixBits(index / 32)
            let number = bits(16 + index / 64 * 32 + place, index / 32 % 2 * 4, 4)
            return half(0) * six.scale * Float(number) - half(2) * six.least
        case .q5K:
            let six = sixBits(index / 32)
            let number =
                bits(48 + index / 64 * 32 + place, index / 32 % 2 * 4, 4) + 16 * bits(16 + place, index / 32, 1)
            return half(0) * six.scale * Float(number) - half(2) * six.least
        case .q6K:
            let low = bits(64 * side + index % 64, index % 128 / 64 * 4, 4)
            let scale = Float(Int8(bitPattern: block[192 + index / 16]))
            return half(208) * scale * Float(low + 16 * two(128) - 32)
        default: return nil
        }
    }
}
