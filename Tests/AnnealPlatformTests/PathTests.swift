import AnnealPlatform
import Testing

@Suite struct PathTests {
    @Test func pathsAreBytes() {
        #expect(Path("caf\u{E9}") != Path("cafe\u{301}"))
        #expect(Path(bytes: [0x61, 0, 0x62]) == Path("a"))
        #expect(Path("b/c").folder == Path("b"))
        #expect(Path("/c").folder == Path("/"))
        #expect(Path("c").folder == Path("."))
        #expect(Path("/").appending("a") == Path("/a"))
        #expect(Path("a").appending("b") == Path("a/b"))
    }

    @Test func messagesEscapeWhatCannotBePrinted() {
        #expect(Path("a\u{E9}b").description == "a\u{E9}b")
        #expect(Path(bytes: [0x61, 0xE9, 0x62]).description == "a\\xE9b")
        #expect(Path("a\u{1B}[2J\n\\").description == "a\\x1B[2J\\x0A\\\\")
        #expect(Path(bytes: [0xE9]).text == nil)
    }

    @Test func argumentsKeepEveryByte() {
        let odd: [[UInt8]] = [
            [0x61, 0xE9, 0x62], [0xFF, 0xFE], [0xE2, 0x82], [0xED, 0xA0, 0x80], Array("plain é 中".utf8),
            Array("\u{10FFFF}\u{10FF80}x".utf8), [0xF4, 0x90, 0x80, 0x80],
        ]
        for bytes in odd {
            #expect(Path(argument: Path(bytes: bytes).argument).bytes == bytes)
        }
        #expect(Path("plain é").argument == "plain é")
    }
}
