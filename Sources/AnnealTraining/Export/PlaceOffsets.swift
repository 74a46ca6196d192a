import AnnealFormats
import AnnealRewrite

/// The learned numbers of the places as steps of the gain index, none of them above 0.
struct PlaceOffsets {
    /// The greatest of the numbers, which is taken off all.
    let greatest: Float
    /// Steps of the gain index in a factor of e: as many as leave room for the least number under the least tangent.
    let steps: Double
    /// For each count of live items its row of ``offsets``, and the rows; both empty where no place counts for anything.
    let rowOfLive: [UInt8]
    let offsets: [Int8]

    /// Numbers further below the greatest than this are as good as this: a factor of e^-1.5.
    private static let depthLimit: Float = 1.5

    init(_ constants: TrainedConstants) {
        let width = PlaceGains.width
        let numbers = (0..<PlaceRows.count * width).map {
            constants.places.storage[PlaceRows.cell(row: $0 / width, column: $0 % width)]
        }
        let greatest = numbers.max() ?? 0
        let depth = min(Self.depthLimit, greatest - (numbers.min() ?? 0))
        let steps = min(127, (128 / (1 + Double(depth))).rounded(.down))
        let isUsed = constants.hasGains && numbers.contains { $0 != 0 }
        self.greatest = isUsed ? greatest : 0
        self.steps = isUsed ? steps : 127
        rowOfLive = isUsed ? PlaceRows.ofLive.map { UInt8($0) } : []
        offsets = isUsed ? numbers.map { Int8((Double(max(-depth, $0 - greatest)) * steps).rounded()) } : []
    }
}
