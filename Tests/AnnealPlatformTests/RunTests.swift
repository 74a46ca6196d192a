import AnnealPlatform
import Testing

@Suite struct RunTests {
    private func output(_ command: String, bytesMax: Int = 1000, secondsMax: Double = 20) throws -> (
        String, ShellCommand.Ending?
    ) {
        let input = try FileDescriptor.open("/dev/null", .read)
        defer { try? input.close() }
        let (output, ending) = try ShellCommand.run(
            command, input: input, bytesMax: bytesMax, secondsMax: secondsMax)
        return (String(decoding: output, as: UTF8.self), ending)
    }

    @Test func outputAndStatus() throws {
        #expect(try output("echo text; exit 3") == ("text\n", .exit(status: 3)))
        #expect(try output("cat; exec nonesuch-program") == ("", .exit(status: 127)))
        #expect(try output("kill -9 $$") == ("", .signal(9)))
    }

    @Test func theInputIsTheFile() throws {
        let file = try FileDescriptor.unnamed(in: "/tmp")
        defer { try? file.close() }
        try file.write(Array("some text".utf8))
        try file.seek(to: 0)
        let (text, ending) = try ShellCommand.run("cat", input: file, bytesMax: 100, secondsMax: 20)
        #expect(text == Array("some text".utf8) && ending == .exit(status: 0))
    }

    @Test func whoWritesWithoutEndIsEnded() throws {
        let (text, status) = try output("yes", bytesMax: 10_001)
        #expect(text.utf8.count == 10_001 && status == nil)
    }

    @Test func whoTakesTooLongIsEndedWithItsChildren() throws {
        let start = MonotonicClock.seconds
        #expect(try output("echo a; sleep 60 & sleep 60", secondsMax: 0.3) == ("a\n", nil))
        // Closes its output, and goes on.
        #expect(try output("exec sleep 60 >/dev/null", secondsMax: 0.3) == ("", nil))
        #expect(MonotonicClock.seconds - start < 30)
    }
}
