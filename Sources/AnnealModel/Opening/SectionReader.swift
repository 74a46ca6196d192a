import AnnealContainer
import AnnealMachine
import AnnealRewrite

/// Reads the sections of a checked table as typed views, and checks what a section says against the shape.
/// Sendable although it holds a pointer, because nothing writes through it and ``Model`` keeps the memory alive.
///
/// Every view lies in the bytes given, which the caller keeps alive. Sections start at multiples of 64 bytes of memory
/// that is aligned to 64 bytes at least, so every element of a view is aligned.
struct SectionReader: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
    let table: SectionTable

    /// A section's bytes, or nil if the file has none.
    func optional(_ tag: SectionTag) -> UnsafeRawBufferPointer? {
        guard let entry = table[tag] else { return nil }
        // In bounds: the table has checked offset and length against the file.
        return UnsafeRawBufferPointer(rebasing: bytes[Int(entry.offset)..<Int(entry.offset + entry.length)])
    }

    /// A section's bytes.
    func required(_ tag: SectionTag) throws(ModelError) -> UnsafeRawBufferPointer {
        guard let section = optional(tag) else { throw .container(.missingSection(tag)) }
        return section
    }

    /// A section of `count` elements.
    func elements<Element: BitwiseCopyable>(
        _ tag: SectionTag, count: Int, of type: Element.Type = Element.self
    ) throws(ModelError) -> UnsafeBufferPointer<Element> {
        let section = try required(tag)
        let expected = count * MemoryLayout<Element>.stride
        guard section.count == expected else {
            throw .sectionLength(tag, expectedBytes: UInt64(expected), foundBytes: UInt64(section.count))
        }
        return section.assumingMemoryBound(to: Element.self)
    }

    /// The constants, with every scale and gain in range.
    /// - Complexity: O(rows); the rows' own bytes can have any value.
    func constants(_ shape: ModelShape) throws(ModelError) -> Constants {
        let gains = try elements(.gains, count: 256, of: UInt16.self)
        for (index, gain) in gains.enumerated() where gain > Constants.gainLimit {
            throw .value(
                .gains, what: "entry \(index)", expected: "at most \(Constants.gainLimit)", found: String(gain))
        }
        guard gains[128] == 4096 else {
            throw .value(.gains, what: "entry 128", expected: "4096", found: String(gains[128]))
        }
        let scales = try elements(.scales, count: shape.rowCount, of: Int16.self)
        // One pass without branches, so that the compiler can use vectors; the culprit is looked for only if there is one.
        var isBad = false
        for scale in scales { isBad = isBad || (scale < 1) || (scale > Constants.scaleLimit) }
        if isBad, let row = scales.firstIndex(where: { $0 < 1 || $0 > Constants.scaleLimit }) {
            throw .value(
                .scales, what: "row \(row)", expected: "1...\(Constants.scaleLimit)", found: String(scales[row]))
        }
        let packed = try packedRows(shape)
        let wholeCount = shape.rowCount - (packed?.count ?? 0)
        let rows = try elements(.rows, count: wholeCount * shape.dimension, of: Int8.self)
        var roles = rows
        if shape.roleCount > 0 {
            roles = try elements(.roles, count: shape.roleCount * 3 * shape.dimension, of: Int8.self)
        } else if optional(.roles) != nil {
            throw .needlessSection(.roles)
        }
        guard let rowBase = rows.baseAddress, let scaleBase = scales.baseAddress, let gainBase = gains.baseAddress,
            let roleBase = roles.baseAddress
        else {
            // Unreachable: every section, an empty one too, lies in the file's memory.
            throw .container(.missingSection(.rows))
        }
        return Constants(
            dimension: shape.dimension, tokenCount: shape.tokenCount, rowCount: shape.rowCount, rows: rowBase,
            packed: packed, scales: scaleBase, gainTable: gainBase, roleCount: shape.roleCount, roles: roleBase,
            exponent: shape.exponent)
    }

    /// The packed rows, if there are any: at most all constants.
    private func packedRows(_ shape: ModelShape) throws(ModelError) -> (rows: UnsafePointer<UInt8>, count: Int)? {
        guard let section = optional(.packedRows) else { return nil }
        let rowBytes = shape.dimension / 2
        let count = section.count / rowBytes
        let limit = shape.rowCount - shape.tokenCount
        guard section.count == count * rowBytes, count > 0, count <= limit,
            let base = section.assumingMemoryBound(to: UInt8.self).baseAddress
        else {
            throw .sectionLength(
                .packedRows, expectedBytes: UInt64(max(1, min(count, limit)) * rowBytes),
                foundBytes: UInt64(section.count))
        }
        return (base, count)
    }

    /// The context codes with their tables: all three sections or none, and with them the places' two or none.
    func codes(_ shape: ModelShape) throws(ModelError) -> ContextCodes? {
        if optional(.codes) == nil, optional(.tanhTable) == nil, optional(.inverseRoots) == nil {
            for tag in [SectionTag.placeRows, .places] where optional(tag) != nil { throw .needlessSection(tag) }
            return nil
        }
        let codes = try elements(.codes, count: shape.tokenCount * 64, of: Int8.self)
        let tanhTable = try elements(.tanhTable, count: ContextCodes.tanhTableCount, of: UInt8.self)
        let roots = try elements(.inverseRoots, count: ContextCodes.inverseRootCount, of: UInt32.self)
        guard let codeBase = codes.baseAddress, let tableBase = tanhTable.baseAddress, let rootBase = roots.baseAddress
        else {
            // Unreachable: none of the three is empty.
            throw .container(.missingSection(.codes))
        }
        return ContextCodes(
            tokenCount: shape.tokenCount, codes: codeBase, tanhTable: tableBase, inverseRoot: rootBase,
            places: try places())
    }

    /// The gains by place, each count with a row that is there.
    private func places() throws(ModelError) -> PlaceGains {
        if optional(.placeRows) == nil, optional(.places) == nil { return .none }
        let rowOfLive = try elements(.placeRows, count: PlaceGains.liveCount, of: UInt8.self)
        let section = try required(.places)
        let count = section.count / PlaceGains.width
        guard (1...PlaceGains.rowLimit).contains(count), section.count == count * PlaceGains.width else {
            throw .sectionLength(
                .places, expectedBytes: UInt64(max(1, min(count, PlaceGains.rowLimit)) * PlaceGains.width),
                foundBytes: UInt64(section.count))
        }
        for (live, row) in rowOfLive.enumerated() where row >= count {
            throw .value(.placeRows, what: "entry \(live)", expected: "below \(count)", found: String(row))
        }
        guard let rowBase = rowOfLive.baseAddress, let base = section.assumingMemoryBound(to: Int8.self).baseAddress
        else {
            // Unreachable: neither is empty.
            throw .container(.missingSection(.places))
        }
        return PlaceGains(rowOfLive: rowBase, offsets: base)
    }

    /// The token classes and their names.
    func classes(_ shape: ModelShape) throws(ModelError) -> (TokenClasses, names: [String]) {
        guard shape.classCount > 0 else {
            for tag in [SectionTag.classes, .classNames] where optional(tag) != nil { throw .needlessSection(tag) }
            return (.empty, [])
        }
        let section = try required(.classes)
        let offsetBytes = (shape.tokenCount + 1) * 4
        guard section.count >= offsetBytes, (section.count - offsetBytes) % 2 == 0 else {
            throw .sectionLength(.classes, expectedBytes: UInt64(offsetBytes), foundBytes: UInt64(section.count))
        }
        let offsets = UnsafeRawBufferPointer(rebasing: section[..<offsetBytes]).assumingMemoryBound(to: UInt32.self)
        let members = UnsafeRawBufferPointer(rebasing: section[offsetBytes...]).assumingMemoryBound(to: UInt16.self)
        let names = try TextLines.read(required(.classNames), of: .classNames)
        guard names.count == shape.classCount else {
            throw .value(.classNames, what: "lines", expected: String(shape.classCount), found: String(names.count))
        }
        var seen: Set<String> = []
        for name in names {
            guard !name.isEmpty, seen.insert(name).inserted else {
                throw .value(.classNames, what: "a name", expected: "names, each once", found: "\"\(name)\" again")
            }
        }
        do throws(TokenClassesError) {
            return (try TokenClasses(classCount: shape.classCount, offsets: offsets, members: members), names)
        } catch {
            throw .classes(error)
        }
    }

    /// Where the names of constant rows begin; they are UTF-8 lines, one for each row behind the tokens' rows.
    /// - Complexity: O(bytes).
    func constantNames(_ shape: ModelShape) throws(ModelError) -> LineStarts? {
        guard let section = optional(.constantNames) else { return nil }
        let lines = try TextLines.starts(section, of: .constantNames)
        guard lines.count == shape.rowCount - shape.tokenCount else {
            throw .value(
                .constantNames, what: "lines", expected: String(shape.rowCount - shape.tokenCount),
                found: String(lines.count))
        }
        return lines
    }

    /// The words of the rules.
    func ruleWords() throws(ModelError) -> UnsafeBufferPointer<UInt32> {
        let section = try required(.rules)
        guard section.count % 4 == 0 else {
            throw .sectionLength(
                .rules, expectedBytes: UInt64(section.count / 4 * 4), foundBytes: UInt64(section.count))
        }
        return section.assumingMemoryBound(to: UInt32.self)
    }

    /// The critic's values.
    func critic() throws(ModelError) -> UnsafeBufferPointer<Int32>? {
        guard let section = optional(.critic) else { return nil }
        guard section.count % 4 == 0 else {
            throw .sectionLength(
                .critic, expectedBytes: UInt64(section.count / 4 * 4), foundBytes: UInt64(section.count))
        }
        return section.assumingMemoryBound(to: Int32.self)
    }
}
