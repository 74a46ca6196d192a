import AnnealFormats

/// Makes floats of so many blocks that lie one behind the other.
typealias BlockDecoder = (_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) -> Void

/// The blocks of ggml, as the dequantisation of `gguf` 0.19 reads them: the same products and sums of 32-bit floats in
/// the same order, none of them contracted, so that the same bits come out. Of a NaN only that it is one is the same:
/// its payload is the processor's.
///
/// All are loops over bytes whose length is known, which the compiler turns into vector instructions.
///
/// Each function reads `count` blocks of the size of its type, and writes as many floats as they have: the caller has
/// checked both.
enum BlockDecoding {
    static func f32(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            floats[index] = Float(bitPattern: UInt32(littleEndian: blocks.read(4 * index)))
        }
    }

    static func f16(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count { floats[index] = blocks.half(2 * index) }
    }

    static func bf16(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            floats[index] = Float(bitPattern: UInt32(UInt16(littleEndian: blocks.read(2 * index))) << 16)
        }
    }

    // MARK: Blocks of 32: a scale, and what is added

    static func q40(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 18 * index, floats + 32 * index)
            let scale = block.half(0)
            for place in 0..<16 {
                let pair = Int32(block.byte(2 + place))
                out[place] = scale * Float(pair & 15 &- 8)
                out[place + 16] = scale * Float(pair >> 4 &- 8)
            }
        }
    }

    static func q41(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 20 * index, floats + 32 * index)
            let (scale, least) = (block.half(0), block.half(2))
            for place in 0..<16 {
                let pair = Int32(block.byte(4 + place))
                out[place] = scale * Float(pair & 15) + least
                out[place + 16] = scale * Float(pair >> 4) + least
            }
        }
    }

    static func q50(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 22 * index, floats + 32 * index)
            let scale = block.half(0)
            let fifth = UInt32(littleEndian: block.read(2))
            for place in 0..<16 {
                let pair = Int32(block.byte(6 + place))
                let bits = Int32(truncatingIfNeeded: fifth &>> UInt32(truncatingIfNeeded: place))
                out[place] = scale * Float((pair & 15 | (bits & 1) << 4) &- 16)
                out[place + 16] = scale * Float((pair >> 4 | (bits >> 16 & 1) << 4) &- 16)
            }
        }
    }

    static func q51(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 24 * index, floats + 32 * index)
            let (scale, least) = (block.half(0), block.half(2))
            let fifth = UInt32(littleEndian: block.read(4))
            for place in 0..<16 {
                let pair = Int32(block.byte(8 + place))
                let bits = Int32(truncatingIfNeeded: fifth &>> UInt32(truncatingIfNeeded: place))
                out[place] = scale * Float(pair & 15 | (bits & 1) << 4) + least
                out[place + 16] = scale * Float(pair >> 4 | (bits >> 16 & 1) << 4) + least
            }
        }
    }

    static func q80(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 34 * index, floats + 32 * index)
            let scale = block.half(0)
            for place in 0..<32 { out[place] = Float(block.signedByte(2 + place)) * scale }
        }
    }

    static func iq4NL(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 18 * index, floats + 32 * index)
            lookUp(block + 2, scale: block.half(0), nonlinear, out)
        }
    }

    static func mxfp4(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 17 * index, floats + 32 * index)
            // Half of 2^(exponent - 127), for the table has the values doubled; the two least are denormal.
            let exponent = UInt32(block.byte(0))
            let scale = Float(bitPattern: exponent < 2 ? 0x0020_0000 << exponent : (exponent - 1) << 23)
            lookUp(block + 1, scale: scale, doubledE2M1, out)
        }
    }

    private typealias Sixteen = SIMD16<Float>

    private static let nonlinear: Sixteen = [
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
    ]
    private static let doubledE2M1: Sixteen = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

    private static func lookUp(
        _ pairs: UnsafeRawPointer, scale: Float, _ values: Sixteen, _ out: UnsafeMutablePointer<Float>
    ) {
        // 16 products serve 32 numbers.
        let products = values * scale
        withUnsafeBytes(of: products) { products in
            for place in 0..<16 {
                let pair = Int(pairs.byte(place))
                // In bounds: half a byte is an index below 16.
                out[place] = products.load(fromByteOffset: 4 * (pair & 15), as: Float.self)
                out[place + 16] = products.load(fromByteOffset: 4 * (pair >> 4), as: Float.self)
            }
        }
    }

    // MARK: Blocks of 256: parts with scales of their own

    static func q2K(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 84 * index, floats + 256 * index)
            let (scale, least) = (block.half(80), block.half(82))
            for part in 0..<16 {
                let scales = block.byte(part)
                let factor = scale * Float(scales & 15)
                let offset = least * Float(scales >> 4)
                // 32 bytes have 128 numbers: two bits each of 32 numbers, then the next two bits of the next 32.
                let bytes = block + 16 + part / 8 * 32 + part % 2 * 16
                let shift = UInt8(truncatingIfNeeded: part / 2 % 4 * 2)
                for place in 0..<16 {
                    out[16 * part + place] = factor * Float(bytes.byte(place) &>> shift & 3) - offset
                }
            }
        }
    }

    static func q3K(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 110 * index, floats + 256 * index)
            let scale = block.half(108)
            for part in 0..<16 {
                // Four bits of eight bytes, low halves first; two more bits of four bytes.
                let low = block.byte(96 + part % 8) &>> UInt8(truncatingIfNeeded: part / 8 * 4) & 15
                let high = block.byte(104 + part % 4) &>> UInt8(truncatingIfNeeded: part / 4 * 2) & 3
                let factor = scale * Float(Int32(low | high << 4) &- 32)
                let bytes = block + 32 + part / 8 * 32 + part % 2 * 16
                let shift = UInt8(truncatingIfNeeded: part / 2 % 4 * 2)
                let third = block + part % 2 * 16
                let bit = UInt8(truncatingIfNeeded: part / 2)
                for place in 0..<16 {
                    let number = Int32(bytes.byte(place) &>> shift & 3)
                    // A bit that is not set takes four away.
                    let taken = Int32(third.byte(place) &>> bit & 1 ^ 1) << 2
                    out[16 * part + place] = factor * Float(number &- taken)
                }
            }
        }
    }

    static func q4K(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 144 * index, floats + 256 * index)
            let (scale, least) = (block.half(0), block.half(2))
            for part in 0..<8 {
                let six = sixBits(block + 4, part)
                let factor = scale * Float(six.scale)
                let offset = least * Float(six.least)
                let bytes = block + 16 + part / 2 * 32
                let shift = UInt8(truncatingIfNeeded: part % 2 * 4)
                for place in 0..<32 {
                    out[32 * part + place] = factor * Float(bytes.byte(place) &>> shift & 15) - offset
                }
            }
        }
    }

    static func q5K(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 176 * index, floats + 256 * index)
            let (scale, least) = (block.half(0), block.half(2))
            for part in 0..<8 {
                let six = sixBits(block + 4, part)
                let factor = scale * Float(six.scale)
                let offset = least * Float(six.least)
                let bytes = block + 48 + part / 2 * 32
                let shift = UInt8(truncatingIfNeeded: part % 2 * 4)
                let bit = UInt8(truncatingIfNeeded: part)
                for place in 0..<32 {
                    let low = bytes.byte(place) &>> shift & 15
                    let fifth = (block.byte(16 + place) &>> bit & 1) << 4
                    out[32 * part + place] = factor * Float(low | fifth) - offset
                }
            }
        }
    }

    static func q6K(_ blocks: UnsafeRawPointer, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let (block, out) = (blocks + 210 * index, floats + 256 * index)
            let scale = block.half(208)
            for part in 0..<16 {
                let factor = scale * Float(block.signedByte(192 + part))
                // Of 128 numbers, the low halves of 64 bytes are the first 64, the high halves the others.
                let low = block + part / 8 * 64 + part % 4 * 16
                let lowShift = UInt8(truncatingIfNeeded: part / 4 % 2 * 4)
                let high = block + 128 + part / 8 * 32 + part % 2 * 16
                let highShift = UInt8(truncatingIfNeeded: part / 2 % 4 * 2)
                for place in 0..<16 {
                    let number = low.byte(place) &>> lowShift & 15 | (high.byte(place) &>> highShift & 3) << 4
                    out[16 * part + place] = factor * Float(Int32(number) &- 32)
                }
            }
        }
    }

    /// The scale and the least value of a part, six bits each of twelve bytes.
    private static func sixBits(_ packed: UnsafeRawPointer, _ part: Int) -> (scale: UInt8, least: UInt8) {
        if part < 4 { return (packed.byte(part) & 63, packed.byte(part + 4) & 63) }
        let both = packed.byte(part + 4)
        return (
            both & 15 | packed.byte(part - 4) >> 2 & 0x30,
            both >> 4 | packed.byte(part) >> 2 & 0x30
        )
    }
}

extension UnsafeRawPointer {
    @inline(__always)
    func read<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Value {
        loadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { load(fromByteOffset: offset, as: UInt8.self) }

    @inline(__always)
    func signedByte(_ offset: Int) -> Int8 { load(fromByteOffset: offset, as: Int8.self) }

    @inline(__always)
    func half(_ offset: Int) -> Float { HalfPrecision.value(UInt16(littleEndian: read(offset))) }
}
