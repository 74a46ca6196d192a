import AnnealContainer

@testable import AnnealLookup

/// An EMBD file as its parts, each of which may be wrong.
struct TableDraft {
    var magic: UInt32 = 0x454D_4244
    var version: UInt32 = 1
    /// Instead of the counts of what follows.
    var count: UInt32?
    var dimension: UInt32 = 4
    var algorithm: UInt32 = 1
    var hashes: [UInt64] = []
    var rows: [Float] = []
    var frequencies: [UInt32] = []
    /// Nil for a plain file.
    var trailer: LookupTrailer?
    /// Instead of the hash of what is before the trailer.
    var tableHash: UInt64?

    static let pieces = ["\u{2581}light", "\u{2581}turn", "off", "犬", "\u{2581}犬"]

    /// Rows that say which piece they are of, frequencies of 10, 20 and so on.
    static var plain: TableDraft {
        var draft = TableDraft()
        let entries = pieces.enumerated().map { place, piece in (hash(piece), place) }.sorted { $0.0 < $1.0 }
        for (hash, place) in entries {
            draft.hashes.append(hash)
            draft.rows += [Float(place), 1, -0.5, Float(place) / 8]
            draft.frequencies.append(UInt32(10 * (place + 1)))
        }
        return draft
    }

    static var withTrailer: TableDraft {
        var draft = plain
        draft.trailer = LookupTrailer(
            total: 1000, smoothing: 0.01, longestPiece: 9, modelPrint: 7, modelWidth: 4, rowLength: 2,
            splitsIdentifiers: false, gramWeights: [1, 2, 3, 4], alignment: nil)
        return draft
    }

    static var aligned: TableDraft {
        var draft = withTrailer
        draft.trailer?.modelWidth = 3
        draft.trailer?.alignment = LookupAlignment(
            engine: ContentHash(of: UnsafeRawBufferPointer(start: nil, count: 0)),
            map: RowMap(
                centre: [1, 2, 3], matrix: (0..<12).map { RowMap.half(Float($0)) }, target: [0.5, 0.25, 0, -1]))
        return draft
    }

    static func hash(_ piece: String) -> UInt64 {
        Array(piece.utf8).withUnsafeBytes { Checksum64.of($0) }
    }

    var table: [UInt8] {
        var bytes: [UInt8] = []
        for field in [magic, version, count ?? UInt32(hashes.count), dimension, algorithm] { bytes += little(field) }
        for hash in hashes { bytes += little(hash) }
        for number in rows { bytes += little(number.bitPattern) }
        for frequency in frequencies { bytes += little(frequency) }
        return bytes
    }

    var bytes: [UInt8] {
        let table = table
        guard let trailer else { return table }
        // Of a small table: the header, and one piece of the rest.
        let header = table.prefix(20).withUnsafeBytes { Checksum64.of($0) }
        let hash = table.dropFirst(20).withUnsafeBytes { Checksum64.of($0, seed: header) }
        return table + trailer.bytes(tableHash: tableHash ?? hash)
    }
}
