import Anneal
import AnnealCodes
import AnnealPlatform
import AnnealServiceKit
import FoundationEssentials
import NIOCore
import Testing

@testable import AnnealHTTP

@Suite("Forms of vectors")
struct VectorFormTests {
    private static let model = Result {
        let path = try Engine.defaultModelPath()
        let codec = try CodecFile(CodecFile.path(beside: Path(argument: path), for: .search))
        return ServedModel(fileName: "default", engine: try Engine(), codecs: ["short": codec])
    }

    private func written(_ name: String?, _ vector: [Float]) throws -> String {
        let form = try VectorForm(name, of: try VectorFormTests.model.get(), dimension: vector.count)
        var json = JSONBuffer()
        try form.write(vector[...], to: &json)
        form.writeCodec(to: &json)
        return String(buffer: json.bytes)
    }

    @Test("A code is the codec's, in base64, and the answer says which codec gives vectors back")
    func codes() throws {
        let model = try VectorFormTests.model.get()
        let codec = try #require(model.codecs["short"])
        let vector = try model.engine.embed("turn the light off")
        for length in codec.codec.lengths {
            var code = [UInt8](repeating: 0, count: length)
            try code.withUnsafeMutableBufferPointer { code in
                try vector.withUnsafeBufferPointer { try codec.codec.makeCoder().encode($0, into: code) }
            }
            let expected = "\"\(Data(code).base64EncodedString())\""
            #expect(try written("short:\(length)", vector).hasPrefix(expected + ",\"codec\":{\"name\":\"short\","))
            #expect(try written("short:\(length)", vector).contains("\"content_hash\":\"\(codec.identity)\""))
        }
        #expect(try written("short", vector) == written("short:10", vector))
        #expect(try written(nil, vector) == written("float", vector) && written(nil, vector).hasPrefix("["))
        #expect(try written("base64", [1]) == "\"AACAPw==\"")
    }

    @Test("Bytes and bits are integers, and bits fill whole bytes")
    func integers() throws {
        #expect(try written("int8", [0.5, -1, 0, 0.25]) == "[64,-127,0,32]")
        #expect(try written("int8", [0, 0]) == "[0,0]")
        let signs: [Float] = [1, -1, 0, 0.1, -0.1, -2, -3, 4, -1, -1, -1, -1, -1, -1, -1, 1]
        #expect(try written("ubinary", signs) == "[145,1]")
        #expect(try written("binary", signs) == "[17,-127]")
        let refusal = Refusal(.invalid, "`dimensions`: expected a multiple of 8 for bits, found 3")
        for name in ["binary", "ubinary"] { #expect(throws: refusal) { try written(name, [1, 2, 3]) } }
    }

    @Test("All names are told, and no others taken")
    func names() throws {
        let model = try VectorFormTests.model.get()
        let names = VectorForm.names(of: model)
        #expect(names == ["float", "base64", "int8", "binary", "ubinary", "short", "short:10", "short:32", "short:64"])
        for name in names { _ = try VectorForm(name, of: model, dimension: 256) }
        for name in [
            "", ":", "short:", "short:11", "short:10:1", "short:-10", "short: 10", "short:+10", "float:10", "Float",
            "int8:10",
            "other",
        ] {
            #expect(throws: Refusal.self, "\(name)") { try VectorForm(name, of: model, dimension: 256) }
        }
        #expect(throws: Refusal(.invalid, "`dimensions`: expected whole vectors of 256 numbers for codes, found 8")) {
            try VectorForm("short", of: model, dimension: 8)
        }
        // The document allows what there is.
        let document = ServiceDocument.text(of: model, limits: Limits())
        #expect(document.contains(#"{"enum": ["short", "short:10", "short:32", "short:64"]}"#))
    }
}
