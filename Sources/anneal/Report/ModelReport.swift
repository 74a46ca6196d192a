import AnnealContainer
import AnnealJSON
import AnnealModel
import AnnealPlatform

/// What a model file holds, for people and for programs.
struct ModelReport {
    let model: Model
    let path: Path
    let isVerified: Bool

    private var counts: [(name: String, value: Int)] {
        let shape = model.shape
        return [
            ("dimension", shape.dimension), ("tokens", shape.tokenCount), ("rows", shape.rowCount),
            ("phrases", shape.rowCount - shape.tokenCount), ("rules", shape.ruleCount), ("roles", shape.roleCount),
            ("classes", shape.classCount),
        ]
    }

    func lines(_ style: Style) -> [String] {
        var lines = ["\(path)", ""]
        var facts = Table(right: [false, false])
        facts.add(["hash", "\(model.contentHash)" + (isVerified ? style.added("  verified") : "")])
        facts.add(["bytes", "\(model.byteCount)"])
        for count in counts { facts.add([count.name, "\(count.value)"]) }
        lines += facts.lines()
        lines.append("")
        lines.append(style.heading("Sections"))
        var sections = Table(right: [false, true, true, false])
        sections.add(["tag", "offset", "bytes", "checksum"].map { style.quiet($0) })
        for section in model.sections {
            sections.add([
                "\(section.tag)", "\(section.offset)", "\(section.length)", ModelReport.hexadecimal(section.checksum),
            ])
        }
        lines += sections.lines()
        if !model.metadata.entries.isEmpty {
            lines.append("")
            lines.append(style.heading("Metadata"))
            var metadata = Table(right: [false, false])
            for entry in model.metadata.entries {
                metadata.add([Visible.string(entry.key), Visible.string(entry.value)])
            }
            lines += metadata.lines()
        }
        return lines
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            json.value("path", path.text ?? "\(path)")
            json.value("hash", "\(model.contentHash)")
            json.value("bytes", model.byteCount)
            for count in counts { json.value(count.name, count.value) }
            json.array("sections") { json in
                for section in model.sections {
                    json.object { json in
                        json.value("tag", "\(section.tag)")
                        json.value("offset", Int(section.offset))
                        json.value("bytes", Int(section.length))
                        json.value("checksum", ModelReport.hexadecimal(section.checksum))
                    }
                }
            }
            json.object("metadata") { json in
                for entry in model.metadata.entries { json.value(entry.key, entry.value) }
            }
        }
        return json
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
