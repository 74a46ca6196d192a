import AnnealContainer
import AnnealMachine
import AnnealPlatform
import AnnealRewrite
import AnnealTokens
import Foundation
import Testing

@testable import AnnealModel

@Suite struct ModelTests {
    /// A folder of its own for one test, removed after it.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("anneal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    @Test func partsComeBack() throws {
        for parts in [try TinyModel.parts(), try TinyModel.bareParts()] {
            let model = try Model(bytes: ModelWriter.encode(parts))
            #expect(model.parts == parts)
            #expect(model.shape == parts.shape)
            try model.verify()
        }
    }

    @Test func samePartsGiveTheSameBytes() throws {
        #expect(try ModelWriter.encode(TinyModel.parts()) == ModelWriter.encode(TinyModel.parts()))
        #expect(try ModelWriter.encode(TinyModel.parts(seed: 2)) != ModelWriter.encode(TinyModel.parts()))
    }

    @Test func whatAModelShows() throws {
        let parts = try TinyModel.parts()
        let model = try Model(bytes: ModelWriter.encode(parts))
        #expect(model.metadata["teacher"] == "a random number generator")
        #expect(model.metadata["empty"] == "")
        #expect(model.metadata["absent"] == nil)
        #expect(model.metadata.entries.map(\.key) == ["corpus.digest", "empty", "note", "teacher"])
        #expect(model.bytes(of: .tokenizer) == parts.tokenizer)
        #expect(model.classNames == ["animal", "a \"quoted\" \\ name"])
        #expect(model.classes.classes(of: 1) == [0, 1])
        #expect(model.rules.count == 4)
        #expect(model.critic == [1, -2, .max, .min])
        let first = UInt32(parts.tokenCount)
        #expect(model.constantName(ofRow: first) == "new york")
        #expect(model.constantName(ofRow: first + 1) == nil)
        #expect(model.constantName(ofRow: first + 2) == "say \"hi\"")
        #expect(model.constantName(ofRow: first + 3) == nil)
        #expect(model.constantName(ofRow: 0) == nil)
        #expect(model.contentHash.description.count == 64)
        #expect(model.sections.map(\.tag).first == .metadata)
    }

    @Test func writerPutsAFileInPlace() throws {
        try withFolder { folder in
            let path = folder + "/a.anneal"
            try ModelWriter.write(TinyModel.parts(), to: path)
            let old = try Model(path: path)
            try ModelWriter.write(TinyModel.parts(seed: 2), to: path)
            let new = try Model(path: path)
            #expect(new.contentHash != old.contentHash)
            // The old file is still whole for whoever has it open.
            try old.verify()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.anneal"])
            #expect(
                try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
                    == ModelWriter.encode(TinyModel.parts(seed: 2)))
        }
    }

    @Test func writerLeavesNothingBehind() throws {
        try withFolder { folder in
            let parts = try TinyModel.parts()
            #expect(
                throws: ModelError.container(
                    .unwritable(path: folder + "/none/a.anneal", operation: "open", code: ENOENT))
            ) {
                try ModelWriter.write(parts, to: folder + "/none/a.anneal")
            }
            #expect(throws: ModelError.container(.isDirectory(path: folder))) {
                try ModelWriter.write(parts, to: folder)
            }
            var broken = parts
            broken.scales[0] = 0
            #expect(throws: ModelError.self) { try ModelWriter.write(broken, to: folder + "/b.anneal") }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
            // A process of the superuser may write to any folder; the kernel's own folder refuses everyone.
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
            defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder) }
            let refusing = getuid() == 0 ? "/proc" : folder
            #expect {
                try ModelWriter.write(parts, to: refusing + "/a.anneal")
            } throws: {
                if case ModelError.container(.unwritable(_, "open", _)) = $0 { true } else { false }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test func aFailureWhileWritingLeavesTheOldFile() throws {
        try withFolder { folder in
            let path = folder + "/a.anneal"
            try ModelWriter.write(TinyModel.parts(), to: path)
            let full = ModelError.container(.unwritable(path: path, operation: "write", code: ENOSPC))
            #expect(throws: full) {
                try AtomicFile.write(to: path) { (file) throws(ModelError) in
                    try file.append([1, 2, 3])
                    throw full
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.anneal"])
            try Model(path: path).verify()
        }
    }

    @Test func filesThatAreNoModels() throws {
        try withFolder { folder in
            #expect(throws: ModelError.container(.notFound(path: folder + "/none"))) {
                try Model(path: folder + "/none")
            }
            #expect(throws: ModelError.container(.isDirectory(path: folder))) { try Model(path: folder) }
            let empty = folder + "/empty"
            try Data().write(to: URL(fileURLWithPath: empty))
            #expect(throws: ModelError.container(.emptyFile(path: empty))) { try Model(path: empty) }
            #expect(throws: ModelError.container(.notFound(path: empty + "/below"))) {
                try Model(path: empty + "/below")
            }
            #expect {
                try Model(path: "/dev/null")
            } throws: {
                if case ModelError.container(.unreadable("/dev/null", _, _)) = $0 { true } else { false }
            }
            let text = folder + "/text"
            try Data("Dear reader".utf8).write(to: URL(fileURLWithPath: text))
            #expect {
                try Model(path: text)
            } throws: {
                if case ModelError.container(.notOfKind) = $0 { true } else { false }
            }
            if getuid() != 0 {
                try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: text)
                #expect(throws: ModelError.container(.unreadable(path: text, operation: "open", code: EACCES))) {
                    try Model(path: text)
                }
            }
        }
    }

    @Test func mappedEqualsInMemory() throws {
        try withFolder { folder in
            let path = folder + "/a.anneal"
            try ModelWriter.write(TinyModel.parts(), to: path)
            #expect(try Model(path: path).parts == TinyModel.parts())
        }
    }

    /// The views stay right when many threads read them at once and the last of them lets the model go.
    @Test func manyThreadsShareAModel() async throws {
        let model = try Model(bytes: TinyModel.bytes())
        let expected = model.parts
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { model.parts == expected } }
            for await same in group { #expect(same) }
        }
    }
}
