import AnnealFormats
import AnnealPlatform
import AnnealTraining
import Foundation
import Testing

@testable import AnnealEvolution

/// Real processes, really killed.
@Suite struct KillTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "anneal-kill-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    /// The built command: it lies beside the test bundle, or a few folders above it.
    private func command() throws -> URL {
        var place = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        for _ in 0..<5 {
            place.deleteLastPathComponent()
            let candidate = place.appending(path: "anneal-train")
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue {
                return candidate
            }
        }
        throw CocoaError(.fileNoSuchFile)
    }

    private func start(_ lineage: String, resume: Bool) throws -> Process {
        let process = Process()
        process.executableURL = try command()
        process.arguments =
            ["evolve", folder.path, "--lineage", path(lineage), "--output", path(lineage + ".rules")]
            + ["--generations", "6", "--rules", "60", "--offspring", "2000", "--population", "2000"]
            + (resume ? ["--resume"] : [])
        process.standardError = FileHandle.nullDevice
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        return process
    }

    private func write(_ plot: Plot, _ name: String) throws {
        func header(_ type: String, _ shape: String) -> Data {
            var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
            text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
            return Data(
                [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)])
                + Data(text.utf8)
        }
        let corpus = plot.corpus
        let url = folder.appending(path: name)
        try (header("<u4", "(\(corpus.ids.count),)") + corpus.ids.withUnsafeBytes { Data($0) })
            .write(to: url.appendingPathExtension("ids.npy"))
        try (header("<i8", "(\(corpus.offsets.count),)") + corpus.offsets.withUnsafeBytes { Data($0) })
            .write(to: url.appendingPathExtension("offsets.npy"))
        try (header("<f4", "(\(corpus.count),)") + plot.weights.withUnsafeBytes { Data($0) })
            .write(to: url.appendingPathExtension("weights.npy"))
        try (header("<f4", "(\(corpus.ids.count),)") + plot.gains.withUnsafeBytes { Data($0) })
            .write(to: url.appendingPathExtension("gains.npy"))
        try NumpyArray.write(plot.residuals, to: Path(url.path + ".residuals.npy"))
    }

    @Test("killed at many moments, a run loses at most a generation and ends as if nothing had happened")
    func kills() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (texts, heldOut) = EvolutionTests.plots()
        try write(texts, "train")
        try write(heldOut, "held")
        try NumpyArray.write(texts.vectors, to: Path(path("tokens.vectors.npy")))
        let whole = try start("whole", resume: false)
        let began = ContinuousClock.now
        whole.waitUntilExit()
        let time = (ContinuousClock.now - began).seconds
        #expect(whole.terminationStatus == 0)
        let expected = try LineageStore(path: path("whole")).hashes()
        #expect(expected.count > 1)

        var random = SplitMix64(seed: 11, stream: 0)
        var kills = 0
        var reached = 0
        for attempt in 0..<8 {
            let process = try start("killed", resume: attempt > 0)
            usleep(UInt32(1e6 * time * Double(Plot.unit(&random))))
            // The process may end by itself between the question and the signal.
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { kills += 1 }
            guard FileManager.default.fileExists(atPath: path("killed")) else { continue }
            let hashes = try LineageStore(path: path("killed")).hashes()
            #expect(hashes == Array(expected.prefix(hashes.count)), "what is recorded is what the whole run recorded")
            #expect(hashes.count >= reached, "no recorded generation is lost")
            reached = hashes.count
        }
        #expect(kills > 0)
        let last = try start("killed", resume: true)
        last.waitUntilExit()
        #expect(last.terminationStatus == 0)
        #expect(try LineageStore(path: path("killed")).hashes() == expected)
        #expect(
            try Data(contentsOf: URL(filePath: path("killed.rules.txt")))
                == Data(contentsOf: URL(filePath: path("whole.rules.txt"))))
    }
}
