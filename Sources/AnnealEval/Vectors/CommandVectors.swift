import AnnealFormats
import AnnealPlatform

/// The vectors of a program that reads texts, one a line, from its standard input and writes little-endian 32-bit floats, row
/// behind row, to its standard output, as `anneal embed --format f32` does.
///
/// The program is run once, for all texts that will be asked for. Its vectors are divided by their lengths.
public struct CommandVectors: VectorSource {
    public let name: String
    public let dimension: Int
    private let rows: [Float]
    private let places: [String: Int]

    /// Runs the program.
    /// - Parameters:
    ///   - command: for `/bin/sh`.
    ///   - texts: what will be asked for, without line feeds; texts that are there twice are sent once.
    /// - Throws: ``EvalError`` if the program fails, or writes anything but finite numbers, as many for each text.
    public init(name: String, command: String, texts: [String]) throws(EvalError) {
        var places: [String: Int] = [:]
        var lines: [UInt8] = []
        for text in texts where places[text] == nil {
            places[text] = places.count
            lines += text.utf8
            lines.append(0x0A)
        }
        let output = try Self.run(command, input: lines, place: name)
        let rowBytes = 4 * max(1, places.count)
        guard !output.isEmpty, output.count % rowBytes == 0 else {
            throw EvalError(
                place: name, expected: "32-bit floats, as many for each of \(places.count) lines",
                found: "\(output.count) bytes")
        }
        dimension = output.count / rowBytes
        var rows = RawFloats.decode(output)
        for row in 0..<places.count {
            let numbers = row * dimension..<(row + 1) * dimension
            var squares = 0.0
            for index in numbers { squares += Double(rows[index]) * Double(rows[index]) }
            guard squares.isFinite else {
                throw EvalError(
                    place: name, expected: "finite numbers", found: "others in the vector of line \(row + 1)")
            }
            let factor = squares > 0 ? 1 / squares.squareRoot() : 0
            for index in numbers { rows[index] = Float(Double(rows[index]) * factor) }
        }
        self.name = name
        self.rows = rows
        self.places = places
    }

    /// - Throws: ``EvalError`` for a text that was not sent.
    public func vectors(of texts: [String]) throws -> [Float] {
        var found: [Float] = []
        found.reserveCapacity(texts.count * dimension)
        for text in texts {
            guard let place = places[text] else {
                throw EvalError(place: name, expected: "a text that was sent", found: "\"\(text)\"")
            }
            found += rows[place * dimension..<(place + 1) * dimension]
        }
        return found
    }

    /// The bytes that a command writes when it is given some.
    private static func run(_ command: String, input: [UInt8], place: String) throws(EvalError) -> [UInt8] {
        let output: [UInt8]
        let ending: ShellCommand.Ending
        do throws(SystemError) { (output, ending) = try ShellCommand.run(command, input: input) } catch {
            throw EvalError(place: place, expected: "a command that can be run", found: "\(error)")
        }
        switch ending {
        case .exit(status: 0): return output
        case .exit(let status):
            throw EvalError(place: place, expected: "a command that succeeds", found: "exit status \(status)")
        case .signal(let number):
            throw EvalError(place: place, expected: "a command that succeeds", found: "signal \(number)")
        }
    }
}
