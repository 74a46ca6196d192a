import AnnealFormats
import AnnealRewrite
import Testing

@testable import AnnealTraining

@Suite struct PlaceRowsTests {
    /// A row for each count up to 16, but that one has that of two, four rows an octave up to 128, then one.
    @Test func rowsAreFourAnOctave() {
        var expected = [0] + (2...16).map { $0 - 2 }
        for octave in 0..<3 {
            for row in 0..<4 { expected += [Int](repeating: 15 + 4 * octave + row, count: 4 << octave) }
        }
        expected += [Int](repeating: 27, count: 128)
        #expect((1...256).map { PlaceRows.row(of: $0) } == expected)
        #expect(expected.last == PlaceRows.count - 1)
        #expect(PlaceRows.longestOf.last == 256 && PlaceRows.longestOf[0] == 2 && PlaceRows.longestOf[15] == 20)
    }

    @Test func cellsAreOfTextsThatReachThem() {
        #expect(PlaceRows.cell(live: 5, place: 3) == 3 * 64)
        #expect(PlaceRows.cell(live: 17, place: 3) == 15 * 64 + 3)
        // Of thirty tokens some are gone.
        #expect(PlaceRows.cell(live: 5, place: 29) == 18 * 64 + 29)
        #expect(PlaceRows.cell(live: 256, place: 255) == 27 * 64 + 63)
        // The second window of a text of 260.
        #expect(PlaceRows.cell(live: 4, place: 258) == 27 * 64 + 63)
        // A model's table says the same by row and column.
        for live in 1...256 {
            for place in 0..<live {
                let row = PlaceRows.row(of: live)
                let found = PlaceRows.cell(row: row, column: min(place, 63))
                #expect(found == PlaceRows.cell(live: live, place: place))
            }
            #expect(PlaceRows.cell(row: PlaceRows.row(of: live), column: 63) % 64 == 63)
        }
        #expect(PlaceRows.cell(row: 3, column: 63) == 27 * 64 + 63)
    }
}
