import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealSound

@Suite struct WaveTests {
    private func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// A WAV file with a chunk that nobody knows before its samples.
    private func file(tag: UInt16, channels: UInt16 = 1, rate: UInt32 = 44_100, bits: UInt16, _ data: [UInt8])
        -> [UInt8]
    {
        var format = bytes(tag) + bytes(channels) + bytes(rate)
        format += bytes(rate * UInt32(channels * bits / 8)) + bytes(channels * bits / 8) + bytes(bits)
        if tag == 0xFFFE {
            format +=
                bytes(22 as UInt16) + bytes(bits) + bytes(4 as UInt32) + bytes(1 as UInt16)
                + [UInt8](repeating: 0, count: 14)
        }
        var body = Array("WAVE".utf8) + Array("LIST".utf8) + bytes(3 as UInt32) + [1, 2, 3, 0]
        body += Array("fmt ".utf8) + bytes(UInt32(format.count)) + format
        body += Array("data".utf8) + bytes(UInt32(data.count)) + data
        return Array("RIFF".utf8) + bytes(UInt32(body.count)) + body
    }

    /// The file is gone when this returns; its mapping is not.
    private func read(_ bytes: [UInt8]) throws -> Sound {
        let folder = Environment.value(of: "TMPDIR") ?? "/tmp"
        let name = bytes.reduce(7 as UInt64) { SplitMix64.mix($0 ^ UInt64($1)) }
        let path = Path("\(folder)/anneal-wave-\(name).wav")
        try AtomicFile.write(bytes, to: path)
        defer { try? Files.remove(path) }
        return try Sound(path)
    }

    @Test("what is written is read back, to half a step")
    func roundTrip() throws {
        var random = SplitMix64(seed: 1)
        let samples = (0..<1000).map { _ in 2 * random.unitFloat() - 1 } + [1, -1, 0, 1.5, -7]
        let sound = try read(WaveFile.header(rate: 48_000, samples: samples.count) + WaveFile.bytes(samples))
        #expect(sound.rate == 48_000 && sound.count == samples.count && !sound.isCut)
        for (read, sample) in zip(sound[0..<sound.count], samples) {
            #expect(abs(read - max(-1, min(1, sample))) < 1.6 / 32768)
        }
    }

    private func samples(_ bytes: [UInt8]) throws -> [Float] {
        let sound = try read(bytes)
        return sound[0..<sound.count]
    }

    @Test("8, 16, 24 and 32 bits, floats, channels, an extensible format")
    func formats() throws {
        #expect(try samples(file(tag: 1, bits: 8, [0, 128, 192])) == [-1, 0, 0.5])
        #expect(
            try samples(file(tag: 1, bits: 16, bytes(-16384 as Int16) + bytes(8192 as Int16))) == [-0.5, 0.25])
        #expect(try samples(file(tag: 1, bits: 24, [0, 0, 0xC0, 0, 0, 0x20])) == [-0.5, 0.25])
        #expect(try samples(file(tag: 0xFFFE, bits: 24, [0, 0, 0xC0])) == [-0.5])
        #expect(try samples(file(tag: 1, bits: 32, bytes(Int32.min / 2))) == [-0.5])
        #expect(try samples(file(tag: 3, bits: 32, bytes((0.75 as Float).bitPattern))) == [0.75])
        #expect(try samples(file(tag: 3, bits: 64, bytes((-0.125).bitPattern))) == [-0.125])
        let stereo = try read(
            file(tag: 1, channels: 2, rate: 8000, bits: 16, bytes(16384 as Int16) + bytes(0 as Int16)))
        #expect(stereo[0..<1] == [0.25] && stereo.rate == 8000)
    }

    @Test("a file that is cut, or whose size is unknown, is read as far as it goes; files of other kinds are errors")
    func malformed() throws {
        let whole = WaveFile.header(rate: 48_000, samples: 3) + WaveFile.bytes([0.1, 0.2, 0.3])
        for count in 0..<46 { #expect(throws: FormatError.self) { try read(Array(whole[..<count])) } }
        for count in 46..<whole.count {
            let sound = try read(Array(whole[..<count]))
            #expect(sound.isCut && sound.count == (count - 44) / 2)
            #expect(abs(sound[0..<1][0] - 0.1) < 1e-4)
        }
        var streamed = file(tag: 1, bits: 16, bytes(16384 as Int16))
        streamed.replaceSubrange(streamed.count - 6..<streamed.count - 2, with: [255, 255, 255, 255])
        #expect(try samples(streamed) == [0.5])
        #expect(throws: FormatError.self) { try read(file(tag: 1, bits: 16, [])) }
        #expect(throws: FormatError.self) { try read(file(tag: 1, bits: 16, [7])) }
        #expect(throws: FormatError.self) { try read(file(tag: 1, bits: 12, [0, 0])) }
        #expect(throws: FormatError.self) { try read(file(tag: 85, bits: 16, [0, 0])) }
        #expect(throws: FormatError.self) { try read(file(tag: 1, channels: 0, bits: 16, [0, 0])) }
        #expect(throws: FormatError.self) { try read(file(tag: 1, rate: 0, bits: 16, [0, 0])) }
        #expect(throws: FormatError.self) { try read(Array("RIFF....WAVEdata".utf8) + bytes(0 as UInt32)) }
    }
}
