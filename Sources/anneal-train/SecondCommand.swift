import AnnealModel
import AnnealPlatform
import AnnealTraining
import ArgumentParser

struct SecondCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "second",
        abstract: "Bring a second teacher into a model.",
        discussion: """
            Multiplies all constants of a model by one matrix, so that its cosines are partly those of a second teacher, as far \
            as they follow from its vectors. Nothing is trained; texts that the second teacher has labelled say which matrix, \
            and some ten thousand are enough. The model keeps its size and its speed. Vectors of both models cannot be \
            compared.

              anneal-train label labels-e5/lines --teacher multilingual-e5-small --output second
              anneal-train second mine.anneal --labels second --output both.anneal

            Directions in which vectors are long count a little less afterwards (--flattening), which helps search and words. \
            With --share 0 that is all that is done.
            """)

    @Argument(help: "The model.", completion: .file())
    var model: String
    @Option(help: "A store of the second teacher's vectors; may be given several times.", completion: .file())
    var labels: [String]
    @Option(name: [.short, .long], help: "The model file to write.", completion: .file())
    var output: String
    @Option(help: "Its name. Default: the model's.")
    var name: String?
    @Option(help: "The second teacher's share of a cosine, from 0 to below 1.")
    var share = SecondTeacher.Settings().share
    @Option(help: "How much less long directions count, from 0 to 1.")
    var flattening = SecondTeacher.Settings().flattening
    @Option(help: "Draws the least squares to zero as so many texts would.")
    var ridge = SecondTeacher.Settings().ridge
    @Option(name: [.short, .long], help: "Threads; the result is the same for any number. Default: one a processor.")
    var threads: Int?

    func run() throws {
        let threads = threads ?? WorkerThread.available
        let opened = try Model(path: model)
        var settings = SecondTeacher.Settings()
        (settings.share, settings.flattening, settings.ridge) = (share, flattening, ridge)
        let second = try SecondTeacher(
            for: opened, stores: labels.map { try TeacherStore(path: $0) }, settings: settings, threads: threads)
        try ModelWriter.write(second.parts(of: opened, name: name, threads: threads), to: output)
        Progress().log("wrote \(output)")
    }
}
