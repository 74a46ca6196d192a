import AnnealFormats
import AnnealPlatform
import Foundation
import Testing

/// Files that other programs have written (`Fixtures/arrays.py`), and ours read by another program.
@Suite struct ForeignFileTests {
    @Test(
        arguments: [
            "f2.npy", "f4.npy", "f8.npy", "version2.npy", "version3.npy", "one.safetensors", "half.safetensors",
            "double.safetensors",
        ])
    func matricesAreRead(_ name: String) throws {
        let file = try VectorFile(Workspace.fixture("arrays/" + name))
        #expect(file.allRows == fixtureRows(0..<3))
        #expect(file.rows == 3 && file.columns == 5)
        let matrix = file.matrix()
        #expect((0..<15).map { matrix.storage[$0] } == fixtureRows(0..<3).flatMap { $0 })
    }

    @Test func matrixWithoutRowsIsRead() throws {
        let file = try VectorFile(Workspace.fixture("arrays/rows0.npy"))
        #expect(file.rows == 0 && file.columns == 5)
    }

    @Test func arraysOfIntegersAreRead() throws {
        let words = try NumpyArray(Workspace.fixture("arrays/words.npy"))
        #expect(words.shape == [3])
        #expect(try words.values(.uint32, as: UInt32.self) == [7, 0, .max])
        let longs = try NumpyArray(Workspace.fixture("arrays/longs.npy"))
        #expect(try longs.values(.int64, as: Int.self) == [.min, -1, .max])
        expectError("numbers of type uint32, found int64", "longs") { _ = try longs.values(.uint32, as: UInt32.self) }
        let number = try NumpyArray(Workspace.fixture("arrays/number.npy"))
        #expect(number.shape.isEmpty && number.count == 1)
        #expect(try number.values(.float32, as: Float.self) == [1.5])
    }

    @Test(
        arguments: [
            ("columns0.npy", "1...65536 columns, found 3 x 0"),
            ("cube.npy", "two dimensions, found one of shape [3, 5, 1]"),
            ("line.npy", "two dimensions, found one of shape [15]"), ("fortran.npy", "found one in Fortran order"),
            ("big.npy", "found \">f4\""), ("bytes.npy", "found \"|i1\""), ("complex.npy", "found \"<c8\""),
            ("object.npy", "found \"|O\""), ("structure.npy", "found a structure of several"),
            ("words.npy", "two dimensions"), ("two.safetensors", "one matrix, found 2 among the tensors"),
            ("integers.safetensors", "found I32"),
            ("none.safetensors", "one matrix, found 0 among the tensors bias [5]"),
        ])
    func whatIsNoMatrixOfFloatsIsRefused(_ name: String, _ words: String) throws {
        let path = try Workspace.fixture("arrays/" + name)
        expectError(words, name) { _ = try VectorFile(path) }
    }

    private static let hasNumpy =
        (try? ShellCommand.run("python3 -c 'import numpy'", input: []))?.ending == .exit(status: 0)

    @Test(.enabled(if: hasNumpy, "python3 has no numpy, which reads our files"))
    func numpyReadsOurFiles() throws {
        let workspace = try Workspace()
        let matrix = Matrix(rows: 7, columns: 33)
        var random = SplitMix64(seed: 3)
        for index in 0..<7 * 33 { matrix.storage[index] = Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
        for index in 0..<7 * 33 where !matrix.storage[index].isFinite { matrix.storage[index] = -0.0 }
        let path = workspace.file("ours.npy")
        try NumpyArray.write(matrix, to: path)
        let script = """
            python3 -c 'import numpy, sys; array = numpy.load(sys.argv[1]); assert array.shape == (7, 33); \
            assert array.dtype == numpy.dtype("<f4"); sys.stdout.buffer.write(array.tobytes())' '\(path)'
            """
        let (output, ending) = try ShellCommand.run(script, input: [])
        #expect(ending == .exit(status: 0))
        #expect(output == RawFloats.encode((0..<7 * 33).map { matrix.storage[$0] }))
    }

    private static let hasSafetensors =
        (try? ShellCommand.run("python3 -c 'import safetensors.numpy'", input: []))?.ending == .exit(status: 0)

    @Test(.enabled(if: hasSafetensors, "python3 has no safetensors, which reads our files"))
    func safetensorsReadsOurFiles() throws {
        let workspace = try Workspace()
        let rows = fixtureRows(0..<4)
        let path = try workspace.write("ours.safetensors", try encode(rows, .safetensors))
        let script = """
            python3 -c 'import safetensors.numpy, sys; array = safetensors.numpy.load_file(sys.argv[1])["embeddings"]; \
            assert array.shape == (4, 5); sys.stdout.buffer.write(array.tobytes())' '\(path)'
            """
        let (output, ending) = try ShellCommand.run(script, input: [])
        #expect(ending == .exit(status: 0))
        #expect(output == RawFloats.encode(rows.flatMap { $0 }))
    }
}
