import AnnealModel
import AnnealPlatform
import Foundation
import Testing

/// A folder of its own for each test, with a small model in it, removed at the end.
final class TestFolder: Sendable {
    let url: URL
    static let dimension = 32

    /// A tokenizer of 300 pieces and random rows: enough for everything but the quality of vectors.
    private static let modelBytes = Result<[UInt8], any Error> {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../AnnealModelTests/Fixtures/tiny.model")
        var random = SplitMix64(seed: 5)
        var parts = ModelParts()
        parts.metadata["name"] = "a model for tests"
        parts.tokenizer = [UInt8](try Data(contentsOf: fixture))
        parts.tokenCount = 300
        parts.dimension = dimension
        parts.exponent = 20
        parts.scales = (0..<300).map { _ in Int16.random(in: 100...1500, using: &random) }
        parts.rows = (0..<300 * dimension).map { _ in Int8.random(in: -127...127, using: &random) }
        parts.gainTable = (0..<256).map { UInt16($0 * 32) }
        let bare: [UInt8]
        do {
            bare = try ModelWriter.encode(parts)
        } catch ModelError.value(_, _, let expected, let found) {
            // The fixture's tokenizer decides how many pieces there are.
            let count = max(Int(expected) ?? 0, Int(found) ?? 0) == 300 ? min(Int(expected)!, Int(found)!) : 0
            parts.tokenCount = count
            parts.scales = Array(parts.scales.prefix(count))
            parts.rows = Array(parts.rows.prefix(count * dimension))
            bare = try ModelWriter.encode(parts)
        }
        let phrases = "\"new york\" += city\n\"the light\" += book\n"
        return try RulePatch.bytes(of: try Model(bytes: bare), with: phrases)
    }

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "anneal-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try Data(try TestFolder.modelBytes.get()).write(to: url.appending(path: "tiny.anneal"))
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var model: String { path("tiny.anneal") }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: url.appending(path: name))
        return path(name)
    }

    func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url.appending(path: name))) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// All names in the folder, hidden ones too.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted() }

    /// What the command line did.
    struct Outcome {
        let status: Int32
        let output: [UInt8]
        let errors: String
        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [String] {
            text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }

    /// The built binary: it lies beside the test bundle.
    static let binary: String = {
        var folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        #if os(Linux)
            if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
                folder = URL(filePath: own).deletingLastPathComponent()
            }
        #endif
        for _ in 0..<6 {
            let candidate = folder.appending(path: "anneal")
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue {
                return candidate.path
            }
            folder = folder.deletingLastPathComponent()
        }
        return "anneal"
    }()

    /// Runs `anneal` with the small model.
    func anneal(_ arguments: [String], input: [UInt8] = []) throws -> Outcome {
        try run(TestFolder.binary, arguments, input)
    }

    func anneal(_ arguments: [String], input: String) throws -> Outcome {
        try anneal(arguments, input: Array(input.utf8))
    }

    /// Runs a line of shell, in which `$ANNEAL` is the command.
    func shell(_ line: String) throws -> Outcome { try run("/bin/bash", ["-c", line], []) }

    private func run(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> Outcome {
        let process = try start(program, arguments, input)
        process.process.waitUntilExit()
        // Shells report a signal as 128 and its number; so do the tests.
        let signalled = process.process.terminationReason == .uncaughtSignal
        let status = process.process.terminationStatus + (signalled ? 128 : 0)
        let outcome = Outcome(
            status: status, output: [UInt8](try Data(contentsOf: process.output)),
            errors: String(decoding: try Data(contentsOf: process.errors), as: UTF8.self))
        for file in [process.input, process.output, process.errors] { try FileManager.default.removeItem(at: file) }
        return outcome
    }

    /// A running process with files, not pipes, on its ends, so that nothing can block.
    struct Running {
        let process: Process
        let input: URL
        let output: URL
        let errors: URL
    }

    /// - Parameter terminal: what the process writes to, instead of files.
    func start(
        _ program: String, _ arguments: [String], _ input: [UInt8], terminal: FileHandle? = nil
    ) throws -> Running {
        let name = UUID().uuidString
        let inputFile = url.appending(path: "in-\(name)")
        let outputFile = url.appending(path: "out-\(name)")
        let errorFile = url.appending(path: "err-\(name)")
        try Data(input).write(to: inputFile)
        try Data().write(to: outputFile)
        try Data().write(to: errorFile)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        environment["ANNEAL_MODEL"] = model
        environment["ANNEAL"] = TestFolder.binary
        environment["TMPDIR"] = url.path
        process.environment = environment
        process.currentDirectoryURL = url
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try terminal ?? FileHandle(forWritingTo: outputFile)
        process.standardError = try terminal ?? FileHandle(forWritingTo: errorFile)
        // Threads of the test runner block signals, and a child would inherit that.
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        return Running(process: process, input: inputFile, output: outputFile, errors: errorFile)
    }
}
