import Foundation
import Testing

#if os(Linux)
    /// What a person sees: `anneal` on a pseudo-terminal, looked at byte by byte.
    @Suite struct TerminalTests {
        let folder: TestFolder

        init() throws { folder = try TestFolder() }

        /// A terminal of our own making: what is written to `outer` arrives here.
        private struct Terminal {
            let inner: FileHandle
            let outer: FileHandle

            init() throws {
                // ioctl_tty(2): unlock the other end and ask for its number. The C library's functions for it need a
                // feature macro that its module does not set.
                let unlock: UInt = 0x4004_5431
                let askNumber: UInt = 0x8004_5430
                let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
                var (locked, number): (Int32, Int32) = (0, 0)
                try #require(
                    master >= 0 && ioctl(master, unlock, &locked) == 0 && ioctl(master, askNumber, &number) == 0)
                let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
                try #require(slave >= 0)
                inner = FileHandle(fileDescriptor: master, closeOnDealloc: true)
                outer = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
            }

            /// What has arrived once `isEnough` says so, or at the deadline.
            func read(until isEnough: (String) -> Bool) -> String {
                var bytes: [UInt8] = []
                var block = [UInt8](repeating: 0, count: 4096)
                let deadline = Date().addingTimeInterval(20)
                while !isEnough(String(decoding: bytes, as: UTF8.self)), Date() < deadline {
                    var entry = pollfd(fd: inner.fileDescriptor, events: Int16(POLLIN), revents: 0)
                    guard poll(&entry, 1, 100) > 0 else { continue }
                    let count = Foundation.read(inner.fileDescriptor, &block, block.count)
                    if count > 0 { bytes += block[..<count] }
                }
                return String(decoding: bytes, as: UTF8.self)
            }
        }

        /// Runs `anneal` with a terminal on its outputs and an empty input.
        private func shown(_ arguments: String, _ environment: String = "TERM=xterm") throws -> String {
            let terminal = try Terminal()
            let process = try folder.start(
                "/bin/bash",
                ["-c", "unset NO_COLOR; \(environment) $ANNEAL \(arguments) < /dev/null; echo \"<end $?>\""], [],
                terminal: terminal.outer
            ).process
            defer { process.waitUntilExit() }
            return terminal.read { $0.hasSuffix(">\r\n") }
        }

        @Test("colour on a terminal, unless NO_COLOR is set or the terminal cannot")
        func colour() throws {
            let coloured = try shown("explain 'she sees new york'")
            #expect(coloured.contains("\u{1B}[1mTokens\u{1B}[0m") && coloured.hasSuffix("<end 0>\r\n"))
            #expect(try shown("explain the", "TERM=xterm NO_COLOR=").contains("\u{1B}["))
            for environment in ["TERM=xterm NO_COLOR=1", "TERM=dumb"] {
                let plain = try shown("explain 'she sees new york'", environment)
                #expect(plain.contains("Tokens") && !plain.contains("\u{1B}"))
            }
        }

        @Test("a terminal does not obey what a text contains")
        func hostile() throws {
            let output = try shown("explain $'a\\e[31mred\\a'", "TERM=xterm NO_COLOR=1")
            #expect(output.contains("Final program") && !output.contains("\u{1B}") && !output.contains("\u{7}"))
        }

        @Test("binary forms are not written to a terminal", arguments: ["npy", "f32", "safetensors"])
        func binary(format: String) throws {
            let output = try shown("embed --format \(format)")
            #expect(output.contains("\(format) is binary and standard output is a terminal"))
            #expect(output.hasSuffix("<end 64>\r\n"))
        }

        @Test("a progress bar for long work, none if it is not wanted; an interrupt leaves no half file")
        func progress() throws {
            for isQuiet in [false, true] {
                let terminal = try Terminal()
                let command =
                    "export TERM=xterm; exec $ANNEAL embed \(isQuiet ? "--quiet" : "") -o o.f32 "
                    + "< <(while echo the cat; do :; done)"
                let process = try folder.start("/bin/bash", ["-c", command], [], terminal: terminal.outer).process
                let start = Date()
                let seen = terminal.read { isQuiet ? Date() > start.addingTimeInterval(2) : $0.contains("MB/s") }
                kill(process.processIdentifier, SIGINT)
                process.waitUntilExit()
                #expect(seen.hasPrefix("\r\u{1B}[K") == !isQuiet && seen.isEmpty == isQuiet)
                #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGINT)
                #expect(!folder.names.contains { $0.hasSuffix(".partial") || $0 == "o.f32" })
            }
        }

        @Test("progress of files is told in percent, and the line is wiped at the end")
        func percent() throws {
            // The reader of a named pipe that first sleeps makes work of more than a second out of a small file.
            _ = try folder.write(String(repeating: "the cat sees new york\n", count: 20_000), to: "texts.txt")
            let terminal = try Terminal()
            let command = """
                mkfifo p; { sleep 1.3; cat; } < p > /dev/null &
                TERM=xterm $ANNEAL embed -f f32 -o p texts.txt; echo "<end>"
                """
            let process = try folder.start("/bin/bash", ["-c", command], [], terminal: terminal.outer).process
            let seen = terminal.read { $0.hasSuffix(">\r\n") }
            process.waitUntilExit()
            #expect(seen.hasPrefix("\r\u{1B}[K[") && seen.contains(" %, 0.") && seen.contains(" s left"))
            #expect(seen.hasSuffix("\r\u{1B}[K<end>\r\n"))
        }
    }
#endif
