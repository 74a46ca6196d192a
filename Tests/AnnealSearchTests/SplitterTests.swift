import AnnealPlatform
import AnnealSearch
import Testing

/// How documents are cut.
@Suite struct SplitterTests {
    @Test("kinds by name")
    func kinds() {
        #expect(DocumentKind.of(fileName: "a.MD") == .markdown)
        #expect(DocumentKind.of(fileName: "README") == .content)
        #expect(DocumentKind.of(fileName: "x.tar.swift") == .source)
        #expect(DocumentKind.of(fileName: "LICENSE") == .content && DocumentKind.of(fileName: "Dockerfile") == .source)
        #expect(DocumentKind.of(fileName: "a.ipynb") == .notebook && DocumentKind.of(fileName: "b.env") == .settings)
        #expect(DocumentKind.of(fileName: "photo.jpeg") == nil)
        #expect(DocumentKind.of(fileName: ".html") == .content && DocumentKind.of(fileName: "a.unknown") == .content)
    }

    @Test("text: short paragraphs are joined, long ones cut at sentences")
    func text() {
        #expect(
            DocumentKind.text.passages(of: "one\r\ntwo\n\n\n  three\n")
                == [Passage(heading: "", text: "one\ntwo\n\n  three", line: 1)])
        let sentence = "This sentence is forty-four characters long. "
        let long = String(repeating: sentence, count: 60)
        let passages = DocumentKind.text.passages(of: "start\n\n" + long)
        #expect(passages.count > 2 && passages[0] == Passage(heading: "", text: "start", line: 1))
        #expect(passages.dropFirst().allSatisfy { $0.text.hasSuffix("long.") && $0.text.utf8.count <= 1200 })
        #expect(passages.dropFirst().map(\.text).joined(separator: " ") + " " == long)
        #expect(DocumentKind.text.passages(of: " \n\t\n").isEmpty)
    }

    @Test("a word longer than a passage is cut between characters")
    func characters() {
        let passages = DocumentKind.text.passages(of: String(repeating: "é😀", count: 1000))
        #expect(passages.map(\.text).joined() == String(repeating: "é😀", count: 1000))
        #expect(passages.allSatisfy { $0.text.utf8.count <= 1200 })
    }

    @Test("Markdown: headings nest, fences stay whole, front matter is none")
    func markdown() {
        let passages = DocumentKind.markdown.passages(
            of: """
                ---
                layout: page
                ---
                Preface.

                # Guide #
                First.

                ## Lights
                Second.
                ```sh
                # not a heading

                make lights
                ```
                Third.

                Setext
                ------
                Fourth.
                #hashtag
                # Other
                Fifth.
                """)
        #expect(
            passages == [
                Passage(heading: "", text: "Preface.", line: 4),
                Passage(heading: "Guide", text: "First.", line: 7),
                Passage(
                    heading: "Guide > Lights",
                    text: "Second.\n\n```sh\n# not a heading\n\nmake lights\n```\n\nThird.", line: 10),
                Passage(heading: "Guide > Setext", text: "Fourth.\n#hashtag", line: 20),
                Passage(heading: "Other", text: "Fifth.", line: 23),
            ])
    }

    @Test("HTML: what a reader sees, under its headings")
    func html() {
        let passages = DocumentKind.html.passages(
            of: """
                <!DOCTYPE html><html><head><title>A &amp; B</title>
                <style>p { color: red }</style><script>if (a < b) alert("<p>no</p>")</script></head>
                <body><!-- <p>hidden</p> --><nav><ul><li>Home</li></ul></nav>
                <h1>Lights</h1>
                <p>Turn it <b>off</b>,&nbsp;she said &#8212; 1 < 2.
                <p title="a > b">Second<br>line
                <h2>Lamps</h2><pre>a
                  b</pre><div>last &unknown; &#x41;
                """)
        #expect(
            passages == [
                Passage(
                    heading: "A & B > Lights", text: "Turn it off, she said — 1 < 2.\n\nSecond line", line: 5),
                Passage(heading: "A & B > Lights > Lamps", text: "a\n  b\n\nlast &unknown; A", line: 7),
            ])
    }

    @Test("a heading that nothing stands under is a passage, at its own line")
    func bareHeadings() {
        #expect(
            DocumentKind.markdown.passages(of: "# A\n\n## Rolling back\n")
                == [Passage(heading: "A", text: "Rolling back", line: 3)])
        #expect(
            DocumentKind.markdown.passages(
                of: "# A\n## B\n### C\n## D\n\ntext\n\nSetext\n===\n# E #\n#\n## F\n\nlast\n\n### G")
                == [
                    Passage(heading: "A > B", text: "C", line: 3), Passage(heading: "A > D", text: "text", line: 6),
                    Passage(heading: "", text: "Setext", line: 8), Passage(heading: "", text: "E", line: 10),
                    Passage(heading: "F", text: "last", line: 14), Passage(heading: "F", text: "G", line: 16),
                ])
        #expect(
            DocumentKind.html.passages(of: "<title>T</title>\n<h1>A</h1>\n<h2>B\nb</h2><h2>C</h2>\n<p>text\n<h3>D</h3>")
                == [
                    Passage(heading: "T > A", text: "B b", line: 3),
                    Passage(heading: "T > A > C", text: "text", line: 5),
                    Passage(heading: "T > A > C", text: "D", line: 6),
                ])
        #expect(
            DocumentKind.html.passages(of: "<title>T</title>") == [Passage(heading: "", text: "T", line: 1)])
        // As long as no passage may be, it is cut like any text.
        let long = String(repeating: "heading ", count: 400)
        let cut = DocumentKind.markdown.passages(of: "# " + long)
        #expect(
            cut.count > 2 && cut.map(\.text).joined(separator: " ") + " " == long && cut.allSatisfy { $0.line == 1 })
    }

    @Test("source: declarations begin passages and take their comments with them")
    func source() {
        let passages = DocumentKind.source.passages(
            of: """
                import A
                import B

                /// Turns it off.
                public func off() {
                    let x = 1

                    print(x)
                }

                struct Lamp {
                    // How bright.
                    func level() -> Int { 3 }
                }
                """)
        #expect(passages.map(\.line) == [1, 4, 11, 12])
        #expect(passages.map(\.heading) == ["", "public func off() {", "struct Lamp {", "func level() -> Int { 3 }"])
        #expect(passages[1].text.hasPrefix("/// Turns it off.\npublic func") && passages[1].text.hasSuffix("}"))
        #expect(passages[3].text.hasPrefix("    // How bright."))
    }

    @Test("lines")
    func lines() {
        #expect(
            DocumentKind.lines.passages(of: "a\r\n\n b\n")
                == [Passage(heading: "", text: "a", line: 1), Passage(heading: "", text: " b", line: 3)])
    }

    @Test("nothing of a document is lost, whatever it is", arguments: DocumentKind.allCases)
    func random(kind: DocumentKind) {
        // Any bytes go in; no kind traps, no passage is too long, and letters outside markup come out in order.
        var random = SplitMix64(seed: 11)
        let parts = [
            "<p>", "</p>", "<!--", "#", "```", "---", "\n", "\n\n", " ", "word", "é", "func f() {", "}", "<", "&amp;",
            "\"",
            "<script>", "</script>", "<h1", ">", "\t", "😀", "\r\n", "===",
        ]
        for _ in 0..<300 {
            let text = (0..<random.below(200)).map { _ in parts[random.below(parts.count)] }.joined()
            let passages = kind.passages(of: text)
            #expect(passages.allSatisfy { kind == .lines || $0.text.utf8.count <= 1200 })
            #expect(zip(passages, passages.dropFirst()).allSatisfy { $0.line <= $1.line })
            #expect(passages.allSatisfy { !$0.text.isEmpty && $0.line >= 1 })
            if kind == .text {
                let squeezed = { (text: String) in text.filter { !$0.isWhitespace } }
                #expect(squeezed(passages.map(\.text).joined()) == squeezed(text))
            }
        }
    }
}
