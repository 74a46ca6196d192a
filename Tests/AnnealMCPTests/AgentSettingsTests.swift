import AnnealFormats
import AnnealPlatform
import Testing

@testable import AnnealMCP

struct AgentSettingsTests {
    private func edit(_ path: [String], _ value: String, _ document: String) throws(JSONError) -> String {
        String(decoding: try JSONEdit.set(path, to: value, in: Array(document.utf8)), as: UTF8.self)
    }

    @Test("A member is set, and every other byte stays")
    func json() throws {
        #expect(try edit(["a"], "1", "") == "{\n  \"a\": 1\n}\n")
        #expect(try edit(["a"], "1", "{ \"a\" : [2, 3] , \"b\":4}") == "{ \"a\" : 1 , \"b\":4}")
        #expect(
            try edit(["s", "a"], "1", "{\n  \"s\": {\"b\": 2},\n  \"c\": 1e400\n}\n")
                == "{\n  \"s\": {\"b\": 2,\n    \"a\": 1},\n  \"c\": 1e400\n}\n")
        #expect(try edit(["s", "a"], "1", "{\"b\": 2}") == "{\"b\": 2,\n  \"s\": {\"a\": 1}}")
    }

    @Test("What was set is read back, whatever was there, and setting it again changes nothing")
    func roundTrip() throws {
        for document in [
            "", "{}", "{ }", "{\"s\":{}}", "{\"s\":{\"a\":{\"x\":1}}}", "{\"t\":[1,{\"s\":2}]}", "{\"s\":{\"b\":0}}",
        ] {
            let once = try JSONEdit.set(["s", "a"], to: "\"new\"", in: Array(document.utf8))
            guard case .string("new")? = try JSONValue(once)["s"]?["a"] else {
                Issue.record("\(document)")
                continue
            }
            #expect(try JSONEdit.set(["s", "a"], to: "\"new\"", in: once) == once)
        }
    }

    @Test("Comments, other values on the way and cut documents are refused")
    func refusedJSON() {
        for document in ["// note\n{}", "{\"s\": 1}", "[]", "{\"s\":{}", "{} x", "{\"s\": [1]}"] {
            #expect(throws: JSONError.self) { _ = try edit(["s", "a"], "1", document) }
        }
    }

    private func set(_ document: String) throws(TOMLTable.Refusal) -> String {
        String(
            decoding: try TOMLTable.set("m.anneal", [("command", "\"x\"")], in: Array(document.utf8)), as: UTF8.self)
    }

    @Test("A table is replaced where it is, or written at the end")
    func toml() throws {
        #expect(try set("") == "[m.anneal]\ncommand = \"x\"\n")
        #expect(try set("a = 1") == "a = 1\n\n[m.anneal]\ncommand = \"x\"\n")
        #expect(
            try set("[ m . \"anneal\" ]\ncommand = 'y'\n\n[n]\nb = 2\n")
                == "[m.anneal]\ncommand = \"x\"\n\n[n]\nb = 2\n")
        let text = "a = '''\n[m.anneal]\n'''\nb = [\n  1, # ]\n]\n"
        #expect(try set(text) == text + "\n[m.anneal]\ncommand = \"x\"\n")
        #expect(try set(try set(text)) == (try set(text)))
    }

    @Test("What is no TOML, or has the table in another form, is refused")
    func refusedTOML() {
        for document in [
            "words", "a = \"x\n", "a = [1\n", "m = {anneal = {}}", "m.anneal.command = 'y'", "[m]\nanneal = {}",
            "a = 1]",
        ] {
            #expect(throws: TOMLTable.Refusal.self, "\(document)") { _ = try set(document) }
        }
    }

    @Test("Entries of all agents are written into folders that are not there, and again")
    func write() throws {
        let folder = Path(Environment.value(of: "TMPDIR") ?? "/tmp").appending(
            "anneal-settings-\(UInt64.random(in: 0...UInt64.max))")
        for settings in AgentSettings.all {
            let path = folder.appending(settings.name).appending(settings.path)
            try settings.write(command: "/opt/a \"b\"/anneal", arguments: ["--root", "src"], to: path)
            let first = try Files.content(of: path)
            try settings.write(command: "/opt/a \"b\"/anneal", arguments: ["--root", "src"], to: path)
            #expect(try Files.content(of: path) == first, "\(settings.name)")
            guard case .json(let names, _) = settings.form else { continue }
            var value = try JSONValue(first)
            for name in names { value = try #require(value[name]) }
            guard case .string("/opt/a \"b\"/anneal")? = value["command"], case .array(let list)? = value["args"] else {
                Issue.record("\(settings.name)")
                continue
            }
            #expect(list.count == 3)
        }
    }

    @Test("Settings that cannot be read stay as they are")
    func malformed() throws {
        let folder = Path(Environment.value(of: "TMPDIR") ?? "/tmp").appending(
            "anneal-settings-\(UInt64.random(in: 0...UInt64.max))")
        try Files.makeFolders(folder)
        let path = folder.appending("settings.json")
        try AtomicFile.write(Array("// mine\n{}".utf8), to: path)
        #expect(throws: SettingsError.self) {
            try AgentSettings.all[0].write(command: "anneal", arguments: [], to: path)
        }
        #expect(try Files.content(of: path) == Array("// mine\n{}".utf8))
    }
}
