import AnnealTraining
import Foundation

/// The bytes of a tokenizer's file, which says nothing of them.
enum TokenizerFile {
    static func read(_ path: String) throws(TrainError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw TrainError(place: path, expected: "a readable file", found: error.localizedDescription)
        }
    }
}
