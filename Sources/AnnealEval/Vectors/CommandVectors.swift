#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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
        var rows = [Float](repeating: 0, count: output.count / 4)
        output.withUnsafeBytes { bytes in
            for index in rows.indices {
                rows[index] = Float(
                    bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
            }
        }
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
        // A file without a name that the command inherits: it needs no thread that writes while this one reads, and
        // nothing is left of it however this ends.
        guard let file = tmpfile() else { throw failure(place, "a temporary file") }
        defer { fclose(file) }
        guard fwrite(input, 1, input.count, file) == input.count, fflush(file) == 0,
            lseek(fileno(file), 0, SEEK_SET) == 0
        else { throw failure(place, "a temporary file with room for \(input.count) bytes") }
        let descriptor = dup(fileno(file))
        guard descriptor >= 0 else { throw failure(place, "a descriptor") }
        defer { close(descriptor) }
        guard let pipe = popen("{ \(command)\n} </dev/fd/\(descriptor)", "r") else {
            throw failure(place, "a command that starts")
        }
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = fread(&block, 1, block.count, pipe)
            if count == 0 { break }
            output += block[..<count]
        }
        let status = pclose(pipe)
        guard status == 0 else {
            throw EvalError(
                place: place, expected: "a command that succeeds",
                found: status & 0x7f == 0 ? "exit status \(status >> 8 & 0xff)" : "signal \(status & 0x7f)")
        }
        return output
    }

    private static func failure(_ place: String, _ expected: String) -> EvalError {
        EvalError(place: place, expected: expected, found: String(cString: strerror(errno)))
    }
}
