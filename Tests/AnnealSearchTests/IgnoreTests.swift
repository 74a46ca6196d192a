import AnnealPassages
import AnnealPlatform
import Foundation
import Testing

@testable import AnnealSearch

/// Ignore files, against git itself where it is installed, and the patterns of the command line.
@Suite struct IgnoreTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The files that a walk finds, from the folder.
    private func walk(
        _ roots: [String] = [""], _ selection: FileSelection = FileSelection()
    ) throws -> (files: [String], ignored: Int) {
        let (walk, _) = try FileWalk.run(roots.map { Path(folder.path + "/" + $0) }, kind: nil, selection: selection)
        #expect(walk.failures.isEmpty)
        return (walk.files.map { String(decoding: $0.path.below(Path(folder.path)), as: UTF8.self) }, walk.ignored)
    }

    private func matches(_ pattern: String, _ path: String, isFolder: Bool = false) -> Bool? {
        let bytes = Array(path.utf8)
        let name = bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
        return IgnoreList(pattern.utf8).verdict(bytes[...], name: name, isFolder: isFolder)
    }

    @Test(
        "patterns of gitignore's manual",
        arguments: [
            ("hello.*", "hello.txt", true), ("hello.*", "a/hello.java", true), ("/hello.*", "a/hello.java", false),
            ("doc/frotz", "doc/frotz", true), ("doc/frotz", "a/doc/frotz", false), ("foo/*", "foo/test.json", true),
            ("foo/*", "foo/bar/hello.c", false), ("**/foo", "a/b/foo", true), ("**/foo", "foo", true),
            ("abc/**", "abc/a/b", true), ("abc/**", "abc", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true),
            ("a**b", "axxb", true), ("a**b/c", "a/b/c", false), ("\\#a", "#a", true), ("#a", "#a", false),
            ("\\!a", "!a", true), ("a\\ ", "a ", true), ("a ", "a", true), ("a  \r", "a", true), ("a[", "a[", false),
            ("a\\", "a\\", false), ("[!a-c]x", "dx", true), ("[!a-c]x", "bx", false), ("[]-]", "]", true),
            ("[[:digit:]]?", "1a", true), ("[^a]/b", "//b", false), ("?", "/", false), ("*.log", "a/b.log", true),
            ("*a/b", "xa/b", true), ("*a/b", "x/a/b", false), ("\u{FEFF}a", "a", true), ("x*y*z*w", "xayazaw", true),
        ])
    func manual(pattern: String, path: String, expected: Bool) {
        #expect(matches(pattern, path) == (expected ? true : nil), "\(pattern) \(path)")
    }

    @Test("the last pattern that matches decides, and one with a slash at the end is for folders")
    func order() {
        #expect(matches("*.txt\n!a.txt", "a.txt") == false && matches("!a.txt\n*.txt", "a.txt") == true)
        #expect(matches("a/", "a") == nil && matches("a/", "b/a", isFolder: true) == true)
    }

    @Test("a pattern of many stars takes no longer than its length")
    func stars() {
        let pattern = String(repeating: "a*", count: 400) + "b"
        #expect(matches(pattern, String(repeating: "a", count: 4000)) == nil)
    }

    @Test("what git ignores on seeded trees and patterns, a walk does not find, and all else it does")
    func git() throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/git") else {
            print("SKIPPED: no /usr/bin/git to compare with")
            return
        }
        var random = SplitMix64(seed: 17)
        let names = [
            "a", "b", "ab", "a.txt", "b.txt", "a b", "a ", "#a", "!a", "[a]", "a\\b", "c-d", "é", "ba", "target2",
        ]
        let parts = [
            "*", "**", "/", "/", "/", "a", "b", "ab", "?", "[ab]", "[!ab]", "[a-c]", "\\", "!", "#", " ", ".txt",
            "*.txt", "**/",
            "/**", "[[:alpha:]]", "[", "]", "-", "[]a]", "[a", "\\ ", "a.txt", "é", "[^\\]]", "***", "x[[:foo:]]",
        ]
        var compared = 0
        var ignored = 0
        for round in 0..<120 {
            let root = "tree\(round)"
            try make(root, &random, names, parts)
            let all = try contents(of: folder.path + "/" + root)
            let expected = try unignored(all, in: folder.path + "/" + root)
            let found = try walk([root]).files.map { String($0.dropFirst(root.count + 1)) }
            #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "round \(round)")
            compared += all.count
            ignored += all.count - expected.count
        }
        // The patterns take out some and leave some.
        #expect(ignored > compared / 10 && ignored < compared * 9 / 10, "\(ignored) of \(compared)")
    }

    /// A tree of files with ignore files in some of its folders.
    private func make(
        _ root: String, _ random: inout SplitMix64, _ names: [String], _ parts: [String]
    ) throws {
        try FileManager.default.createDirectory(
            atPath: folder.path + "/" + root + "/.git/info", withIntermediateDirectories: true)
        func pattern() -> String { (0..<1 + random.below(4)).map { _ in parts[random.below(parts.count)] }.joined() }
        func patterns() -> String {
            (0..<1 + random.below(3)).map { _ in pattern() }.joined(separator: random.below(8) == 0 ? "\r\n" : "\n")
        }
        var folders = [root]
        for _ in 0..<30 {
            let parent = folders[random.below(folders.count)]
            let path = parent + "/" + names[random.below(names.count)]
            guard !FileManager.default.fileExists(atPath: folder.path + "/" + path) else { continue }
            if random.below(3) == 0, path.split(separator: "/").count < 6 {
                try FileManager.default.createDirectory(
                    atPath: folder.path + "/" + path, withIntermediateDirectories: false)
                folders.append(path)
            } else {
                try folder.write(path, "text")
            }
        }
        for path in folders where path == root || random.below(3) == 0 {
            try folder.write(path + "/.gitignore", patterns() + (random.below(2) == 0 ? "\n" : ""))
        }
        if random.below(3) == 0 { try folder.write(root + "/.git/info/exclude", patterns()) }
    }

    /// All files that are not hidden, in the order of a walk.
    private func contents(of root: String) throws -> [String] {
        var found: [String] = []
        func visit(_ path: String) throws {
            for name in try Files.names(in: Path(root + path)).sorted(by: { $0.lexicographicallyPrecedes($1) })
            where name.first != UInt8(ascii: ".") {
                let below = path + "/" + String(decoding: name, as: UTF8.self)
                if try Files.status(of: Path(root + below)).kind == .folder {
                    try visit(below)
                } else {
                    found.append(below)
                }
            }
        }
        try visit("")
        return found.map { String($0.dropFirst()) }
    }

    private func unignored(_ files: [String], in root: String) throws -> [String] {
        var environment = ProcessInfo.processInfo.environment
        for (name, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_DIR", nil)] {
            environment[name] = value
        }
        let exclude = try? Files.content(of: Path(root + "/.git/info/exclude"))
        _ = try git(["init", "--quiet", root], in: root, environment, input: "")
        // Git's own template of the file goes; the seeded one stays.
        try AtomicFile.write(exclude ?? [], to: Path(root + "/.git/info/exclude"))
        let input = files.map { $0 + "\0" }.joined()
        let output = try git(["check-ignore", "--no-index", "-z", "--stdin"], in: root, environment, input: input)
        let ignored = Set(output.split(separator: 0).map { Array($0) })
        return files.filter { !ignored.contains(Array($0.utf8)) }
    }

    private func git(
        _ arguments: [String], in root: String, _ environment: [String: String], input: String
    ) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: root)
        process.environment = environment
        let file = folder.path + "/input"
        try Data(input.utf8).write(to: URL(fileURLWithPath: file))
        process.standardInput = FileHandle(forReadingAtPath: file)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        // 1: nothing is ignored.
        try #require(process.terminationStatus <= 1)
        return Array(data)
    }

    @Test("an .ignore goes before a .gitignore, and what programs fill can be taken back")
    func precedence() throws {
        try folder.write(".gitignore", "*.log\nnotes/\n")
        try folder.write(".ignore", "!kept.log\n!build/\n")
        for file in ["kept.log", "a.log", "notes/a.txt", "build/a.txt", "target/a.txt", "sub/kept.log"] {
            try folder.write(file, "text")
        }
        try folder.write("sub/.gitignore", "kept.log\n")
        #expect(try walk().files == ["build/a.txt", "kept.log", "sub/kept.log"])
        #expect(try walk().ignored == 3)
        let all = ["a.log", "build/a.txt", "kept.log", "notes/a.txt", "sub/kept.log", "target/a.txt"]
        #expect(try walk([""], FileSelection(usesIgnoreFiles: false)).files == all)
    }

    @Test("the ignore files above a root count up to the repository's top; what is named itself is taken")
    func above() throws {
        for file in ["repo/.git/HEAD", "repo/docs/a.txt", "repo/docs/b.txt", "repo/docs/c.txt", "repo/docs/deep/b.txt"]
        {
            try folder.write(file, "text")
        }
        try folder.write(".gitignore", "c.txt\n")
        try folder.write("repo/.gitignore", "b.txt\ndocs/a.txt\ndocs/\n")
        #expect(try walk(["repo"]).files == [])
        #expect(try walk(["repo/docs"]).files == ["repo/docs/c.txt"])
        #expect(try walk(["repo/docs/b.txt"]).files == ["repo/docs/b.txt"])
        // A repository inside is one of its own.
        try folder.write("repo/docs/deep/.git/HEAD", "text")
        #expect(try walk(["repo/docs"]).files == ["repo/docs/c.txt", "repo/docs/deep/b.txt"])
    }

    @Test("--exclude and --include: patterns from each root, exclusion first")
    func options() throws {
        for file in ["a.txt", "a.md", "sub/b.txt", "sub/b.md", "sub/deep/c.md", "top/d.py"] {
            try folder.write(file, "text")
        }
        func files(_ excluded: [String], _ included: [String], _ roots: [String] = [""]) throws -> [String] {
            try walk(roots, FileSelection(excluded: excluded, included: included)).files
        }
        #expect(try files(["*.txt"], []) == ["a.md", "sub/b.md", "sub/deep/c.md", "top/d.py"])
        #expect(try files(["/sub"], []) == ["a.md", "a.txt", "top/d.py"])
        #expect(try files(["/deep"], [], ["sub"]) == ["sub/b.md", "sub/b.txt"])
        #expect(try files([], ["*.md"]) == ["a.md", "sub/b.md", "sub/deep/c.md"])
        #expect(try files([], ["sub/"]) == ["sub/b.md", "sub/b.txt", "sub/deep/c.md"])
        #expect(try files(["*.md"], ["sub/", "*.py"]) == ["sub/b.txt", "top/d.py"])
        #expect(try files([], ["sub/", "!deep/"]) == ["sub/b.md", "sub/b.txt"])
        #expect(try files([], ["*.md"], ["a.txt", "a.md"]) == ["a.md"])
        try folder.write(".gitignore", "*.md\n")
        #expect(try files([], ["*.md"]) == [])
    }
}
