import ArgumentParser

struct LabelCommand: SiblingCommand {
    static let name = "label"
    static let product = "anneal-train"
    static let abstract = "Store a teacher's vectors for texts."
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
