import Foundation
import Testing

#if os(Linux)
    /// The targets of the hot path import no Foundation: neither does their object code refer to it, nor does a linked
    /// program that uses the library need it.
    @Suite struct FoundationFreeTests {
        /// Symbols of Foundation's Swift modules are mangled with their names.
        private static let marks = ["10Foundation", "20FoundationEssentials"]
        private static let engine = [
            "AnnealPlatform", "AnnealFormats", "AnnealGGUF", "AnnealCodes", "AnnealTokens", "AnnealProgram",
            "AnnealRewrite",
            "AnnealMachine", "AnnealModel", "Anneal",
        ]

        @Test("object files of the engine name no symbol of Foundation", arguments: engine)
        func objects(target: String) throws {
            let objects = try Self.objects(of: target)
            try #require(!objects.isEmpty, "no object files of \(target)")
            for object in objects { #expect(try !Self.namesFoundation(object), "\(object.path)") }
        }

        @Test("the mark is found where Foundation is used: the command-line parser's objects")
        func positiveControlOfObjects() throws {
            #expect(try Self.objects(of: "ArgumentParser").contains { try Self.namesFoundation($0) })
        }

        @Test("a linked program that imports Anneal runs, names no symbol of Foundation and loads no library of it")
        func linked() throws {
            let program = Self.folder.appending(path: "LinkFixture")
            #expect(try !Self.namesFoundation(program))
            let libraries = try Self.output(of: "ldd", [program.path])
            #expect(libraries.contains("libswiftCore.so"))
            #expect(!libraries.contains("Foundation"))
            let environment = ["ANNEAL_MODEL": try Self.frozenModel()]
            #expect(try Self.output(of: program.path, [], environment) == "32\n")
        }

        @Test("both are found where Foundation is linked: this test's own program")
        func positiveControlOfLinked() throws {
            let program = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            #expect(try Self.namesFoundation(program))
            #expect(try Self.output(of: "ldd", [program.path]).contains("libFoundation"))
        }

        /// The folder of everything that was built.
        private static var folder: URL {
            let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
            return URL(filePath: own).deletingLastPathComponent()
        }

        private static func frozenModel() throws -> String {
            try #require(Bundle.module.url(forResource: "Frozen", withExtension: nil))
                .appending(path: "format-1.anneal").path
        }

        private static func objects(of target: String) throws -> [URL] {
            try FileManager.default.contentsOfDirectory(
                at: folder.appending(path: "\(target).build"), includingPropertiesForKeys: nil
            ).filter { $0.pathExtension == "o" }
        }

        private static func namesFoundation(_ file: URL) throws -> Bool {
            let bytes = try Data(contentsOf: file, options: .mappedIfSafe)
            return marks.contains { bytes.range(of: Data($0.utf8)) != nil }
        }

        private static func output(
            of program: String, _ arguments: [String], _ environment: [String: String] = [:]
        ) throws -> String {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [program] + arguments
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            process.standardOutput = pipe
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return String(decoding: output, as: UTF8.self)
        }
    }
#endif
