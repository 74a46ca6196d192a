import AnnealFormats
import AnnealJSON
import AnnealManifold
import AnnealPlatform
import ArgumentParser

struct ManifoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifold",
        abstract: "Run an experiment of annealed diffusion: oscillators that lock to carriers.",
        discussion: """
            The experiment is a JSON file:

              {"carriers": [235, 300, 365], "oscillators": {"count": 50, "from": 20, "to": 2000}, "seed": 1}

              carriers     places; or objects {"at": 235, "share": 0.5}, whose shares sum to 1
              oscillators  places; or how many are drawn evenly from a range
              seed         of the oscillators that are drawn, and of the noise (0)
              schedule     balanced (the default), source, hard, soft; or an object: "like" one of these, and steps, dt, \
            sharpness, strength, noise, price_rounds, commits_at, sharpening (ramp, adaptive, byLoad, byTemperature)
              name         a title

            A place is a number, or an array of them in more dimensions. What changes over the steps is a number, or \
            [first, last], or [first, last, "geometric"]. By 'balanced', carriers have prices, and each gets its share of \
            the oscillators to within one. By the other three, the law of the source, nothing couples the oscillators.

            --output run writes run.json (counts, prices and loads after every step, the paths of at most 200 oscillators, \
            and where all ended, up to 10,000) and run.svg (the paths, the prices, and the distribution before and after).

            Example:
              anneal manifold experiment.json --output run
            """)

    @Argument(help: "The experiment; '-' is standard input.", completion: .file())
    var experiment: Path
    @Option(name: [.short, .long], help: ArgumentHelp("Write NAME.json and NAME.svg.", valueName: "name"))
    var output: Path
    @Flag(name: [.short, .long], help: "No progress.")
    var quiet = false
    @OptionGroup var threads: ThreadOptions

    func run() throws {
        let source = try InputSource(experiment)
        let experiment = try read(source)
        let progress = ProgressBar(isQuiet: quiet)
        progress.start(total: nil)
        defer { progress.finish() }
        let report: ManifoldReport
        do throws(ManifoldError) {
            var manifold = try Manifold(
                points: experiment.points, carriers: experiment.carriers, shares: experiment.shares,
                seed: experiment.seed, threads: threads.count)
            var record = ManifoldRecord(manifold)
            let start = MonotonicClock.seconds
            let assignment = try manifold.anneal(experiment.schedule) { snapshot in
                record.add(snapshot)
                progress.update("step \(snapshot.step + 1) of \(experiment.schedule.steps)")
            }
            report = ManifoldReport(
                name: experiment.name, manifold: manifold, record: record, assignment: assignment,
                seconds: MonotonicClock.seconds - start)
        } catch {
            throw CommandError(.malformedInput, "\(source.name): \(error)")
        }
        progress.finish()
        try write(report.json.text + "\n", ".json")
        try write(report.drawing.svg, ".svg")
        try show(report.lines)
    }

    private func read(_ source: InputSource) throws(CommandError) -> ManifoldExperiment {
        let text = try source.readText()
        let document: JSONValue
        do throws(JSONError) { document = try JSONValue(text) } catch {
            throw CommandError(
                .malformedInput,
                "\(source.name): byte \(error.column): expected \(error.expected), found \(error.found)")
        }
        do throws(ManifoldExperiment.Failure) { return try ManifoldExperiment(document) } catch {
            throw CommandError(
                .malformedInput, "\(source.name): \(error.place): expected \(error.expected), found \(error.found)",
                hint: "'anneal manifold --help' has the form.")
        }
    }

    private func write(_ text: String, _ ending: String) throws(CommandError) {
        var file = try OutputFile(path: Path(bytes: output.bytes + Array(ending.utf8)))
        try file.writeAll(Array(text.utf8))
        try file.commit()
    }
}
