import AnnealPlatform
import Foundation
import Testing

@Suite struct EmbedCommandTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Seeded lines of words, some empty, some odd.
    private func lines(_ count: Int) -> String {
        var random = SplitMix64(seed: 11)
        let words = ["the", "cat", "light", "off", "new", "york", "k8s", "\u{1F600}", "é", "x\u{1}y", "\t", "42"]
        return (0..<count).map { _ in
            (0..<random.below(9)).map { _ in words[random.below(words.count)] }.joined(separator: " ") + "\n"
        }.joined()
    }

    private func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
        let bytes = Array(bytes)
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
        }
    }

    @Test("one vector a line, empty lines included, last line without its end")
    func lines() throws {
        let outcome = try folder.anneal(["embed"], input: "the cat\n\nthe dog")
        #expect(
            outcome.status == 0 && outcome.errors == "anneal: 1 of 3 texts have no content: their vectors are zero\n")
        let rows = outcome.lines.map { $0.split(separator: " ").map { Float($0) ?? .nan } }
        try #require(rows.count == 3)
        #expect(rows.allSatisfy { $0.count == TestFolder.dimension })
        #expect(rows[1].allSatisfy { $0 == 0 })
        #expect(abs(rows[0].reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }

    @Test("an empty input gives no rows, and a header that says so")
    func emptyInput() throws {
        #expect(try folder.anneal(["embed"]).output.isEmpty)
        let outcome = try folder.anneal(["embed", "--format", "npy"])
        try #require(outcome.status == 0 && outcome.output.count == 128)
        #expect(String(decoding: outcome.output[10...], as: UTF8.self).contains("'shape': (0, 32)"))
    }

    @Test("formats hold the same numbers")
    func formats() throws {
        let text = lines(300)
        let raw = try folder.anneal(["embed", "--format", "f32"], input: text).output
        let npy = try folder.anneal(["embed", "--format", "npy"], input: text).output
        let tensors = try folder.anneal(["embed", "--format", "safetensors"], input: text).output
        #expect(raw.count == 38_400)
        let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]
        #expect(Array(npy.prefix(8)) == magic)
        #expect(Array(npy[128...]) == raw)
        #expect(String(decoding: npy[10..<128], as: UTF8.self).contains("(300, 32)") && npy[127] == 0x0A)
        #expect(Array(tensors[256...]) == raw)
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(tensors[8..<256])) as? [String: [String: Any]])
        #expect(header["embeddings"]?["shape"] as? [Int] == [300, 32])
        #expect(header["embeddings"]?["data_offsets"] as? [Int] == [0, 300 * 32 * 4])
        let numbers = floats(raw[...])
        let printed = try folder.anneal(["embed", "--format", "text"], input: text).lines
            .flatMap { $0.split(separator: " ").map { Float($0)! } }
        #expect(printed.map(\.bitPattern) == numbers.map(\.bitPattern))
        let objects = try folder.anneal(["embed", "--format", "jsonl"], input: text).lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(objects.map { $0["index"] as? Int } == Array(0..<300))
        for (index, object) in objects.enumerated() {
            let row = numbers[index * 32..<index * 32 + 32]
            #expect((object["embedding"] as? [Double])?.map { Float($0) } == Array(row))
            #expect((object["empty"] as? Bool ?? false) == row.allSatisfy { $0 == 0 })
        }
    }

    @Test("threads, pipes and files change no bit", arguments: ["f32", "npy", "safetensors", "jsonl", "text"])
    func threads(format: String) throws {
        let input = try folder.write(lines(3000), to: "texts.txt")
        let one = try folder.anneal(["embed", "--threads", "1", "--format", format, input])
        for threads in ["2", "5"] {
            let many = try folder.anneal([
                "embed", "--threads", threads, "--format", format, "--output", folder.path("o"), input,
            ])
            #expect(many.status == 0)
            #expect(try folder.read("o") == one.output)
        }
        let piped = try folder.shell("cat texts.txt | $ANNEAL embed --format \(format) | cat")
        #expect(piped.output == one.output)
        let appended = try folder.shell("$ANNEAL embed --format \(format) texts.txt >> appended; cat appended")
        #expect(appended.output == one.output)
    }

    @Test("a row does not depend on the lines around it")
    func singles() throws {
        let text = lines(40)
        let all = try folder.anneal(["embed"], input: text).lines
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).prefix(40).enumerated() {
            #expect(try folder.anneal(["embed"], input: line + "\n").lines == [all[index]])
        }
    }

    @Test("a carriage return before the line feed is no content, and files do not run together")
    func lineEnds() throws {
        let a = try folder.write("the cat\r\nthe dog", to: "a.txt")
        let b = try folder.write("a book\n", to: "b.txt")
        let outcome = try folder.anneal(["embed", a, b])
        #expect(outcome.lines == (try folder.anneal(["embed"], input: "the cat\nthe dog\na book\n").lines))
    }

    @Test("NUL bytes, invalid UTF-8 and a long line give finite rows")
    func oddBytes() throws {
        let long = [UInt8](repeating: 0x61, count: 3_000_000)
        let bytes: [UInt8] = [0, 0x0A, 0xFF, 0xFE, 0x0A, 0xC3, 0x0A, 0xED, 0xA0, 0x80, 0x0A] + long + [0x0A]
        let outcome = try folder.anneal(["embed", "--format", "f32"], input: bytes)
        #expect(outcome.status == 0)
        let numbers = floats(outcome.output[...])
        #expect(numbers.count == 5 * 32 && numbers.allSatisfy { $0.isFinite })
    }

    @Test("missing, unreadable and impossible inputs are told apart before any work")
    func inputs() throws {
        let missing = try folder.anneal(["embed", "no-such-file", "-o", folder.path("o")])
        #expect(missing.status == 66)
        #expect(missing.errors == "anneal: cannot read no-such-file: No such file or directory\n")
        let directory = try folder.anneal(["embed", folder.url.path])
        #expect(directory.status == 66 && directory.errors.contains("it is a directory"))
        #expect(!folder.exists("o"))
    }

    @Test("wrong settings are usage errors")
    func usage() throws {
        for dim in ["0", "33", "-1"] {
            let outcome = try folder.anneal(["embed", "--dim=\(dim)"], input: "a")
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("--dim must be 1...32 for this model, found \(dim)"))
        }
        #expect(try folder.anneal(["embed", "--threads", "0"]).status == 64)
        #expect(try folder.anneal(["embed", "--format", "xml"]).status == 64)
        #expect(try folder.anneal(["embed", "--mode", "oracle"]).status == 64)
    }

    @Test("--dim keeps the first numbers")
    func dimensions() throws {
        let all = try folder.anneal(["embed", "--no-normalize"], input: "the cat\n")
        let whole = try #require(all.lines.first).split(separator: " ")
        let some = try folder.anneal(["embed", "--no-normalize", "--dim", "5"], input: "the cat\n")
        let part = try #require(some.lines.first)
        #expect(part.split(separator: " ") == Array(whole.prefix(5)))
    }

    @Test("a missing or broken model has its own status")
    func models() throws {
        #expect(try folder.anneal(["embed", "--model", "nowhere"]).status == 69)
        let broken = try folder.write("not a model", to: "broken")
        let outcome = try folder.anneal(["embed", "--model", broken])
        #expect(outcome.status == 69 && outcome.errors.contains("not a model file"))
    }

    @Test("a closed pipe ends the command quietly")
    func closedPipe() throws {
        let outcome = try folder.shell(
            "yes 'the cat' | head -n 200000 | $ANNEAL embed | head -c 1; echo \" ${PIPESTATUS[2]}\"")
        #expect(outcome.errors == "")
        #expect(outcome.text.hasSuffix(" 141\n"))
        // A parent that ignores the signal changes the way, not the end.
        let ignored = try folder.shell(
            "trap '' PIPE; yes 'the cat' 2>/dev/null | head -n 200000 2>/dev/null | $ANNEAL embed | head -c 1; "
                + "echo \" ${PIPESTATUS[2]}\"")
        #expect(!ignored.errors.contains("anneal"))
        #expect(ignored.text.hasSuffix(" 141\n"))
    }

    #if os(Linux)
        @Test("a full disk is an error with the system's reason")
        func fullDisk() throws {
            for line in ["$ANNEAL embed > /dev/full", "$ANNEAL embed -o /dev/full", "$ANNEAL embed -f npy > /dev/full"]
            {
                let outcome = try folder.shell("echo the cat | \(line)")
                #expect(outcome.status == 74)
                #expect(outcome.errors.contains("No space left on device"))
            }
        }

        @Test("a limit on the size of files is an error as a full disk is, and leaves no half file")
        func sizeLimit() throws {
            let outcome = try folder.shell("ulimit -f 4; yes the cat | head -n 2000 | $ANNEAL embed -o o.f32 -q")
            #expect(outcome.status == 74 && outcome.errors.contains("cannot write to o.f32: File too large"))
            #expect(!folder.names.contains { $0.contains("o.f32") })
        }

        @Test("a disk that is really full: an error, the old file, no half file")
        func reallyFullDisk() throws {
            // A user namespace gives the right to mount a disk of 64 KB; not every machine allows one.
            let outcome = try folder.shell(
                """
                unshare --map-root-user --mount bash -c '
                    mkdir disk && mount -t tmpfs -o size=64k none disk || exit 99
                    echo old > disk/o.npy
                    yes the cat | head -n 2000 | $ANNEAL embed -o disk/o.npy
                    echo "$?"; ls -A disk; cat disk/o.npy
                    yes the cat | head -n 2000 | TMPDIR=disk $ANNEAL embed -f npy | cat
                    echo "${PIPESTATUS[2]}"; ls -A disk'
                """)
            guard outcome.status == 0 else {
                #expect(outcome.text == "", "no disk could be mounted: \(outcome.errors)")
                return
            }
            #expect(outcome.text == "74\no.npy\nold\n74\no.npy\n")
            #expect(outcome.errors.contains("cannot write to disk/o.npy: No space left on device"))
            #expect(outcome.errors.contains("cannot write to the temporary file in disk: No space left on device"))
        }

        @Test("the command needs neither all of Foundation nor its Unicode tables")
        func libraries() throws {
            let outcome = try folder.shell("ldd $ANNEAL")
            #expect(outcome.status == 0)
            #expect(!outcome.text.contains("libFoundation.so") && !outcome.text.contains("_FoundationICU"))
        }
    #endif

    @Test("an output that cannot be created is told before any work")
    func outputs() throws {
        #expect(try folder.anneal(["embed", "-o", folder.path("no/such/folder/o")]).status == 73)
        #expect(try folder.anneal(["embed", "-o", folder.url.path]).status == 73)
    }

    @Test("a failure leaves the old output and no half file")
    func failure() throws {
        _ = try folder.write("old", to: "o.npy")
        let outcome = try folder.anneal(
            ["embed", "--field", "t", "-o", folder.path("o.npy")], input: "{\"t\":\"a\"}\n{\"t\":1}\n")
        #expect(outcome.status == 65)
        #expect(try folder.read("o.npy") == Array("old".utf8))
        #expect(folder.names == ["o.npy", "tiny.anneal"])
    }

    @Test("an interrupt leaves no half file", arguments: [SIGINT, SIGTERM])
    func interrupt(signal: Int32) throws {
        let running = try folder.start(
            "/bin/bash", ["-c", "exec $ANNEAL embed -o o.f32 < <(while echo the cat; do :; done)"], [])
        let deadline = Date().addingTimeInterval(20)
        while !folder.names.contains(where: { $0.hasSuffix(".partial") }), Date() < deadline {
            usleep(10_000)
        }
        #expect(folder.names.contains { $0.hasSuffix(".partial") })
        kill(running.process.processIdentifier, signal)
        while running.process.isRunning, Date() < deadline { usleep(10_000) }
        kill(running.process.processIdentifier, SIGKILL)
        running.process.waitUntilExit()
        #expect(running.process.terminationReason == .uncaughtSignal && running.process.terminationStatus == signal)
        #expect(!folder.names.contains { $0.hasSuffix(".partial") || $0 == "o.f32" })
    }

    @Test("malformed JSONL is told with line and column")
    func malformedJSONL() throws {
        let cases: [(line: String, place: String, message: String)] = [
            ("{\"t\": 1}", "7", "expected a string for \"t\", found a number"),
            ("{\"u\": \"x\"}", "1", "expected the field \"t\", found an object without it"),
            ("{\"t\": \"x\"", "10", "expected ',' or '}', found the end of the line"),
            ("[]", "1", "expected an object, found an array"),
            ("{\"t\": \"a\\q\"}", "10", "expected one of"),
        ]
        for (line, column, message) in cases {
            let outcome = try folder.anneal(["embed", "--field", "t"], input: "{\"t\":\"a\"}\n\n\(line)\n")
            #expect(outcome.status == 65)
            #expect(outcome.errors.hasPrefix("anneal: standard input:3:\(column): \(message)"), "\(outcome.errors)")
        }
    }

    @Test("a field of JSONL is the text")
    func jsonl() throws {
        let json = "{\"n\":[1,{}],\"t\":\"the \\u0063at\"}\n\n{\"t\":\"\"}\n{\"t\":\"a\\nb\"}\n"
        let outcome = try folder.anneal(["embed", "--field", "t"], input: json)
        let plain = try folder.anneal(["embed"], input: "the cat\n\n\na b\n")
        #expect(outcome.lines.prefix(3) == plain.lines.prefix(3))
        #expect(outcome.lines.count == 4)
    }

    @Test("an ending decides the format whatever its case; an unknown one is an error that lists the endings")
    func endings() throws {
        for (name, format) in [("V.NPY", "npy"), ("v.Jsonl", "jsonl"), ("v.bin", "f32"), ("a.b/plain", "text")] {
            _ = try folder.shell("mkdir -p a.b")
            let expected = try folder.anneal(["embed", "--format", format], input: "the cat\n").output
            #expect(try folder.anneal(["embed", "-o", folder.path(name)], input: "the cat\n").status == 0)
            #expect(try folder.read(name) == expected, "\(name)")
        }
        for name in ["v.parquet", "v.csv", "v.json", "v."] {
            let refused = try folder.anneal(["embed", "-o", name], input: "the cat\n")
            #expect(refused.status == 64 && !folder.exists(name), "\(name)")
            #expect(refused.errors.contains(".npy, .safetensors, .f32, .bin, .jsonl, .ndjson, .txt, found \"\(name)\""))
        }
        #expect(try folder.anneal(["embed", "-o", "v.csv", "--format", "text"], input: "the cat\n").status == 0)
    }

    @Test("a byte-order mark is no content, and UTF-16 is decoded")
    func encodings() throws {
        let text =
            "{\"t\":\"the cat\"}\n\n{\"t\":\"caf\u{E9} \u{1F600} light\"}\n"
            + String(repeating: "{\"t\":\"the light off \u{1F600}\"}\n", count: 3000)
        let plain = try folder.anneal(["embed", "--field", "t", "-f", "f32"], input: text).output
        let units = Array(("\u{FEFF}" + text).utf16)
        let forms: [[UInt8]] = [
            [0xEF, 0xBB, 0xBF] + Array(text.utf8), units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
            units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
        ]
        for form in forms {
            let file = try folder.write(form, to: "t.jsonl")
            for command in ["$ANNEAL embed --field t -f f32 \(file)", "cat \(file) | $ANNEAL embed --field t -f f32"] {
                #expect(try folder.shell(command).output == plain)
            }
        }
        for mark: [UInt8] in [[0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF]] {
            let empty = try folder.anneal(["embed"], input: mark)
            #expect(empty.status == 0 && empty.output.isEmpty)
        }
        // Half a pair, and half a unit at the end.
        let cut = try folder.anneal(["tokenize", "--json"], input: [0xFF, 0xFE, 0x61, 0, 0x3D, 0xD8, 0x61, 0, 0x62])
        #expect(cut.output == (try folder.anneal(["tokenize", "--json"], input: "a\u{FFFD}a\u{FFFD}").output))
    }

    @Test("files of other kinds are refused by name, from a file and a pipe")
    func otherKinds() throws {
        let kinds: [(bytes: [UInt8], name: String, hint: String)] = [
            ([0x1F, 0x8B, 8, 0], "gzip data", "zcat"), ([0x28, 0xB5, 0x2F, 0xFD, 0], "zstd data", "zstdcat"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0], "xz data", "xzcat"),
            (Array("PK\u{3}\u{4}".utf8), "a zip archive", "unzip"),
            (Array("%PDF-1.7\n".utf8), "a PDF document", "pdftotext"),
            (Array("PAR1\u{15}".utf8), "a Parquet file", "column"),
        ]
        for kind in kinds {
            let file = try folder.write(kind.bytes + [0x0A], to: "texts")
            for command in ["$ANNEAL embed \(file)", "$ANNEAL tokenize < \(file)"] {
                let refused = try folder.shell(command)
                #expect(refused.status == 65 && refused.output.isEmpty)
                #expect(refused.errors.contains("expected lines of text, found \(kind.name)"))
                #expect(refused.errors.contains(kind.hint))
            }
        }
        #expect(try folder.anneal(["embed"], input: "PAR1 is a gene\nPK\n").lines.count == 2)
    }

    /// What the commands say of lines that are not UTF-8.
    private func notUTF8(_ share: String, _ command: String) -> String {
        "anneal: \(share) lines hold bytes that are not UTF-8 (read as U+FFFD); if the text is Latin-1: "
            + "iconv -f latin1 -t utf-8 FILE | anneal \(command)\n"
    }

    @Test("what stands out in lines is counted once at the end, whatever the threads, and changes no output")
    func counts() throws {
        let good = Array("the cat é \u{20AC} \u{1F600}\n".utf8)
        let odd: [[UInt8]] = [Array("caf".utf8) + [0xE9], [0xED, 0xA0, 0x80], Array("the\0cat".utf8), []]
        var lines = [[UInt8]](repeating: good, count: 1000)
        // Behind the first batches, where many threads work.
        for (index, line) in odd.enumerated() { lines[300 + 150 * index] = line + [0x0A] }
        let file = try folder.write(lines.flatMap { $0 }, to: "texts.txt")
        let nul = "anneal: 1 of 1000 lines hold NUL bytes\n"
        for threads in ["1", "4"] {
            let embedded = try folder.anneal(["embed", "--threads", threads, "-f", "f32", file])
            #expect(embedded.status == 0 && embedded.output.count == 1000 * TestFolder.dimension * 4)
            // The empty line, and the one of half a surrogate pair: U+FFFD is in no vocabulary.
            #expect(
                embedded.errors == notUTF8("2 of 1000", "embed") + nul
                    + "anneal: 2 of 1000 texts have no content: their vectors are zero\n")
            let tokens = try folder.anneal(["tokenize", "--threads", threads, file])
            #expect(tokens.status == 0 && tokens.lines.count == 1000)
            #expect(
                tokens.errors == notUTF8("2 of 1000", "tokenize") + nul
                    + "anneal: 1 of 1000 texts have no content: they have no tokens\n"
                    // Three signs of each good line, and one run of bytes in each odd one.
                    + "anneal: 2991 of 10967 tokens, 47.4 % of the bytes, are unknown to the model and add nothing\n")
        }
        #expect(try folder.anneal(["embed"], input: good + good).errors == "")
        #expect(try folder.anneal(["embed", "--field", "t"], input: "{\"t\":\"a\"}\n").errors == "")
    }

    @Test("a file with NUL bytes in more than three of its first lines is binary; with three it is text")
    func binary() throws {
        let few = try folder.anneal(["embed"], input: "a\0\n\0b\nc\0c\nthe cat\n")
        #expect(few.status == 0 && few.lines.count == 4)
        #expect(few.errors.contains("3 of 4 lines hold NUL bytes"))
        let listed = try folder.anneal(["embed"], input: String(repeating: "name\0", count: 500))
        #expect(listed.status == 0 && listed.lines.count == 1)
        for command in ["embed", "tokenize"] {
            let refused = try folder.anneal([command], input: "a\0\n\0b\nc\0c\n\0\nthe cat\n")
            #expect(refused.status == 65 && refused.output.isEmpty)
            #expect(
                refused.errors == """
                    anneal: standard input: expected lines of text, found NUL bytes in 4 of the first lines
                            If it is UTF-16 without a mark, convert it on the way: iconv -f utf-16le -t utf-8 FILE | anneal …

                    """)
        }
    }
}
