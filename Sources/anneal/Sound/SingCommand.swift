import Anneal
import AnnealFormats
import AnnealJSON
import AnnealPlatform
import AnnealSound
import ArgumentParser

struct SingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sing",
        abstract: "Turn a text into sound: concepts become tones, and 'anneal listen' hears them again.",
        discussion: """
            Every sentence gets 0.6 seconds of sound at 48 kHz. Its three nearest concepts are tones, as loud as they are near; \
            what is near in meaning is near in pitch. 24 oscillators glide from the tones of one sentence to those of the \
            next, each tone its share of them. It is no speech.

            A sentence ends at a line's end, or at a mark that ends sentences. 'anneal carriers' lists the concepts. \
            --json says what is sung: for each sentence its concepts, strongest first.

            Examples:
              anneal sing 'The sea was calm. A storm came at night.' --output story.wav
              anneal sing --file story.txt --output story.wav --picture story.svg --json
              anneal listen story.wav
            """)

    @Argument(help: "The text. Or name a file with --file.")
    var text: String?
    @Option(help: ArgumentHelp("Read the text here; '-' is standard input.", valueName: "file"), completion: .file())
    var file: Path?
    @Option(name: [.short, .long], help: ArgumentHelp("The WAV file to write.", valueName: "file"))
    var output: Path
    @Option(help: ArgumentHelp("Draw a spectrogram with the concepts' names here, as SVG.", valueName: "file"))
    var picture: Path?
    @Option(help: "Of the oscillators' noise.")
    var seed: UInt64 = 0
    @Flag(help: "Print JSON.")
    var json = false
    @Flag(name: [.short, .long], help: "No progress.")
    var quiet = false
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var carriers: CarrierOptions
    @OptionGroup var model: ModelOptions

    func validate() throws {
        if (text == nil) == (file == nil) { throw ValidationError("Expected a text or --file, one of both.") }
        if output == "-" {
            throw ValidationError("--output: expected a file, for what is sung is told on standard output.")
        }
    }

    func run() throws {
        let whole = try file.map { try String(decoding: InputSource($0).readText(), as: UTF8.self) } ?? text ?? ""
        let sentences = Sentences.of(whole)
        if sentences.count > Song.textsMost {
            let error = SoundError.tooManyTexts(expected: Song.textsMost, found: sentences.count)
            throw CommandError(.malformedInput, "\(error)")
        }
        let (engine, concepts) = try carriers.open(model)
        let vectors = try engine.matrix(of: sentences, threads: threads.count)
        let chords = Parallel.map(sentences.count, threads: threads.count) {
            Song.chord(concepts.strongest(Song.tones, of: vectors.row($0)))
        }
        let report = SoundReport(concepts: concepts, chords: chords, sentences: sentences)
        let first = try sing(chords, concepts)
        if let picture { try write(Array(report.picture(first).svg.utf8), picture) }
        if json { try show(report.json) } else { try show(report.lines) }
    }

    /// Writes the song, and returns the first of it.
    private func sing(_ chords: [[ConceptStrength]], _ concepts: ConceptSet) throws -> Sound {
        if chords.allSatisfy(\.isEmpty) { throw CommandError(.malformedInput, "\(SoundError.nothingToSing)") }
        let progress = ProgressBar(isQuiet: quiet)
        progress.start(total: nil)
        defer { progress.finish() }
        var output = try OutputFile(path: output)
        try output.writeAll(WaveFile.header(rate: Song.rate, samples: Song.samples(texts: chords.count)))
        var song = Song(frequencies: concepts.frequencies, seed: seed)
        var first: [Float] = []
        for (number, chord) in chords.enumerated() {
            let samples = song.sing(chord)
            if number < SoundReport.picturedTexts { first += samples }
            try output.writeAll(WaveFile.bytes(samples))
            progress.update("\(number + 1) of \(chords.count) sentences")
        }
        try output.writeAll(WaveFile.bytes(song.end()))
        try output.commit()
        return Sound(rate: Double(Song.rate), samples: first)
    }
}

struct ListenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Hear which concepts 'anneal sing' has sung, from the sound alone.",
        discussion: """
            Reads a WAV file: PCM of 8 to 32 bits or floats, at any rate of more than twice the highest tone. Channels are \
            averaged. It must begin where the song began, and --carriers must be what it was sung with. A file that ends too \
            early is heard as far as it goes. Silence, or noise alone, is an error.

            Examples:
              anneal listen story.wav
              anneal listen story.wav --json
            """)

    @Argument(help: "The WAV file.", completion: .file())
    var file: Path
    @Option(help: ArgumentHelp("Draw a spectrogram with the concepts' names here, as SVG.", valueName: "file"))
    var picture: Path?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var carriers: CarrierOptions

    func run() throws {
        let path = try InputSource(file).path ?? file
        let sound: Sound
        do throws(FormatError) { sound = try Sound(path) } catch {
            throw CommandError(.malformedInput, "\(error)", hint: error.hint)
        }
        let concepts = try carriers.open(beside: nil)
        let chords: [[ConceptStrength]]
        do throws(SoundError) {
            chords = try Listener(frequencies: concepts.frequencies).hear(sound, threads: threads.count)
        } catch {
            throw CommandError(.malformedInput, "\(file): \(error)")
        }
        if sound.isCut {
            let seconds = Decimal.string(sound.seconds, places: 2)
            try? Descriptor.standardError.write("anneal: \(file) ends early: \(seconds) seconds are there\n")
        }
        let report = SoundReport(concepts: concepts, chords: chords, sentences: nil)
        if let picture { try write(Array(report.picture(sound).svg.utf8), picture) }
        if json { try show(report.json) } else { try show(report.lines) }
    }
}

private func write(_ bytes: [UInt8], _ path: Path) throws(CommandError) {
    var output = try OutputFile(path: path)
    try output.writeAll(bytes)
    try output.commit()
}

/// Where sentences end, for sound: nothing depends on it but what is sung together.
enum Sentences {
    /// Ends at a line's end, at `.`, `!`, `?` or `…` before a space, closing marks between, and at `。`, `！`, `？`.
    static func of(_ text: String) -> [String] {
        var sentences: [String] = []
        var current = String.UnicodeScalarView()
        var isEnd = false
        func end() {
            sentences.append(String(current))
            current.removeAll()
            isEnd = false
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}":
                end()
            case "。", "！", "？":
                current.append(scalar)
                end()
            case ".", "!", "?", "…":
                current.append(scalar)
                isEnd = true
            case "\"", "'", "”", "’", "»", ")", "]":
                current.append(scalar)
            default:
                if isEnd, scalar.properties.isWhitespace {
                    end()
                } else {
                    current.append(scalar)
                    isEnd = false
                }
            }
        }
        end()
        return sentences.map { String($0.trimmingPrefix(while: \.isWhitespace)) }.filter { !$0.isEmpty }
    }
}
