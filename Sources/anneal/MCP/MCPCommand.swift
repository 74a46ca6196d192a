import Anneal
import AnnealGrep
import AnnealMCP
import AnnealPlatform
import ArgumentParser

struct MCPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp",
        abstract: "Serve search of the working tree to coding agents, by the Model Context Protocol.",
        discussion: """
            The server reads JSON-RPC from standard input and writes it to standard output; an agent starts it and ends it. \
            Its tools are search, related and outline. The tree is read at the first call, and before each later one what \
            has changed. Nothing is written, and nothing outside the roots is answered about.

            Examples:
              anneal mcp --install                          # entries for the known agents and editors
              anneal mcp --install claude-code --write      # writes ./.mcp.json
              anneal mcp --root src --root docs

            Exit status: 0 when the client has gone away; 65 settings that cannot be read; 66 a root is missing; 69 the \
            model is missing; 73 settings that cannot be written.
            """)

    @Option(
        help: ArgumentHelp("A folder to serve; may be repeated. Default: the working directory.", valueName: "path"),
        completion: .directory)
    var root: [Path] = []
    @Option(
        name: [.customShort("j"), .long], help: "Threads that read the tree. Default: one a processor, eight at most.")
    var threads: Int?
    @Flag(help: "Print the entry for an agent or editor, or for all, and end.")
    var install = false
    @Flag(help: "With --install NAME: write the entry into the agent's settings; the rest of them stays as it is.")
    var write = false
    @Argument(help: ArgumentHelp("With --install: an agent or editor.", valueName: "name"))
    var agent: String?
    @OptionGroup var model: ModelOptions

    func validate() throws {
        if let threads, !(1...ThreadOptions.most).contains(threads) {
            throw ValidationError("--threads must be 1...\(ThreadOptions.most), found \(threads).")
        }
        if !install, agent != nil || write { throw ValidationError("NAME and --write go with --install.") }
        if write, agent == nil { throw ValidationError("--write needs the NAME of one agent or editor.") }
        if let agent, AgentSettings.named(agent) == nil {
            throw ValidationError(
                "Expected one of \(AgentSettings.all.map(\.name).joined(separator: ", ")), found '\(agent)'.")
        }
    }

    func run() throws {
        if install { return try installEntries() }
        // A client that goes away is the end of the work and no failure.
        RunningProcess.ignoreClosedPipes()
        let roots: ServedRoots
        do throws(FileError) { roots = try ServedRoots(root.isEmpty ? ["."] : root) } catch {
            throw CommandError(.noInput, "\(error)")
        }
        let options = PassageIndex.Options(threads: threads ?? min(8, WorkerThread.available))
        let tools = SearchTools(engine: try model.open(), roots: roots, options: options)
        var server = ContextServer(tools, version: Engine.version)
        do throws(SystemError) {
            try server.run(input: .standardInput, output: .standardOutput)
        } catch {
            throw CommandError(.inputOutput, "\(error)")
        }
    }

    private func installEntries() throws {
        let home = Environment.value(of: "HOME").map { Path($0) }
        let arguments = root.flatMap { ["--root", $0.argument] }
        let command = RunningProcess.arguments?.first?.argument ?? "anneal"
        for settings in AgentSettings.all where agent == nil || settings.name == agent {
            let path = try path(of: settings, home)
            if write {
                do throws(SettingsError) {
                    try settings.write(command: command, arguments: arguments, to: path)
                } catch {
                    throw CommandError(error.isMalformed ? .malformedInput : .cannotCreate, "\(error)")
                }
                try Descriptor.standardOutput.write("\(path): anneal is there\n")
            } else {
                let entry = settings.entry(command: command, arguments: arguments)
                try Descriptor.standardOutput.write("# \(settings.name): \(settings.title), \(path)\n\(entry)\n")
            }
        }
    }

    private func path(of settings: AgentSettings, _ home: Path?) throws(CommandError) -> Path {
        if !settings.isInHome { return Path(settings.path) }
        guard let home else {
            guard !write else { throw CommandError(.usage, "expected a folder in HOME, found none") }
            return Path("~/" + settings.path)
        }
        return home.appending(settings.path)
    }
}
