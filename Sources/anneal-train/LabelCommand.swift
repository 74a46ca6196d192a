import AnnealTrain
import ArgumentParser
import Foundation

struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Store a teacher's vectors for a corpus.")

    @Argument(help: "Texts, one a line. A folder stands for its files NAME.npy with NAME.npy.txt.")
    var corpus: String
    @Option(help: "Vectors of these texts: an .npy or a .safetensors file with a row a line.")
    var vectors: String?
    @Option(help: "The teacher's name.")
    var teacher: String
    @Option(help: "How the teacher was asked.")
    var settings = ""
    @Option(name: [.short, .long], help: "The store; one that is there is added to.")
    var output: String
    @Flag(help: "Store half-precision numbers instead of bytes with a scale.")
    var float16 = false

    func run() async throws {
        var pairs: [(texts: String, vectors: String)] = []
        if let vectors {
            pairs = [(corpus, vectors)]
        } else {
            for name in try FileManager.default.contentsOfDirectory(atPath: corpus).sorted()
            where name.hasSuffix(".npy") && !name.contains(".tmp") {
                let path = corpus + "/" + name
                if FileManager.default.fileExists(atPath: path + ".txt") { pairs.append((path + ".txt", path)) }
            }
        }
        var store: TeacherStoreWriter?
        for (texts, vectors) in pairs {
            let file = try CorpusFile(path: texts)
            var source = try FileTeacher(
                path: vectors, textCount: file.count, teacher: teacher, settings: settings,
                encoding: float16 ? .float16 : .int8)
            let writer = try store ?? TeacherStoreWriter(path: output, description: source.description)
            store = writer
            let summary = try await Labelling.run(file, teacher: &source, into: writer)
            print("\(vectors): \(summary.added) added, \(summary.known) known, \(writer.count) in all")
        }
    }
}
