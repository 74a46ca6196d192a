import Anneal
import AnnealCodes
import AnnealFormats
import AnnealPlatform
import CAnnealABI
import Testing

@testable import AnnealABI

/// The functions of the C interface for codes, called as C would call them.
@Suite struct CodesTests {
    private let path: String
    private let codec: anneal_codec

    init() throws {
        path = CodecFile.path(beside: Path(argument: try Engine.defaultModelPath()), for: .search).argument
        var opened: anneal_codec = 0
        var error = anneal_error()
        try #require(anneal_codec_open(path, &opened, &error) == ANNEAL_OK, "\(CodesTests.text(error))")
        codec = opened
    }

    private static func text(_ error: anneal_error) -> String {
        withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func vectors(_ count: Int) -> [Float] {
        var random = SplitMix64(seed: 6)
        return (0..<count).flatMap { row in
            let numbers = (0..<256).map { _ in row == 3 ? 0 : random.normal() }
            let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return numbers.map { length > 0 ? $0 / length : 0 }
        }
    }

    @Test(
        "codes and vectors are those of the Swift library, for any number of threads",
        arguments: [(10, 300), (32, 8), (64, 8)])
    func codes(length: Int, count: Int) throws {
        let vectors = CodesTests.vectors(count)
        let file = try CodecFile(Path(argument: path))
        let coder = file.codec.makeCoder()
        var expected = [UInt8](repeating: 0, count: count * length)
        for row in 0..<count {
            try vectors.withUnsafeBufferPointer { vectors in
                try expected.withUnsafeMutableBufferPointer { codes in
                    try coder.encode(
                        .init(rebasing: vectors[row * 256..<(row + 1) * 256]),
                        into: .init(rebasing: codes[row * length..<(row + 1) * length]))
                }
            }
        }
        let decoded = try expected.withUnsafeBytes { try file.codec.decode($0, length: length, threads: 1) }
        for threads: UInt32 in [1, .max] {
            var codes = [UInt8](repeating: 1, count: count * length)
            #expect(
                anneal_codec_encode(
                    codec, vectors, UInt64(count), UInt32(length), threads, &codes, UInt64(codes.count), nil)
                    == ANNEAL_OK)
            #expect(codes == expected && codes[3 * length..<4 * length].allSatisfy { $0 == 0 })
            var back = [Float](repeating: .nan, count: count * 256)
            #expect(
                anneal_codec_decode(
                    codec, codes, UInt64(count), UInt32(length), threads, &back, UInt64(back.count), nil) == ANNEAL_OK)
            #expect(back.indices.allSatisfy { back[$0] == decoded.storage[$0] })
        }
        #expect(anneal_codec_encode(codec, nil, 0, UInt32(length), 0, nil, 0, nil) == ANNEAL_OK)
    }

    @Test("a codec says what it is")
    func describe() throws {
        var text: UnsafeMutablePointer<CChar>?
        var length = 0
        try #require(anneal_codec_describe(codec, &text, &length, nil) == ANNEAL_OK)
        let report = String(cString: try #require(text))
        anneal_free(text)
        let file = try CodecFile(Path(argument: path))
        #expect(report.utf8.count == length)
        #expect(report.contains(#""kind":"trellis","dimension":256,"lengths":[10,32,64]"#), "\(report)")
        #expect(report.contains("\(file.identity)"))
    }

    @Test("rows in bytes have their greatest number at 127, and nearly the cosines that they had")
    func bytes() {
        let vectors = CodesTests.vectors(9)
        var bytes = [Int8](repeating: 1, count: vectors.count)
        #expect(anneal_to_bytes(vectors, 9, 256, &bytes, UInt64(bytes.count), nil) == ANNEAL_OK)
        func cosine<Number: BinaryFloatingPoint>(_ left: [Number], _ right: [Number]) -> Double {
            func dot(_ left: [Number], _ right: [Number]) -> Double {
                zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            return dot(left, right) / (dot(left, left) * dot(right, right)).squareRoot()
        }
        for row in 0..<9 {
            let own = Array(bytes[row * 256..<(row + 1) * 256])
            #expect(own == QuantizedVector(vectors[row * 256..<(row + 1) * 256]).values)
            if row == 3 {
                #expect(own.allSatisfy { $0 == 0 })
            } else {
                #expect(own.contains { abs(Int($0)) == 127 } && own.allSatisfy { $0 > -128 })
                #expect(cosine(own.map(Float.init), Array(vectors[row * 256..<(row + 1) * 256])) > 0.999)
            }
        }
    }

    @Test("what cannot be done is said, whatever the arguments are")
    func refused() {
        var error = anneal_error()
        func expect(_ status: Int32, _ expected: Int, _ message: String) {
            #expect(status == expected && CodesTests.text(error).contains(message), "\(CodesTests.text(error))")
        }
        var (vectors, codes) = ([Float](repeating: 0.05, count: 512), [UInt8](repeating: 0, count: 20))
        expect(anneal_codec_encode(codec, vectors, 2, 10, 1, &codes, 19, &error), ANNEAL_ERROR_ARGUMENT, "room for 19")
        expect(
            anneal_codec_encode(codec, vectors, 2, 11, 1, &codes, 22, &error), ANNEAL_ERROR_ARGUMENT,
            "expected codes of 10, 32, 64 bytes, found 11")
        expect(anneal_codec_encode(codec, nil, 2, 10, 1, &codes, 20, &error), ANNEAL_ERROR_ARGUMENT, "null")
        expect(anneal_codec_encode(codec, vectors, 2, 10, 1, nil, 20, &error), ANNEAL_ERROR_ARGUMENT, "null")
        expect(
            anneal_codec_encode(codec, vectors, .max, 10, 1, &codes, 20, &error), ANNEAL_ERROR_ARGUMENT, "room for 20")
        vectors[300] = .nan
        expect(
            anneal_codec_encode(codec, vectors, 2, 10, 1, &codes, 20, &error), ANNEAL_ERROR_CODEC,
            "row 1: expected finite numbers")
        var bytes = [Int8](repeating: 0, count: 512)
        expect(anneal_to_bytes(vectors, 2, 256, &bytes, 512, &error), ANNEAL_ERROR_ARGUMENT, "row 1: expected finite")
        expect(anneal_to_bytes(vectors, 2, 256, &bytes, 511, &error), ANNEAL_ERROR_ARGUMENT, "room for 511")
        expect(anneal_to_bytes(nil, 2, 256, &bytes, 512, &error), ANNEAL_ERROR_ARGUMENT, "null")
        vectors[300] = 1e30
        expect(
            anneal_codec_encode(codec, vectors, 2, 10, 1, &codes, 20, &error), ANNEAL_ERROR_CODEC, "no longer than")
        expect(
            anneal_codec_decode(codec, codes, 2, 10, 1, &vectors, 511, &error), ANNEAL_ERROR_ARGUMENT, "room for 511")
        expect(
            anneal_codec_decode(codec, codes, 2, 9, 1, &vectors, 512, &error), ANNEAL_ERROR_ARGUMENT, "found 9")
        expect(anneal_codec_decode(codec, nil, 2, 10, 1, &vectors, 512, &error), ANNEAL_ERROR_ARGUMENT, "null")
        var opened: anneal_codec = 0
        expect(anneal_codec_open("/no/such.codec", &opened, &error), ANNEAL_ERROR_MODEL_MISSING, "/no/such.codec")
        expect(anneal_codec_open(#filePath, &opened, &error), ANNEAL_ERROR_CODEC, "not a codec")
        expect(anneal_codec_open(nil, &opened, &error), ANNEAL_ERROR_ARGUMENT, "null")
        expect(anneal_codec_open(path, nil, &error), ANNEAL_ERROR_ARGUMENT, "null")
        #expect(anneal_codec_open(path, &opened, &error) == ANNEAL_OK && opened != codec)
        // A codec's number is no engine's.
        expect(anneal_close(opened, &error), ANNEAL_ERROR_ENGINE, "expected an open engine")
        #expect(anneal_codec_close(opened, nil) == ANNEAL_OK)
        expect(anneal_codec_close(opened, &error), ANNEAL_ERROR_ENGINE, "expected an open codec")
        expect(
            anneal_codec_encode(opened, vectors, 2, 10, 1, &codes, 20, &error), ANNEAL_ERROR_ENGINE,
            "expected an open codec")
    }
}
