import Foundation

extension EvolutionSettings {
    /// The settings as they are recorded and compared: without the number of threads, which changes nothing.
    var recorded: String {
        get throws {
            var settings = self
            settings.threads = 0
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(settings), as: UTF8.self)
        }
    }
}
