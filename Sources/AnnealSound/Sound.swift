public import AnnealFormats
public import AnnealPlatform

/// Sound on one channel: samples in memory, or in a WAV file that is read where it is asked for.
public struct Sound: Sendable {
    /// Samples a second.
    public let rate: Double
    /// Samples.
    public let count: Int
    /// Whether the file ends before the samples that it says it has.
    public let isCut: Bool
    public var seconds: Double { Double(count) / rate }
    private let source: Source

    private enum Source: Sendable {
        case memory([Float])
        case file(FileBytes, WaveFormat)
    }

    /// - Parameter samples: -1...1.
    public init(rate: Double, samples: [Float]) {
        precondition(rate > 0)
        self.rate = rate
        count = samples.count
        isCut = false
        source = .memory(samples)
    }

    /// Opens a WAV file: PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64, at any rate. Channels are averaged.
    ///
    /// A file that ends too early is read as far as it goes, as are those of programs that write to a pipe and cannot say
    /// in front how long they are.
    /// - Complexity: O(chunks).
    /// - Throws: `FormatError` for what is no such file, or has no samples.
    /// - SeeAlso: Microsoft, "Multiple channel audio data and WAVE files", 2007.
    public init(_ path: Path) throws(FormatError) {
        let file = try FileBytes(path)
        guard file.count >= 12, Self.word(file, 0) == "RIFF", Self.word(file, 8) == "WAVE" else {
            throw wrong(file, "a WAV file", "another kind of file")
        }
        var format: WaveFormat?
        var place = 12
        while place + 8 <= file.count {
            let size = Int(try file.integer(at: place + 4, "the size of a chunk") as UInt32)
            switch Self.word(file, place) {
            case "fmt ": format = try WaveFormat(file.part(at: place + 8, count: size, "the format"))
            case "data":
                guard let format else { throw wrong(file, "the format before the samples", "samples") }
                let there = min(size, file.count - place - 8)
                count = there / format.frameBytes
                isCut = there < size
                guard count > 0 else { throw wrong(file, "samples", "none") }
                rate = format.rate
                source = .file(try file.part(at: place + 8, count: there, "the samples"), format)
                return
            default: break
            }
            // Chunks begin at even places.
            place += 8 + size + size % 2
        }
        throw wrong(file, "samples", "the end of the file")
    }

    private static func word(_ file: FileBytes, _ place: Int) -> String {
        String(decoding: file[place..<place + 4], as: UTF8.self)
    }

    /// Some of the samples.
    /// - Complexity: O(samples asked for).
    /// - Precondition: the range lies inside.
    public subscript(range: Range<Int>) -> [Float] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        switch source {
        case .memory(let samples): return Array(samples[range])
        case .file(let data, let format): return format.samples(data, range)
        }
    }
}

private func wrong(_ file: FileBytes, _ expected: String, _ found: String) -> FormatError {
    FormatError(file.path, expected: expected, found: found)
}

/// How samples lie in a WAV file.
struct WaveFormat: Sendable {
    let rate: Double
    private let channels: Int
    private let bits: Int
    private let isFloat: Bool
    /// Bytes of one sample of all channels.
    var frameBytes: Int { channels * bits / 8 }

    private static let extensible: UInt16 = 0xFFFE

    init(_ chunk: FileBytes) throws(FormatError) {
        var tag: UInt16 = try chunk.integer(at: 0, "the kind of samples")
        channels = Int(try chunk.integer(at: 2, "the channels") as UInt16)
        rate = Double(try chunk.integer(at: 4, "the rate") as UInt32)
        bits = Int(try chunk.integer(at: 14, "the bits of a sample") as UInt16)
        // The kind of an extensible format is the start of a longer name.
        if tag == Self.extensible { tag = try chunk.integer(at: 24, "the kind of samples") }
        isFloat = tag == 3
        guard channels > 0, rate > 0 else {
            throw wrong(
                chunk,
                "at least one channel and a rate", "\(channels) channels, \(Int(rate)) samples a second")
        }
        guard tag == 1 && [8, 16, 24, 32].contains(bits) || tag == 3 && [32, 64].contains(bits) else {
            throw wrong(chunk, "PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64", "kind \(tag) of \(bits) bits")
        }
    }

    func samples(_ data: FileBytes, _ range: Range<Int>) -> [Float] {
        // In bounds: there are as many frames as the range can have.
        let bytes = data.bytes
        return withExtendedLifetime(data) {
            range.map { frame in
                var sum = 0.0
                for channel in 0..<channels { sum += value(bytes, frame * frameBytes + channel * bits / 8) }
                return Float(sum / Double(channels))
            }
        }
    }

    private func value(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Double {
        var raw: UInt64 = 0
        for byte in 0..<bits / 8 { raw |= UInt64(bytes[place + byte]) << UInt64(8 * byte) }
        if isFloat {
            return bits == 32 ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw))) : Double(bitPattern: raw)
        }
        // 8 bits have no sign, and their middle at 128.
        if bits == 8 { return (Double(raw) - 128) / 128 }
        let shifted = Int64(bitPattern: raw << UInt64(64 - bits))
        return Double(shifted) * 0x1p-63
    }
}

/// WAV files of 16 bits and one channel.
public enum WaveFile {
    public static let headerBytes = 44
    /// Samples that one has, at most: its sizes have 32 bits.
    public static let samplesMost = (Int(UInt32.max) - headerBytes) / 2

    /// What stands before the samples.
    /// - Precondition: at most ``samplesMost``.
    public static func header(rate: Int, samples: Int) -> [UInt8] {
        precondition(samples <= samplesMost)
        func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        let size = UInt32(2 * samples)
        return Array("RIFF".utf8) + bytes(UInt32(36) + size) + Array("WAVEfmt ".utf8) + bytes(16 as UInt32)
            + bytes(1 as UInt16) + bytes(1 as UInt16) + bytes(UInt32(rate)) + bytes(UInt32(rate) * 2)
            + bytes(2 as UInt16) + bytes(16 as UInt16) + Array("data".utf8) + bytes(size)
    }

    /// Samples as they stand in the file; what is beyond -1...1 is cut off.
    public static func bytes(_ samples: [Float]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 2 * samples.count) { buffer, count in
            for (place, sample) in samples.enumerated() {
                let value = Int16((max(-1, min(1, sample)) * 32767).rounded())
                buffer[2 * place] = UInt8(truncatingIfNeeded: value)
                buffer[2 * place + 1] = UInt8(truncatingIfNeeded: value >> 8)
            }
            count = 2 * samples.count
        }
    }
}
