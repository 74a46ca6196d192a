import AnnealJSON
import AnnealSound

/// What is sung or heard, for people, for programs, and as a spectrogram.
struct SoundReport {
    let concepts: ConceptSet
    let chords: [[ConceptStrength]]
    /// Nil where only the sound is known.
    let sentences: [String]?

    /// Texts of a picture, at most, and columns of each.
    static let picturedTexts = 30
    private static let columnsOfText = 24
    /// Amplitudes below this are left white.
    private static let faint = 0.01

    var lines: [String] {
        var table = Table(right: [true, false, false])
        for (number, chord) in chords.enumerated() {
            let tones = chord.map { tone in
                "\(concepts.names[tone.concept]) "
                    + "\(Decimal.string(Double(concepts.frequencies[tone.concept]), places: 0)) Hz "
                    + "\(Decimal.string(100 * tone.strength, places: 0)) %"
            }
            let start = Decimal.string(Double(number) * Song.textSeconds, places: 1) + " s"
            let shown = tones.isEmpty ? "silence" : tones.joined(separator: ", ")
            table.add([start, shown, sentences.map { Visible.string(String($0[number].prefix(60))) } ?? ""])
        }
        return table.lines()
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            json.value("carriers", "\(concepts.identity)")
            json.array("sentences") { json in
                for (number, chord) in chords.enumerated() {
                    json.object { json in
                        if let sentences { json.value("text", sentences[number]) }
                        json.value("start", (Double(number) * Song.textSeconds * 10).rounded() / 10)
                        json.array("concepts") { json in
                            for tone in chord {
                                json.object { json in
                                    json.value("name", concepts.names[tone.concept])
                                    json.value("concept", tone.concept)
                                    json.value("frequency", Double(concepts.frequencies[tone.concept]))
                                    json.value("strength", (tone.strength * 1000).rounded() / 1000)
                                }
                            }
                        }
                    }
                }
            }
        }
        return json
    }

    /// Amplitudes at the concepts' frequencies over time, a row a concept, with the names of those that a sentence has.
    func picture(_ sound: Sound) -> Drawing {
        let texts = min(Self.picturedTexts, chords.count)
        let (wide, high, left) = (4.0, 3.0, 60.0)
        let order = (0..<concepts.count).sorted { concepts.frequencies[$0] < concepts.frequencies[$1] }
        var row = [Int](repeating: 0, count: concepts.count)
        for (place, concept) in order.enumerated() { row[concept] = place }
        let width = left + Double(texts * Self.columnsOfText) * wide
        var drawing = Drawing(width: max(400, width + 80), height: Double(order.count) * high + 60)
        let bottom = Double(order.count) * high + 30
        let all = chords.count > texts ? ", first \(texts) of \(chords.count) sentences" : ""
        drawing.text(left, 18, "amplitude at the concepts' frequencies, over time\(all)", size: 12)
        let length = Int(Song.textSeconds * sound.rate) / Self.columnsOfText
        for column in 0..<texts * Self.columnsOfText {
            let range = column * length..<min(sound.count, (column + 2) * length)
            guard range.count > length else { break }
            let amplitudes = Listener.amplitudes(sound[range], sound.rate, concepts.frequencies)
            for (place, concept) in order.enumerated() where amplitudes[concept] > Self.faint {
                let shade = Int(max(0, 92 - 110 * amplitudes[concept]))
                drawing.rectangle(
                    left + Double(column) * wide, bottom - Double(place + 1) * high, wide, high,
                    "hsl(210,70%,\(shade)%)")
            }
        }
        for place in stride(from: 0, to: order.count, by: 16) {
            let hertz = Decimal.string(Double(concepts.frequencies[order[place]]), places: 0)
            drawing.text(left - 4, bottom - Double(place) * high, "\(hertz) Hz", size: 9, anchor: "end")
        }
        for (number, chord) in chords.prefix(texts).enumerated() {
            let x = left + Double(number * Self.columnsOfText) * wide
            drawing.line(x, 30, x, bottom, "#dddddd")
            drawing.text(x, bottom + 14, Decimal.string(Double(number) * Song.textSeconds, places: 1) + " s", size: 9)
            for tone in chord {
                drawing.text(
                    x + 9 * wide, bottom - (Double(row[tone.concept]) + 1.5) * high, concepts.names[tone.concept],
                    size: 9)
            }
        }
        return drawing
    }
}
