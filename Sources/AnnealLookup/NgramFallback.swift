import AnnealContainer
import AnnealPlatform

/// A vector for what no vocabulary has: the character n-grams of a word, each weighted by how often the word has it and how
/// few texts do, and hashed to a direction of plus and minus ones.
///
/// The word stands between two marks, `<` and `>`, and its n-grams are of 3 to 5 characters. The hash of an n-gram is the
/// XXH64 of its bytes, seed 0. Its lower bits choose the weight, and SplitMix64 seeded by it gives the signs, 64 a word from
/// the lowest bit on. Two words that share most of their letters thus have vectors that are close, and two that share none
/// are at right angles, nearly. The sum has the length of a mean row. A byte that begins no character belongs to the one before. What is longer than 256
/// bytes is several words, so that no text takes more than a little storage.
///
/// Source: Bojanowski et al. 2017 for the n-grams (https://arxiv.org/abs/1607.04606), Weinberger et al. 2009 for the hashing
/// of features (https://arxiv.org/abs/0902.2206).
struct NgramFallback: Sendable {
    static let lengths = 3...5
    /// Bytes of a word, at most.
    static let longestWord = 256

    /// A power of two, or none: then all n-grams weigh the same.
    let weights: [Float]
    /// The length of a vector.
    let length: Float

    /// The word that a stretch begins with: all of it, or as many whole characters as a word may have bytes.
    static func word(_ text: UnsafeBufferPointer<UInt8>, _ stretch: Range<Int>) -> Range<Int> {
        guard stretch.count > longestWord else { return stretch }
        let most = stretch.lowerBound + longestWord
        // A character has four bytes at most; what has more is none.
        let end = (most - 3...most).last { text[$0] & 0xC0 != 0x80 } ?? most
        return stretch.lowerBound..<end
    }

    /// Writes the vector of a word.
    /// - Parameters:
    ///   - word: any bytes but none.
    ///   - scratch: storage that is used again.
    /// - Complexity: O(bytes · dimension).
    func apply(
        _ word: UnsafeBufferPointer<UInt8>, scratch: inout NgramScratch, into vector: UnsafeMutableBufferPointer<Float>
    ) {
        vector.update(repeating: 0)
        scratch.forEach(of: word) { gram in
            let hash = Checksum64.of(UnsafeRawBufferPointer(gram))
            let weight = weights.isEmpty ? 1 : weights[Int(hash & UInt64(weights.count - 1))]
            var random = SplitMix64(seed: hash)
            var first = 0
            while first < vector.count {
                let signs = random.next()
                // The sign is put into the bits: nobody could foresee a branch.
                for bit in 0..<min(64, vector.count - first) {
                    let sign = UInt32(truncatingIfNeeded: signs >> UInt64(bit)) << 31
                    vector[first + bit] += Float(bitPattern: weight.bitPattern ^ sign)
                }
                first += 64
            }
        }
        var squares: Float = 0
        for column in vector.indices { squares += vector[column] * vector[column] }
        guard squares > 0 else { return }
        let factor = length / squares.squareRoot()
        for column in vector.indices { vector[column] *= factor }
    }

    /// How much n-grams weigh by how many of the texts have them: `1 + ln((1 + texts) / (1 + texts with it))`.
    struct Counter {
        private var textsWith: [UInt32]
        /// The last text that had it, so that a text counts once.
        private var lastText: [UInt32]
        private var texts: UInt32 = 0
        private var scratch = NgramScratch()

        /// - Parameter count: a power of two.
        init(count: Int) {
            precondition(count.nonzeroBitCount == 1)
            textsWith = [UInt32](repeating: 0, count: count)
            lastText = [UInt32](repeating: 0, count: count)
        }

        /// Counts a text, whose words are what spaces separate.
        mutating func count(_ text: UnsafeBufferPointer<UInt8>) {
            texts += 1
            for word in text.split(whereSeparator: { $0 <= 0x20 }) {
                scratch.forEach(of: UnsafeBufferPointer(rebasing: word)) { gram in
                    let place = Int(Checksum64.of(UnsafeRawBufferPointer(gram)) & UInt64(textsWith.count - 1))
                    guard lastText[place] != texts else { return }
                    lastText[place] = texts
                    textsWith[place] += 1
                }
            }
        }

        var weights: [Float] {
            textsWith.map { Float(1 + CMath.log(Double(1 + texts) / Double(1 + $0))) }
        }
    }
}

/// Cuts words into n-grams.
struct NgramScratch {
    /// The word between its marks, and where each character of it begins, and the last one ends.
    private var word: [UInt8] = []
    private var starts: [Int] = []

    /// Hands on the n-grams of a word, the shortest at each place first.
    /// - Complexity: O(bytes), allocates nothing once it has seen a longer word.
    mutating func forEach(of text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        word.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        word.append(UInt8(ascii: "<"))
        word.append(contentsOf: text)
        word.append(UInt8(ascii: ">"))
        for (place, byte) in word.enumerated() where byte & 0xC0 != 0x80 { starts.append(place) }
        starts.append(word.count)
        word.withUnsafeBufferPointer { word in
            for first in 0..<starts.count - 1 {
                for length in NgramFallback.lengths where first + length < starts.count {
                    body(UnsafeBufferPointer(rebasing: word[starts[first]..<starts[first + length]]))
                }
            }
        }
    }
}
