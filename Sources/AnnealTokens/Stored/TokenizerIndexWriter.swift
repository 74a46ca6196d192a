/// Writes a ``TokenizerIndex``.
package enum TokenizerIndexWriter {
    /// The index of a model, or nil if models like it have none.
    /// - Parameter checksum: of the model, for a reader to tell whose index it is.
    /// - Complexity: that of opening the model, twice.
    /// - Throws: what opening the model throws.
    package static func bytes(
        of model: UnsafeRawBufferPointer, checksum: UInt64
    ) throws(TokenizerError) -> [UInt8]? {
        let file = try ModelFile(model)
        let tables = try TokenizerTables(building: model)
        defer { tables.deallocate() }
        let trie = tables.trie
        guard tables.check.kind == .unigram, tables.userDefined == nil else { return nil }
        let count = TokenizerIndex.byteCount(pieces: file.pieces.count, units: trie.unitCount)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            buffer.initialize(repeating: 0)
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            var offset = 0
            func append(_ value: some FixedWidthInteger & BitwiseCopyable) {
                bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
                offset += MemoryLayout.size(ofValue: value)
            }
            let flags = flags(of: tables, file)
            append(TokenizerIndex.version(of: flags))
            append(flags.rawValue)
            append(checksum)
            append(UInt32(file.pieces.count))
            append(UInt32(trie.unitCount))
            append(trie.root)
            append(tables.check.letters)
            append(UInt32(file.characterMap.lowerBound))
            append(UInt32(file.characterMap.count))
            offset = TokenizerIndex.headerBytes
            for index in 0..<trie.unitCount { append(trie.units[index]) }
            for index in 0..<256 { append(tables.scoreBounds[index].bitPattern) }
            for piece in file.pieces {
                append(UInt32(piece.offset))
                append(UInt32(piece.length))
                append(piece.score.bitPattern)
                append(piece.kindNumber)
            }
            for index in 0..<trie.unitCount { append(trie.ids[index]) }
            for index in 0...file.pieces.count { append(tables.pathScores[index].bitPattern) }
            initialized = count
        }
    }

    private static func flags(of tables: TokenizerTables, _ file: ModelFile) -> TokenizerIndex.Flags {
        var flags: TokenizerIndex.Flags = []
        if tables.check.wordsStandAlone { flags.insert(.wordsStandAlone) }
        if tables.check.classesStandAlone { flags.insert(.classesStandAlone) }
        if tables.normalization.spacesStay { flags.insert(.spacesStay) }
        if tables.normalization.endsWordsInside { flags.insert(.endsWordsInside) }
        if file.byteFallback { flags.insert(.byteFallback) }
        if file.whitespaceAsSuffix { flags.insert(.whitespaceAsSuffix) }
        if file.addDummyPrefix { flags.insert(.addDummyPrefix) }
        if file.removeExtraWhitespaces { flags.insert(.removeExtraWhitespaces) }
        if file.escapeWhitespaces { flags.insert(.escapeWhitespaces) }
        return flags
    }
}
