import AnnealConcepts
import AnnealJSON
import AnnealPlatform

/// What a measurement of completions came to, for people and for programs.
struct CompletionReport {
    let model: CompletionModel
    let found: CompletionMeasurement
    let files: [Path]

    func lines(_ style: Style) -> [String] {
        var table = Table(right: [false] + [Bool](repeating: true, count: 4))
        table.add(["", "perplexity", "no letter", "1 letter", "2 letters"].map { style.quiet($0) })
        for (way, sums) in zip(found.ways, found.total) {
            let hits = (0..<CompletionMeasurement.letters).map { letters in
                let asked = Double(sums.asked[letters])
                if asked == 0 { return "" }
                return Decimal.string(100 * Double(sums.first[letters]) / asked, places: 1) + " / "
                    + Decimal.string(100 * Double(sums.firstThree[letters]) / asked, places: 1)
            }
            table.add([way.name, Decimal.string(sums.perplexity, places: 1)] + hits)
        }
        let words = found.total.first?.words ?? 0
        var lines = table.lines()
        lines += [
            "",
            "  \(words) words; \(found.unknown) that the model does not know are left out",
            "  letters typed: how often the right word is first / among the first three, in %, of words of \(CompletionMeasurement.wordLetters) letters or more",
        ]
        if !found.seconds.isEmpty {
            lines.append("  a call: \(milliseconds(50)) ms, 95 of 100 within \(milliseconds(95)) ms")
        }
        return lines
    }

    private func milliseconds(_ part: Int) -> String { Decimal.string(1000 * time(part), places: 3) }

    private func time(_ part: Int) -> Double {
        found.seconds[min(found.seconds.count - 1, found.seconds.count * part / 100)]
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            json.object("model") { json in
                json.value("hash", "\(model.identity)")
                json.value("bytes", model.byteCount)
                json.value("words", model.wordCount)
                json.value("bigrams", model.bigramCount)
                json.value("trigrams", model.trigramCount)
                json.value("concepts", model.conceptCount)
                json.value("trained_on", model.trainedOn)
            }
            json.value("unknown", found.unknown)
            if !found.seconds.isEmpty {
                json.value("milliseconds_median", 1000 * time(50))
                json.value("milliseconds_95", 1000 * time(95))
            }
            json.array("ways") { json in ways(found.total, &json) }
            json.array("sources") { json in
                for (index, file) in files.enumerated() {
                    json.object { json in
                        json.value("file", "\(file)")
                        json.array("ways") { json in ways(found.sources[index], &json) }
                        json.array("texts") { json in
                            for text in found.texts[index] {
                                json.object { json in
                                    json.value("words", text.words)
                                    json.array("logarithms") { json in
                                        for value in text.logarithms { json.value(nil, value) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return json
    }

    private func ways(_ sums: [CompletionMeasurement.Sums], _ json: inout JSONText) {
        for (way, sum) in zip(found.ways, sums) {
            json.object { json in
                json.value("name", way.name)
                json.value("words", sum.words)
                json.value("perplexity", sum.perplexity)
                json.array("letters") { json in
                    for letters in 0..<CompletionMeasurement.letters where sum.asked[letters] > 0 {
                        json.object { json in
                            json.value("typed", letters)
                            json.value("asked", sum.asked[letters])
                            json.value("first", sum.first[letters])
                            json.value("first_three", sum.firstThree[letters])
                        }
                    }
                }
            }
        }
    }
}
