import AnnealPlatform
import AnnealProgram
import TestSupport

@testable import AnnealRewrite

/// The memory of a small model for tests: rules, classes and codes, and a table over them.
final class Workbench {
    let words: UnsafeMutableBufferPointer<UInt32>
    let table: RuleTable
    private let classOffsets: UnsafeMutableBufferPointer<UInt32>
    private let classMembers: UnsafeMutableBufferPointer<UInt16>
    private let codes: UnsafeMutableBufferPointer<Int8>
    private let tanhTable: UnsafeMutableBufferPointer<UInt8>
    private let inverseRoot: UnsafeMutableBufferPointer<UInt32>
    private let placeRows: UnsafeMutableBufferPointer<UInt8>
    private let places: UnsafeMutableBufferPointer<Int8>

    /// - Parameters:
    ///   - classes: the classes of each token, ascending; empty for none at all.
    ///   - codeSeed: nil makes a table without codes.
    ///   - placeSeed: nil makes a table in which the place counts for nothing.
    init(
        _ rules: [Rule], limits: ProgramLimits, classes: [[UInt16]] = [], classCount: Int = 0, codeSeed: UInt64? = nil,
        placeSeed: UInt64? = nil
    ) throws {
        words = Self.copy(RuleTable.encode(rules))
        var offsets: [UInt32] = [0]
        for members in classes { offsets.append(offsets[offsets.count - 1] + UInt32(members.count)) }
        classOffsets = Self.copy(offsets)
        classMembers = Self.copy(classes.flatMap { $0 })
        var generator = Self.generator(codeSeed)
        codes = Self.copy(
            (0..<(codeSeed == nil ? 0 : limits.tokenCount * 64)).map { _ in
                Int8.random(in: -128...127, using: &generator)
            })
        tanhTable = Self.copy(
            (0..<ContextCodes.tanhTableCount).map { UInt8(($0 * 255) / (ContextCodes.tanhTableCount - 1)) })
        inverseRoot = Self.copy(
            (0..<ContextCodes.inverseRootCount).map { UInt32(3000 / (1 + Double($0).squareRoot())) })
        var placeGenerator = Self.generator(placeSeed)
        placeRows = Self.copy((0..<PlaceGains.liveCount).map { UInt8($0 % 5) })
        places = Self.copy(
            (0..<5 * PlaceGains.width).map { _ in
                // Beyond what the index holds, now and then.
                placeGenerator.chance(90)
                    ? Int8.random(in: -40...10, using: &placeGenerator)
                    : [-128, 127].randomElement(using: &placeGenerator)!
            })
        table = try RuleTable(
            words: UnsafeBufferPointer(words), ruleCount: rules.count,
            classes: classes.isEmpty
                ? .empty
                : try TokenClasses(
                    classCount: classCount, offsets: UnsafeBufferPointer(classOffsets),
                    members: UnsafeBufferPointer(classMembers)),
            codes: codeSeed == nil
                ? nil
                : ContextCodes(
                    tokenCount: limits.tokenCount, codes: UnsafePointer(codes.baseAddress!),
                    tanhTable: UnsafePointer(tanhTable.baseAddress!),
                    inverseRoot: UnsafePointer(inverseRoot.baseAddress!),
                    places: placeSeed == nil
                        ? .none
                        : PlaceGains(
                            rowOfLive: UnsafePointer(placeRows.baseAddress!),
                            offsets: UnsafePointer(places.baseAddress!))),
            limits: limits)
    }

    deinit {
        words.deallocate()
        classOffsets.deallocate()
        classMembers.deallocate()
        codes.deallocate()
        tanhTable.deallocate()
        inverseRoot.deallocate()
        placeRows.deallocate()
        places.deallocate()
    }

    /// Seeds are spread first: the golden files are of these numbers.
    private static func generator(_ seed: UInt64?) -> SplitMix64 {
        SplitMix64(seed: (seed ?? 0) &* 0x9E37_79B9_7F4A_7C15)
    }

    static func copy<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        // One element at least, so that a base address exists; the count is the elements'.
        let pointer = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        for (index, element) in elements.enumerated() { (pointer + index).initialize(to: element) }
        return UnsafeMutableBufferPointer(start: pointer, count: elements.count)
    }

    static func items(_ tokens: [UInt32]) -> [ProgramItem] {
        tokens.enumerated().map { ProgramItem(token: $1, position: UInt32($0)) }
    }
}
