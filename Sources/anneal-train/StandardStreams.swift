import AnnealFormats
import AnnealTraining
import Foundation

/// Texts and vectors by way of standard input and output.
enum StandardStreams {
    /// The lines of standard input, without their line feeds.
    static func lines() throws -> [[UInt8]] {
        let input = [UInt8](try FileHandle.standardInput.readToEnd() ?? Data())
        var lines = input.split(separator: 0x0A, omittingEmptySubsequences: false).map { [UInt8]($0) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// Little-endian 32-bit floats from standard input.
    /// - Throws: ``TrainError`` if they are not whole rows of `width`.
    static func floats(width: Int) throws -> [Float] {
        let input = try FileHandle.standardInput.readToEnd() ?? Data()
        guard !input.isEmpty, input.count % (4 * width) == 0 else {
            throw TrainError(
                place: "standard input", expected: "rows of \(width) 32-bit floats", found: "\(input.count) bytes")
        }
        return RawFloats.decode([UInt8](input))
    }

    /// Writes little-endian 32-bit floats to standard output.
    static func write(_ floats: [Float]) throws {
        try FileHandle.standardOutput.write(contentsOf: Data(RawFloats.encode(floats)))
    }
}
