import Anneal
import AnnealConcepts
import AnnealJSON
import AnnealPlatform
import ArgumentParser

struct CompleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Complete a line: likely next words, by the words before and by what the line is about.",
        discussion: """
            Prints the likeliest ways in which a line goes on, each with its probability. Where the line ends in a space, or is \
            quoted with one, that is the next word. Where it ends in letters, it is a word that begins so; if the letters are \
            a word already, also that word with the next one. Without a line, lines are read from standard input, one answer a line.

            Two things are multiplied. One is how often words followed the last two words in the texts of training (Kneser-Ney). \
            The other is what the whole line is about: its vector is drawn to concepts, carriers among the vectors, and each concept \
            has words that come near it. Words of the line itself count a little more (--cache).

            --train makes a model of your own texts, one a line, in one command. It reads each text once, keeps at most \
            --corpus-words of them in memory (of more, every second text is left out, and so on), and writes the file when all is \
            done: an interrupt leaves nothing behind. --measure says how well a model completes texts that it was not trained on.

            --towards goes on with the line word by word, towards what a text is about, or towards a vector in a .npy file, as \
            one of preferences. Words are drawn; the same seed draws the same ones.

            Examples:
              anneal complete "turn off the li"
              anneal complete --json "she was born in "
              anneal complete --towards "medicine" --length 20 --seed 7 "we looked at "
              anneal complete --train notes.txt mails.txt --output mine.completions
              anneal complete --completions mine.completions "see you on "
              anneal complete --completions mine.completions --measure other-notes.txt
            """)

    @Argument(help: "The line. Without it, lines are read from standard input.")
    var line: String?
    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Completions of a line, at most.", valueName: "n"))
    var count = 10
    @OptionGroup(title: "What it goes by") var options: CompletionOptions
    @OptionGroup(title: "Going on") var going: ContinuationOptions
    @OptionGroup(title: "Training") var training: CompletionTrainingOptions
    @OptionGroup(title: "Measuring") var measuring: CompletionMeasureOptions
    @Flag(help: "Print JSON, an object a line.")
    var json = false
    @Flag(name: [.short, .long], help: "No progress.")
    var quiet = false
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var model: ModelOptions

    func validate() throws {
        let modes = [line != nil, !training.train.isEmpty, !measuring.measure.isEmpty].filter { $0 }.count
        if modes > 1 { throw ValidationError("expected one of a line, --train and --measure, found several.") }
        if !(1...1000).contains(count) { throw ValidationError("--count must be 1...1000, found \(count).") }
        if training.output != nil, training.train.isEmpty {
            throw ValidationError("--output is for --train: expected files of texts with --train FILE.")
        }
        if training.output == nil, !training.train.isEmpty {
            throw ValidationError("--train: expected a file to write with --output FILE.")
        }
        if measuring.measure.isEmpty, !measuring.genres.isEmpty || measuring.timed {
            throw ValidationError("--genres and --timed go with --measure: expected files with --measure FILE.")
        }
        if going.towards != nil, going.towardsVector != nil {
            throw ValidationError("expected --towards or --towards-vector, found both.")
        }
    }

    func run() throws {
        if !training.train.isEmpty { return try train() }
        let engine = try model.open()
        let completions = try options.open()
        if !measuring.measure.isEmpty {
            return try measuring.run(
                completions, engine, settings: options.settings(completions), threads: threads.count, json: json)
        }
        let completer = try options.completer(completions, engine)
        let direction = try going.direction(completer)
        func answer(_ line: String) throws(CommandError) {
            if going.isAsked {
                let added = going.continuation(of: line, completer, direction)
                if json {
                    try show(Self.json(line: line, added: added, going))
                } else {
                    try show([Visible.string(line + added)])
                }
            } else {
                let found = completer.completions(of: line, count: count)
                if json {
                    var json = JSONText()
                    Completion.write(found, of: line, to: &json)
                    try show(json)
                } else {
                    try show(Self.lines(line, found, .standardOutput))
                }
            }
        }
        if let line { return try answer(line) }
        var reader = LineReader(try InputSource.all([]))
        let batch = LineBatch()
        while try reader.fill(batch) {
            for index in batch.ends.indices { try answer(String(decoding: batch.line(index), as: UTF8.self)) }
        }
    }

    private static func lines(_ line: String, _ found: [Completion], _ style: Style) -> [String] {
        if found.isEmpty { return [style.quiet("no word of the model begins so: \(Visible.string(line))")] }
        var table = Table(right: [true, false])
        for completion in found {
            let share = Decimal.string(100 * completion.probability, places: 1) + " %"
            let shown = Visible.string(line)
            table.add([share, style.quiet(shown) + style.name(Visible.string(completion.added))])
        }
        return table.lines()
    }

    private static func json(line: String, added: String, _ going: ContinuationOptions) -> JSONText {
        var json = JSONText()
        json.object { json in
            json.value("line", line)
            if let towards = going.towards { json.value("towards", towards) }
            json.value("seed", "\(going.seed)")
            json.value("added", added)
        }
        return json
    }

    private func train() throws {
        let settings = training.settings(seed: going.seed, threads: threads.count)
        var work: CompletionTraining
        do throws(CompletionError) { work = try CompletionTraining(settings) } catch {
            throw CommandError(.usage, "\(error)")
        }
        let inputs = try InputSource.all(training.train)
        let engine = try model.open()
        // Before the work: a place that cannot be written to is told at once.
        var file = try OutputFile(path: training.output)
        let progress = ProgressBar(isQuiet: quiet)
        var reader = LineReader(inputs)
        progress.start(total: reader.totalBytes)
        defer { progress.finish() }
        let batch = LineBatch()
        var counts = LineCounts()
        while try reader.fill(batch) {
            for index in batch.ends.indices {
                let line = batch.line(index)
                counts.add(line, hasContent: true)
                work.add(line)
            }
            progress.update(done: reader.bytesRead)
        }
        let step = work.step
        let bytes: [UInt8]
        do throws(CompletionError) {
            bytes = try work.finish(with: engine) { progress.update($0) }
        } catch {
            progress.finish()
            throw CommandError(.malformedInput, "--train: \(error)")
        }
        try file.writeAll(bytes)
        try file.commit()
        progress.finish()
        counts.report(command: "complete --train", ofEmpty: "")
        if step > 1 {
            try Descriptor.standardError.write(
                "anneal: one text of \(step) was read, as --corpus-words has it\n")
        }
        if !quiet {
            let made: CompletionModel
            do throws(CompletionError) { made = try CompletionModel(bytes: bytes) } catch {
                throw CommandError(.inputOutput, "the model that was made: \(error)")
            }
            try Descriptor.standardError.write(
                "anneal: \(made.wordCount) words, \(made.bigramCount) pairs, \(made.trigramCount) triples, "
                    + "\(made.conceptCount) concepts of \(made.trainedOn) words of text, in \(made.byteCount) bytes\n")
        }
    }
}
