import AnnealPlatform

extension SplitMix64 {
    /// A text of words of a model, spaces of all kinds, characters from everywhere, and bytes that are no UTF-8.
    mutating func text(parts: Int, pieces: [[UInt8]]) -> [UInt8] {
        let spaces: [[UInt8]] = [
            [0x20], [0x20], [0x20], [0x20, 0x20], [0x09], [0xE2, 0x96, 0x81], [0xE3, 0x80, 0x80], [0xE2, 0x80, 0x8B],
            [0x20, 0xE2, 0x96, 0x81], [0xC2, 0xA0, 0x20], [],
        ]
        var text: [UInt8] = []
        for _ in 0..<parts {
            switch Int.random(in: 0..<10, using: &self) {
            case 0..<4: text += pieces[Int.random(in: 0..<pieces.count, using: &self)].filter { $0 < 0x80 }
            case 4: text += pieces[Int.random(in: 0..<pieces.count, using: &self)]
            case 5:
                if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x11_0000, using: &self)) {
                    text += Array(String(scalar).utf8)
                }
            case 6: text.append(UInt8.random(in: 0...255, using: &self))
            case 7:
                text += [UInt8](
                    repeating: UInt8.random(in: 0x61...0x7A, using: &self), count: Int.random(in: 1..<30, using: &self))
            default: text += spaces[Int.random(in: 0..<spaces.count, using: &self)]
            }
            if Int.random(in: 0..<3, using: &self) == 0 { text.append(0x20) }
        }
        return text
    }
}
