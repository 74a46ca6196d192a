import AnnealJSON

/// The best times of the parts, and what they did.
struct BenchmarkResult {
    let texts: Int
    let bytes: Int
    let rows: Int
    let kernel: String
    let hash: UInt64
    var tokenizer = BestTime()
    var compiled = BestTime()
    var twoThreads = BestTime()
    var annealed = BestTime()
    var machine = BestTime()
    var kernelRows = BestTime()

    init(texts: Int, bytes: Int, rows: Int, kernel: String, hash: UInt64) {
        self.texts = texts
        self.bytes = bytes
        self.rows = rows
        self.kernel = kernel
        self.hash = hash
    }

    private var hashText: String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            json.value("texts", texts)
            json.value("bytes", bytes)
            json.value("kernel", kernel)
            json.value("hash", hashText)
            json.value("texts_per_second", compiled.rate(texts))
            json.value("megabytes_per_second", compiled.rate(bytes) / 1e6)
            json.value("tokenizer_megabytes_per_second", tokenizer.rate(bytes) / 1e6)
            json.value("machine_rows_per_second", machine.rate(rows))
            json.value("kernel_rows_per_second", kernelRows.rate(rows))
            json.value("annealed_texts_per_second", annealed.rate(texts))
            json.value("two_thread_ratio", compiled.seconds / twoThreads.seconds)
        }
        return json
    }

    var lines: [String] {
        func number(_ value: Double, _ places: Int = 0) -> String { Decimal.string(value, places: places) }
        var table = Table(right: [false, true, false])
        table.add(["texts", number(compiled.rate(texts)), "a second, one thread, compiled"])
        table.add(["", number(compiled.rate(bytes) / 1e6, 1), "MB a second"])
        table.add(["annealed", number(annealed.rate(texts)), "texts a second"])
        table.add(["two threads", number(compiled.seconds / twoThreads.seconds, 2), "times one"])
        table.add(["tokenizer", number(tokenizer.rate(bytes) / 1e6, 1), "MB a second"])
        table.add(["machine", number(machine.rate(rows) / 1e6, 1), "million rows a second"])
        table.add(["kernel", number(kernelRows.rate(rows) / 1e6, 1), "million rows a second (\(kernel))"])
        table.add(["hash", hashText, "of \(texts) vectors"])
        return table.lines(indent: 0)
    }
}
