import AnnealGGUF
import AnnealJSON
import AnnealPlatform

/// What a GGUF file has, for people and for programs.
struct GGUFReport {
    let file: GGUFFile

    /// Text beyond this is told by its size only.
    private static let textLimit = 65_536
    /// Characters that people are shown of text, and elements of an array.
    private static let shown = (characters: 60, elements: 4)
    /// The longest array that programs are given.
    private static let elementLimit = 16

    /// Of all tensors. They lie inside the file, so the sum is small.
    private var numberCount: Int { file.tensors.reduce(0) { $0 + $1.count } }

    private var types: [(type: GGUFTensorType, tensors: Int, byteCount: Int)] {
        GGUFTensorType.allCases.compactMap { type in
            let tensors = file.tensors.filter { $0.type == type }
            return tensors.isEmpty ? nil : (type, tensors.count, tensors.reduce(0) { $0 + $1.byteCount })
        }
    }

    func lines(_ style: Style) throws(GGUFError) -> [String] {
        var lines = ["\(file.path)", ""]
        var facts = Table(right: [false, false])
        for (name, value) in [
            ("version", file.version), ("bytes", file.byteCount), ("alignment", file.alignment),
            ("data at", file.dataOffset), ("tensors", file.tensors.count), ("numbers", numberCount),
        ] {
            facts.add([name, "\(value)"])
        }
        lines += facts.lines() + ["", style.heading("Metadata")]
        var metadata = Table(right: [false, false, false])
        for entry in file.metadata {
            let type = "\(entry.type)" + (entry.arrayCount.map { " × \($0)" } ?? "")
            metadata.add([Visible.string(entry.key), style.quiet(type), try text(of: entry)])
        }
        lines += metadata.lines() + ["", style.heading("Types")]
        var types = Table(right: [false, true, true, false])
        types.add(["type", "tensors", "bytes", ""].map { style.quiet($0) })
        for (type, tensors, byteCount) in self.types {
            types.add([type.name, "\(tensors)", "\(byteCount)", type.isReadable ? "" : style.removed("not read")])
        }
        lines += types.lines() + ["", style.heading("Tensors")]
        var tensors = Table(right: [false, false, false, true, true])
        tensors.add(["name", "type", "shape", "bytes", "at byte"].map { style.quiet($0) })
        for tensor in file.tensors {
            let shape = tensor.shape.map(String.init).joined(separator: " × ")
            tensors.add([
                Visible.string(tensor.name), tensor.type.name, shape, "\(tensor.byteCount)", "\(tensor.offset)",
            ])
        }
        return lines + tensors.lines()
    }

    func json() throws(GGUFError) -> JSONText {
        var json = JSONText()
        // What JSON is made of is read before, for its closures throw any error.
        var values: [[GGUFValue]] = []
        for entry in file.metadata {
            var elements: [GGUFValue] = []
            if entry.byteCount <= Self.textLimit, entry.count <= Self.elementLimit {
                try file.forEachElement(of: entry) { elements.append($1) }
            }
            values.append(elements)
        }
        json.object { json in
            json.value("path", file.path.text ?? "\(file.path)")
            json.value("version", file.version)
            json.value("bytes", file.byteCount)
            json.value("alignment", file.alignment)
            json.value("data_offset", file.dataOffset)
            json.value("numbers", numberCount)
            json.array("metadata") { json in
                for (entry, elements) in zip(file.metadata, values) {
                    json.object { json in
                        json.value("key", entry.key)
                        json.value("type", "\(entry.type)")
                        json.value("bytes", entry.byteCount)
                        if let count = entry.arrayCount {
                            json.value("count", count)
                            if elements.count == count {
                                json.array("values") { json in for value in elements { json.add(nil, value) } }
                            }
                        } else if let value = elements.first {
                            json.add("value", value)
                        }
                    }
                }
            }
            json.array("types") { json in
                for (type, tensors, byteCount) in types {
                    json.object { json in
                        json.value("type", type.name)
                        json.value("tensors", tensors)
                        json.value("bytes", byteCount)
                    }
                }
            }
            json.array("tensors") { json in
                for tensor in file.tensors {
                    json.object { json in
                        json.value("name", tensor.name)
                        json.value("type", tensor.type.name)
                        json.array("shape") { json in for length in tensor.shape { json.value(nil, length) } }
                        json.value("bytes", tensor.byteCount)
                        json.value("offset", tensor.offset)
                        json.value("readable", tensor.type.isReadable)
                    }
                }
            }
        }
        return json
    }

