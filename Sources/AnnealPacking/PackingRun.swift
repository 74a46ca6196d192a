public import Anneal
import AnnealCodes
import AnnealPlatform

/// How many bytes packed texts may take.
public struct PackingGoal: Sendable {
    /// What texts take in the mean, with their share of a full block; nil for all that ``bytes`` leaves.
    public var meanBytes: Double?
    /// What each text takes at most; nil for no limit.
    public var bytes: Int?

    public init(meanBytes: Double? = nil, bytes: Int? = nil) {
        self.meanBytes = meanBytes
        self.bytes = bytes
    }

    /// Of a block beside its texts: their number, the length of what is coded and its checksum, and the end of the coder.
    static let blockBytes = 8.0
}

/// Packs many texts, of which each is as dear as it is worth.
///
/// The price of a bit is one for all texts of a portion, so that the similarity that is lost in the whole is the least
/// for the bytes: texts that bits help more get more of them.
public struct PackingRun: Sendable {
    /// Texts of one price.
    public static let portion = 4096

    private let packer: TextPacker
    private let goal: PackingGoal
    private let threads: Int
    private let settings: SessionSettings

    /// - Throws: what ``Engine/settings(mode:normalize:dimension:)`` does.
    public init(_ packer: TextPacker, goal: PackingGoal, threads: Int) throws(EngineError) {
        self.packer = packer
        self.goal = goal
        self.threads = threads
        settings = try packer.engine.settings()
    }

    /// Packs a portion of texts: at most ``portion`` of them.
    /// - Parameters:
    ///   - text: the bytes of the texts, one behind the other.
    ///   - ends: where each text stops.
    /// - Returns: a choice a text, in order; the same for any number of threads.
    /// - Complexity: that of ``TextPacker/pack(_:with:)`` for each text.
    public func pack(_ text: UnsafeBufferPointer<UInt8>, ends: [Int]) -> [PackedChoice] {
        // Without races: the bytes are only read.
        nonisolated(unsafe) let text = text
        let parts = Parallel.mapChunks(of: ends.count, size: 16, threads: threads) { share in
            packer.engine.withSession(settings) { session in
                var part: [PackedText] = []
                for index in share {
                    let start = index == 0 ? 0 : ends[index - 1]
                    part.append(
                        packer.pack(UnsafeBufferPointer(rebasing: text[start..<ends[index]]).span, with: &session))
                }
                return part
            }
        }
        return choose(parts.flatMap { $0 })
    }

    private func choose(_ texts: [PackedText]) -> [PackedChoice] {
        var meter = WordSetMeter(packer.words)
        let bitLimit = goal.bytes.map { $0 * 8 }
        func choices(_ price: Double) -> [PackedChoice] {
            texts.map { text in
                guard let bitLimit else { return text.choice(price: price) }
                // What is estimated may be a little less than what it takes.
                var limit = bitLimit
                while true {
                    let choice = text.choice(price: price, bitLimit: limit)
                    if choice.words.count == 0 || meter.bits(of: choice.words) <= Double(bitLimit) { return choice }
                    limit -= 1
                }
            }
        }
        guard let meanBytes = goal.meanBytes, !texts.isEmpty else { return choices(0) }
        // Each bears its share of a full block, or a few texts would have nothing left for their words.
        let share = PackingGoal.blockBytes / Double(WordCode.blockTexts)
        let wanted = 8 * (meanBytes - share) * Double(texts.count)
        // Estimates are off by a factor that is nearly the same at all prices: each round knows it better.
        var factor = 1.0
        var result = choices(0)
        var bits = result.reduce(0) { $0 + meter.bits(of: $1.words) }
        for _ in 0..<4 where bits > wanted {
            result = choices(price(of: wanted / factor, texts, bitLimit))
            bits = result.reduce(0) { $0 + meter.bits(of: $1.words) }
            factor = bits / max(1, result.reduce(0) { $0 + $1.bits })
            if bits <= wanted, bits > wanted * 0.998 { break }
        }
        return result
    }

    /// The lowest price at which texts take so many bits by estimate.
    private func price(of wanted: Double, _ texts: [PackedText], _ bitLimit: Int?) -> Double {
        var (low, high) = (-30.0, 4.0)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            let price = CMath.pow(2, middle)
            let bits = texts.reduce(0.0) {
                $0 + Double($1.steps[$1.best(price: price, bitLimit: bitLimit)].cost) / 64
            }
            if bits > wanted { low = middle } else { high = middle }
        }
        return CMath.pow(2, high)
    }
}
