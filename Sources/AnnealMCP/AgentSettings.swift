import AnnealFormats
import AnnealJSON
public import AnnealPlatform

/// Where a coding agent or an editor keeps the servers that it starts, and in which form.
///
/// - Source: the agents' own documentation of their settings.
public struct AgentSettings: Sendable {
    enum Form: Sendable {
        /// A member of an object of JSON: the names that lead to it, and what stands in it besides command and arguments.
        case json(names: [String], extra: [(name: String, value: String)])
        /// A table of TOML with this name.
        case toml(table: String)
    }

    /// As the command line calls it.
    public let name: String
    public let title: String
    /// From the home folder, or from the project's.
    public let path: String
    public let isInHome: Bool
    let form: Form

    private init(
        _ name: String, _ title: String, _ path: String, isInHome: Bool = true, _ names: [String] = ["mcpServers"],
        _ extra: [(name: String, value: String)] = []
    ) {
        (self.name, self.title, self.path, self.isInHome) = (name, title, path, isInHome)
        form = .json(names: names + ["anneal"], extra: extra)
    }

    private init(_ name: String, _ title: String, _ path: String, table: String) {
        (self.name, self.title, self.path, isInHome) = (name, title, path, true)
        form = .toml(table: table)
    }

    public static let all: [AgentSettings] = [
        AgentSettings("claude-code", "Claude Code, of a project", ".mcp.json", isInHome: false),
        AgentSettings("claude-code-user", "Claude Code, of a user", ".claude.json"),
        AgentSettings("claude-desktop", "Claude Desktop on Linux", ".config/Claude/claude_desktop_config.json"),
        AgentSettings(
            "claude-desktop-mac", "Claude Desktop on macOS",
            "Library/Application Support/Claude/claude_desktop_config.json"),
        AgentSettings("cursor", "Cursor", ".cursor/mcp.json"),
        AgentSettings(
            "vscode", "Visual Studio Code, of a project", ".vscode/mcp.json", isInHome: false, ["servers"],
            [("type", "stdio")]),
        AgentSettings("zed", "Zed", ".config/zed/settings.json", ["context_servers"], [("source", "custom")]),
        AgentSettings("windsurf", "Windsurf", ".codeium/windsurf/mcp_config.json"),
        AgentSettings("codex", "Codex", ".codex/config.toml", table: "mcp_servers.anneal"),
        AgentSettings("gemini", "Gemini CLI", ".gemini/settings.json"),
    ]

    public static func named(_ name: String) -> AgentSettings? { all.first { $0.name == name } }

    /// The entry as the settings have it, with what stands around it.
    public func entry(command: String, arguments: [String]) -> String {
        switch form {
        case .toml(let table): return TOMLTable.text(table, values(command, arguments))
        case .json(let names, let extra):
            let object = names.reversed().reduce(object(command, arguments, extra)) {
                "{" + JSONText.quote($1) + ": " + $0 + "}"
            }
            return object + "\n"
        }
    }

    /// Writes the entry into settings; all that they hold besides stays, byte for byte.
    ///
    /// Missing folders and a missing file are made; a file that is there is replaced whole or not at all.
    /// - Throws: ``SettingsError`` for settings that cannot be read as what they should be, and for a file that cannot be written.
    public func write(command: String, arguments: [String], to path: Path) throws(SettingsError) {
        var old: [UInt8] = []
        do throws(FileError) { old = try Files.content(of: path) } catch {
            guard error.error.isMissing else { throw .file(error) }
        }
        let new: [UInt8]
        switch form {
        case .json(let names, let extra):
            do throws(JSONError) {
                new = try JSONEdit.set(names, to: object(command, arguments, extra), in: old)
            } catch {
                throw .malformed(path, "byte \(error.column): expected \(error.expected), found \(error.found)")
            }
        case .toml(let table):
            do throws(TOMLTable.Refusal) { new = try TOMLTable.set(table, values(command, arguments), in: old) } catch {
                throw .malformed(path, "line \(error.line): expected \(error.expected), found \(error.found)")
            }
        }
        do throws(FileError) {
            try Files.makeFolders(path.folder)
            try AtomicFile.write(new, to: path)
        } catch {
            throw .file(error)
        }
    }

    private func object(_ command: String, _ arguments: [String], _ extra: [(name: String, value: String)]) -> String {
        let all =
            extra.map { "\(JSONText.quote($0.name)): \(JSONText.quote($0.value))" } + [
                "\"command\": \(JSONText.quote(command))"
            ]
        let list = (["mcp"] + arguments).map { JSONText.quote($0) }.joined(separator: ", ")
        return "{" + (all + ["\"args\": [\(list)]"]).joined(separator: ", ") + "}"
    }

    private func values(_ command: String, _ arguments: [String]) -> [(name: String, value: String)] {
        // A string of JSON is one of TOML, too.
        let list = (["mcp"] + arguments).map { JSONText.quote($0) }.joined(separator: ", ")
        return [("command", JSONText.quote(command)), ("args", "[\(list)]")]
    }
}

/// Why an entry was not written. The settings are as they were.
public enum SettingsError: Error, Sendable, CustomStringConvertible {
    case malformed(Path, String)
    case file(FileError)

    public var isMalformed: Bool { if case .malformed = self { true } else { false } }

    public var description: String {
        switch self {
        case .malformed(let path, let what): "\(path): \(what); nothing was written, the entry can be added by hand"
        case .file(let error): "\(error)"
        }
    }
}