    private func text(of entry: GGUFEntry) throws(GGUFError) -> String {
        guard entry.type != .string || entry.byteCount <= Self.textLimit || entry.arrayCount != nil else {
            return "\(entry.byteCount - 8) bytes"
        }
        var parts: [String] = []
        for index in 0..<min(entry.count, Self.shown.elements) {
            parts.append(text(try file.element(index, of: entry)))
        }
        if entry.count > parts.count { parts.append("…") }
        return parts.joined(separator: ", ")
    }

    private func text(_ value: GGUFValue) -> String {
        switch value {
        case .unsigned(let value): return "\(value)"
        case .signed(let value): return "\(value)"
        case .float(let value):
            return Float(value).isFinite && Double(Float(value)) == value ? "\(Float(value))" : "\(value)"
        case .bool(let value): return "\(value)"
        case .string(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            let start = text.prefix(Self.shown.characters)
            return Visible.string(String(start)) + (start.endIndex < text.endIndex ? "… (\(bytes.count) bytes)" : "")
        }
    }
}

extension JSONText {
    /// A number beyond 2^63 is written as text, for few readers of JSON keep it.
    fileprivate mutating func add(_ name: String?, _ value: GGUFValue) {
        switch value {
        case .unsigned(let value):
            if let value = Int(exactly: value) { self.value(name, value) } else { self.value(name, "\(value)") }
        case .signed(let value): self.value(name, Int(value))
        case .float(let value): self.value(name, value)
        case .bool(let value): self.value(name, value)
        case .string(let bytes): self.value(name, String(decoding: bytes, as: UTF8.self))
        }
    }
}

/// What reading all of a GGUF file finds.
struct GGUFCheck {
    let file: GGUFFile
    /// What is wrong, a line each.
    private(set) var problems: [String] = []
    /// Tensors whose type is not read.
    private(set) var unread: [GGUFTensor] = []
    private(set) var numberCount = 0
    private(set) var stringCount = 0

    /// - Parameter progress: gets the bytes that were read.
    init(_ file: GGUFFile, progress: (Int) -> Void) throws(GGUFError) {
        self.file = file
        var done = file.dataOffset
        try checkMetadata()
        for tensor in file.tensors {
            guard tensor.type.isReadable else {
                unread.append(tensor)
                done += tensor.byteCount
                continue
            }
            var (nans, infinities, place, first) = (0, 0, 0, nil as Int?)
            var pieces = try file.pieces(of: tensor, rows: 0..<tensor.rowCount)
            while let piece = try pieces.next() {
                for (index, number) in piece.enumerated() where !number.isFinite {
                    if number.isNaN { nans += 1 } else { infinities += 1 }
                    first = first ?? place + index
                }
                place += piece.count
                progress(done + tensor.byteCount - pieces.byteCount)
            }
            done += tensor.byteCount
            numberCount += place
            if let first {
                problems.append(
                    "tensor \(tensor.name): \(nans) NaN and \(infinities) infinite numbers of \(place), the first in row "
                        + "\(first / tensor.width), column \(first % tensor.width)")
            }
        }
    }

    private mutating func checkMetadata() throws(GGUFError) {
        for entry in file.metadata {
            var (count, bad, first) = (0, 0, 0)
            try file.forEachElement(of: entry) { index, value in
                guard case .string(let bytes) = value else { return }
                count += 1
                if !String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(bytes) {
                    if bad == 0 { first = index }
                    bad += 1
                }
            }
            stringCount += count
            if bad > 0 {
                problems.append(
                    "metadata \(entry.key): \(bad) of \(count) strings are not UTF-8, the first is number \(first)")
            }
        }
    }

    var lines: [String] {
        problems.map(Visible.string)
            + unread.map { "tensor \(Visible.string($0.name)): numbers of type \($0.type.name) are not read" }
            + [
                "\(file.metadata.count) keys, \(stringCount) strings, \(file.tensors.count) tensors, \(numberCount) numbers: "
                    + (problems.isEmpty ? "sound" : "\(problems.count) with problems")
            ]
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            json.value("path", file.path.text ?? "\(file.path)")
            json.value("keys", file.metadata.count)
            json.value("strings", stringCount)
            json.value("tensors", file.tensors.count)
            json.value("numbers", numberCount)
            json.array("unread") { json in for tensor in unread { json.value(nil, tensor.name) } }
            json.array("problems") { json in for problem in problems { json.value(nil, problem) } }
        }
        return json
    }
}
