import ArgumentParser

struct TrainCommand: SiblingCommand {
    static let name = "train"
    static let product = "anneal-train"
    static let abstract = "Make a model from texts and a teacher's vectors."
    @Argument(parsing: .captureForPassthrough, completion: .file()) var arguments: [String] = []
}
