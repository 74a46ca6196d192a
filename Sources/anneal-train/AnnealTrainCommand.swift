import ArgumentParser

@main
struct AnnealTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anneal-train", abstract: "Make models.", subcommands: [EvolveCommand.self])
}
