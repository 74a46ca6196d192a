import Foundation
import Testing

@testable import anneal_cli

/// Commands that executables beside `anneal` carry out. A copy of the command in a folder of its own sees only those
/// that the test puts there.
@Suite struct SiblingTests {
    let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "bin"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: TestFolder.binary, toPath: folder.path("bin/anneal"))
    }

    /// An executable that prints its arguments between brackets and ends with status 7.
    private func put(_ name: String) throws {
        let path = try folder.write("#!/bin/sh\nprintf '[%s]' \"$@\"\nexit 7\n", to: "bin/\(name)")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    @Test("all arguments are passed on as they are, and the status comes back")
    func handsOver() throws {
        for name in ["anneal-train", "anneal-search", "anneal-serve", "anneal-mine"] { try put(name) }
        let cases = [
            ("train --seed 1 -- '' 'a b' --help", "[train][--seed][1][--][][a b][--help]"),
            ("label x", "[label][x]"), ("evolve", "[evolve]"), ("lineage --version", "[lineage][--version]"),
            ("index -h", "[index][-h]"), ("search $'\\xff'", "[search][\u{FFFD}]"), ("serve --port 1", "[--port][1]"),
            ("mine embed", "[embed]"), ("help train", "[train][--help]"), ("help serve", "[--help]"),
            ("check --db a", "[check][--db][a]"), ("help check", "[check][--help]"), ("measure", "[measure]"),
        ]
        for (arguments, expected) in cases {
            let outcome = try folder.shell("bin/anneal \(arguments)")
            #expect(outcome.status == 7 && outcome.text == expected && outcome.errors == "", "\(arguments)")
        }
        let bytes = try folder.shell("bin/anneal search $'\\xff'").output
        #expect(bytes == Array("[search][".utf8) + [0xFF] + Array("]".utf8))
    }

    @Test("it is found through PATH and through a link")
    func found() throws {
        try put("anneal-serve")
        #expect(try folder.shell("PATH=$PWD/bin:$PATH anneal serve a").text == "[a]")
        #expect(try folder.shell("ln -s bin/anneal linked && ./linked serve a").text == "[a]")
        // Elsewhere on PATH; a relative entry does not count, and what lies beside it comes first.
        #expect(
            try folder.shell("mkdir other && mv bin/anneal-serve other; PATH=other bin/anneal serve a").status == 127)
        #expect(try folder.shell("PATH=$PWD/other bin/anneal serve b").text == "[b]")
        #expect(try folder.shell("PATH=$PWD/other bin/anneal help serve").text == "[--help]")
        try put("anneal-mine")
        let both = "printf '#!/bin/sh\\necho wrong' > other/anneal-mine; chmod +x other/anneal-mine; "
        #expect(try folder.shell(both + "PATH=$PWD/other:$PATH bin/anneal mine c").text == "[c]")
    }

    @Test("services are found where their own packages build them")
    func buildFolders() throws {
        let build = "mkdir -p r/.build/x/release r/Services/.build/release && cp bin/anneal r/.build/x/release/"
        try put("anneal-grpc")
        let moved =
            "\(build) && mv bin/anneal-grpc r/Services/.build/release/ && r/.build/x/release/anneal grpc --port 1"
        #expect(try folder.shell(moved).text == "[--port][1]")
    }

    @Test("help lists executables beside it and on PATH that are not in its table, once each")
    func others() throws {
        for name in ["anneal-train", "anneal-mine", "anneal-tokenize", "anneal-both"] { try put(name) }
        let setUp = """
            mkdir other; cp bin/anneal-both bin/anneal-train other; mv bin/anneal-mine other; touch other/anneal-text
            mkdir other/anneal-folder
            """
        let plain = try folder.shell("mkdir none; cp bin/anneal none; PATH=relative none/anneal help").text
        #expect(!plain.contains("OTHER EXECUTABLES"))
        #expect(try folder.shell(setUp).status == 0)
        let here = try folder.shell("cd -P bin && pwd").text.dropLast()
        let there = try folder.shell("cd other && pwd").text.dropLast()
        let expected = """

            OTHER EXECUTABLES:
              both                    \(here)/anneal-both
              mine                    \(there)/anneal-mine

            """
        for arguments in ["help", "--help", "-h", ""] {
            let outcome = try folder.shell("PATH=relative:$PWD/other:$PWD/absent bin/anneal \(arguments)")
            #expect(outcome.status == 0 && outcome.errors == "")
            #expect(outcome.text == plain + expected, "\(arguments)")
        }
        #expect(try folder.shell("PATH=$PWD/other bin/anneal help embed").text.contains("anneal embed"))
    }

    @Test(
        "what help says of a command is what its executable says",
        arguments: ["anneal-train", "anneal-search", "anneal-prefer"])
    func abstracts(product: String) throws {
        let executable = URL(filePath: TestFolder.binary).deletingLastPathComponent().appending(path: product).path
        let commands = AnnealCommand.siblings.filter { $0.product == product }
        #expect(commands.count >= 2)
        for command in commands {
            let help = try folder.shell("\(executable) \(command.name) --help")
            #expect(help.status == 0)
            // The first paragraph, which is broken into lines.
            let overview = help.text.components(separatedBy: "\n\n")[0].replacing("\n", with: " ")
            #expect(overview == "OVERVIEW: \(command.abstract)")
        }
    }

    @Test("an absent one is told, with the command that builds it")
    func absent() throws {
        let outcome = try folder.shell("bin/anneal evolve --generations 3")
        #expect(outcome.status == 127)
        #expect(outcome.errors.hasPrefix("anneal: 'evolve' is carried out by anneal-train, which is not in /"))
        #expect(outcome.errors.contains("'swift build -c release --product anneal-train'"))
        for (name, folderOfPackage) in [("serve", "Services"), ("grpc", "Services")] {
            let absent = try folder.shell("bin/anneal \(name)")
            #expect(absent.status == 127)
            let command = "swift build -c release --package-path \(folderOfPackage) --product anneal-\(name)"
            #expect(absent.errors.contains("'\(command)'"))
        }
    }

    @Test("an unknown name and a command of its own are not handed over")
    func notHandedOver() throws {
        try put("anneal-tokenize")
        #expect(try folder.shell("bin/anneal nothing").status == 64)
        #expect(try folder.shell("bin/anneal ../bin/anneal").status == 64)
        let own = try folder.shell("bin/anneal tokenize --help")
        #expect(own.status == 0 && own.text.contains("USAGE"))
        #expect(try folder.shell("bin/anneal --version").text.hasPrefix("anneal "))
    }

    /// What was built beside this one; the services have packages of their own.
    @Test("help says of the commands of others what they say of themselves")
    func abstracts() throws {
        let siblings = AnnealCommand.siblings.filter { $0.package == nil }
        #expect(Set(siblings.map { $0.product }) == ["anneal-train", "anneal-search", "anneal-prefer"])
        for sibling in siblings {
            let help = try folder.shell("\"$(dirname $ANNEAL)/\(sibling.product)\" \(sibling.name) --help")
            #expect(help.status == 0, "\(help.errors)")
            let text = help.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(text.hasPrefix("OVERVIEW: \(sibling.abstract)"), "\(sibling.name)")
        }
    }

    @Test("help lists them, and completion scripts name them and are well formed")
    func shown() throws {
        let help = try folder.shell("bin/anneal --help").text
        let script = try folder.shell("bin/anneal --generate-completion-script bash > s && bash -n s && cat s")
        #expect(script.status == 0)
        let names = [
            "embed", "train", "label", "evolve", "lineage", "index", "search", "check", "measure", "serve", "grpc",
        ]
        for name in names {
            #expect(help.contains("  \(name) "))
            #expect(script.text.contains(name))
        }
        let completed = try folder.shell(
            "source s; COMP_WORDS=(bin/anneal ev); COMP_CWORD=1; COMP_LINE='bin/anneal ev'; COMP_POINT=13; "
                + "_anneal bin/anneal ev bin/anneal; echo \"${COMPREPLY[@]}\"")
        #expect(completed.text == "eval evolve\n", "\(completed.errors)")
    }
}
