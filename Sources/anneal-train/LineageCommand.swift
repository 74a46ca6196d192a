import AnnealEvolution
import AnnealPlatform
import AnnealRewrite
import AnnealTokens
import AnnealTraining
import ArgumentParser
import Foundation

struct LineageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage",
        abstract: "Print how a model came to be.",
        discussion: """
            Reads the record that evolve writes: settings, generations with the hash of each one's parent, kinds of \
            rules, and the best rules with their ancestors.

            Examples:
              anneal-train lineage run.lineage
              anneal-train lineage run.lineage --tokenizer tokenizer.model --best 50 --pictures pictures/
            """)

    @Argument(help: "The lineage file.", completion: .file())
    var file: String
    @Option(help: "A SentencePiece model, to print pieces instead of token ids.", completion: .file())
    var tokenizer: String?
    @Option(help: "How many rules to print.")
    var best = 20
    @Option(help: "A folder to write SVG pictures to.", completion: .directory)
    var pictures: String?

    func run() throws {
        guard FileManager.default.fileExists(atPath: file) else {
            throw TrainError(place: file, expected: "a lineage file", found: "none")
        }
        var vocabulary: (any Vocabulary)?
        if let tokenizer {
            let bytes = try TokenizerFile.read(tokenizer)
            vocabulary = PieceVocabulary(try bytes.withUnsafeBytes { try Tokenizer(model: $0) })
        }
        let report = LineageReport(try LineageStore(path: file), vocabulary: vocabulary)
        for line in try report.lines(best: best) { print(line) }
        guard let pictures else { return }
        try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
        for picture in try report.pictures() {
            let path = pictures + "/" + picture.name + ".svg"
            try AtomicFile.write(Array(picture.document.utf8), to: Path(argument: path))
            print("wrote \(path)")
        }
    }
}

/// The pieces of a tokenizer as names of tokens.
private struct PieceVocabulary: Vocabulary {
    private let pieces: [String]
    private let ids: [String: UInt32]

    init(_ tokenizer: Tokenizer) {
        pieces = (0..<tokenizer.pieceCount).map { tokenizer.piece(UInt32($0)) }
        ids = Dictionary(pieces.enumerated().map { ($1, UInt32($0)) }, uniquingKeysWith: { first, _ in first })
    }

    func pieceID(of piece: String) -> UInt32? { ids[piece] }
    func piece(of id: UInt32) -> String? { id < pieces.count ? pieces[Int(id)] : nil }
}
