import Testing

@testable import AnnealSearch

/// How the kinds of documents are cut that have a form of their own.
@Suite struct KindTests {
    private func passages(_ kind: DocumentKind, _ text: String) -> [String] {
        kind.passages(of: text).map { "\($0.line) \($0.heading.isEmpty ? "" : "[\($0.heading)] ")\($0.text)" }
    }

    @Test("reStructuredText: titles by the order of their lines")
    func rst() {
        let text = """
            =====
            Guide
            =====

            First
            line.

            Lights
            ------
            Second.

            More
            ~~~~
            ====  ====
            a     b
            ====  ====

            Lamps
            -----

            End
            """
        #expect(
            passages(.rst, text) == [
                "5 [Guide] First\nline.", "10 [Guide > Lights] Second.",
                "14 [Guide > Lights > More] ====  ====\na     b\n====  ====", "21 [Guide > Lamps] End",
            ])
    }

    @Test("Org: stars, without what is for the program")
    func org() {
        let text = """
            #+TITLE: Garden
            #+OPTIONS: toc:nil
            * TODO [#A] Trees :wood:green:
            :PROPERTIES:
            :ID: 12
            :END:
            Oaks grow.
            ** Small
            *bold* text
            """
        #expect(
            passages(.org, text) == ["7 [Garden > Trees] Oaks grow.", "9 [Garden > Trees > Small] *bold* text"])
    }

    @Test("AsciiDoc and LaTeX")
    func titles() {
        #expect(
            passages(.asciidoc, "= Book\n\nIntro.\n\n== Part one\nText.\n")
                == ["3 [Book] Intro.", "6 [Book > Part one] Text."])
        let latex = """
            \\documentclass{article}
            \\title{A {\\em good} book}
            \\begin{document}
            \\section*[short]{Trees}
            Oaks % and a comment
            % only a comment
            grow.
            \\subsection{Small}\\label{s}
            Bushes.
            \\end{document}
            """
        #expect(
            passages(.latex, latex) == [
                "5 [A {\\em good} book > Trees] Oaks % and a comment\ngrow.",
                "9 [A {\\em good} book > Trees > Small] Bushes.",
            ])
    }

    @Test("settings: sections are headings, blocks stay whole")
    func settings() {
        #expect(
            passages(.settings, "top = 1\n[server]\nport = 80\n# why\n\n[[hosts]]\nname = \"a\"\n")
                == ["1 top = 1", "3 [server] port = 80\n# why", "7 [hosts] name = \"a\""])
        let long = String(repeating: "x", count: 500)
        #expect(
            passages(.settings, "one:\n  a: \(long)\ntwo:\n  b: \(long)\n")
                == ["1 one:\n  a: \(long)", "3 two:\n  b: \(long)"])
    }

    @Test("JSON: names with values, under the names of what holds them")
    func json() {
        let text = """
            {
              "name": "anneal", "count": 3, // a comment
              "scripts": {
                "build": "swift build\\nand \\u00e9 \\ud83d\\ude00",
                "flags": [1, 2, true]
              },
              "last": null
            }
            """
        #expect(
            passages(.json, text) == [
                """
                2 name: anneal
                count: 3
                scripts > build: swift build
                and é 😀
                scripts > flags: 1 2 true
                last: null
                """
            ])
        #expect(passages(.json, "{\"a\": \"x\"}\n{\"a\": \"y\"}\n") == ["1 a: x\n\na: y"])
        let records = "{\"list\": [{\"a\": 1, \"b\": [[1], [2]]}, {\"a\": {\"c\": 2}}]}"
        #expect(passages(.json, records) == ["1 list > a: 1\nlist > b: 1 2\n\nlist > a > c: 2"])
        // Whatever is malformed is read all the same.
        for text in [
            "{\"a\": [1, {\"b\": \"c", "]]]}}", "\"a", "{\"\\ud800\\u0041\": 1}", "\\", "\"\\", "/*", "{:,}", "a b",
        ] {
            _ = passages(.json, text)
        }
        let deep = String(repeating: "[", count: 100_000) + "1"
        #expect(passages(.json, deep) == ["1 1"])
    }

    @Test("a table: each value under its column's name")
    func table() {
        #expect(
            passages(.table, "name;price\r\nwheat;3\r\n\"oats; \"\"fine\"\"\nsort\";\r\n;\r\nrye;4")
                == ["2 name: wheat\nprice: 3\n\nname: oats; \"fine\"\nsort\n\nname: rye\nprice: 4"])
        #expect(passages(.table, "1,2\n3,4\n") == ["1 1, 2\n\n3, 4"])
        #expect(passages(.table, "a\tb\nx\ty\n") == ["2 a: x\nb: y"])
        let wide = (0..<200).map { "column\($0)" }.joined(separator: ",")
        #expect(passages(.table, wide + "\n1,2\n").last?.hasSuffix("1, 2") == true)
    }

    @Test("a notebook: texts and programs, no output")
    func notebook() {
        let text = """
            {
             "cells": [
              {
               "cell_type": "markdown",
               "source": [
                "# Trees\\n",
                "\\n",
                "Oaks grow.\\n"
               ]
              },
              {
               "cell_type": "code",
               "outputs": [{"data": {"text/plain": ["hidden"]}, "source": "hidden"}],
               "source": "plant(oak)\\nwater(oak)"
              }
             ],
             "metadata": {"source": "hidden"}
            }
            """
        #expect(passages(.notebook, text) == ["8 [Trees] Oaks grow.\n\nplant(oak)\nwater(oak)"])
        let apart = text.replacing("Oaks grow.", with: String(repeating: "Oaks grow. ", count: 60))
        #expect(passages(.notebook, apart).last == "14 [Trees] plant(oak)\nwater(oak)")
    }

    @Test("subtitles: what is said")
    func subtitles() {
        let text = """
            1
            00:00:01,000 --> 00:00:02,000
            <i>Hello</i> there.

            2
            00:00:02,000 --> 00:00:03,500
            42
            is the answer.
            """
        #expect(passages(.subtitles, text) == ["3 Hello there. 42 is the answer."])
        #expect(passages(.subtitles, "WEBVTT\n\n00:01.000 --> 00:02.000\nYes &amp; no\n") == ["4 Yes & no"])
    }

    @Test("XML: the text of elements, running text kept together")
    func xml() {
        let text = """
            <?xml version="1.0"?>
            <book><title>Trees</title><!-- no -->
            <para>Oaks <emphasis>grow</emphasis> here &amp; there.</para>
            <code><![CDATA[if (a < b) &amp;]]></code></book>
            """
        #expect(passages(.xml, text) == ["2 Trees\n\nOaks grow here & there.\n\nif (a < b) &amp;"])
    }

    @Test("Word: paragraphs under those that are styled as headings")
    func word() {
        let text = """
            <w:document><w:body><w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Garden</w:t></w:r></w:p>
            <w:p><w:r><w:t xml:space="preserve">Oaks </w:t></w:r><w:r><w:t>grow &lt;here&gt;.</w:t><w:instrText>no</w:instrText></w:r></w:p>
            <w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>Small</w:t></w:r></w:p><w:p/>
            <w:p><w:r><w:t>Bushes.</w:t></w:r></w:p></w:body></w:document>
            """
        #expect(passages(.word, text) == ["2 [Garden] Oaks grow <here>.", "5 [Garden > Small] Bushes."])
    }

    @Test("by content: programs and pages are known by how they begin")
    func content() {
        #expect(passages(.content, "#!/bin/sh\nrun() {\n}\n") == passages(.source, "#!/bin/sh\nrun() {\n}\n"))
        #expect(passages(.content, "\n<!DOCTYPE html><h1>A</h1><p>b") == ["2 [A] b"])
        #expect(passages(.content, "one\n\ntwo") == ["1 one\n\ntwo"])
    }
}
