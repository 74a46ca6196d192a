/// The wildcards of a pattern: `?`, `*`, `**`, `[a-z]`, `\`.
///
/// Matching takes time in proportion to pattern and name together and never more, whatever the pattern: all places of the
/// pattern that a beginning of the name may have come to are kept, instead of trying one after the other.
///
/// - Source: git's `wildmatch.c` with `WM_PATHNAME`.
package struct IgnoreGlob {
    private enum Step {
        case byte(UInt8)
        /// Any byte but a slash.
        case any
        /// One of the bytes; never a slash.
        case oneOf([Bool])
        /// Any bytes but slashes.
        case run
        /// Any bytes.
        case deepRun
        /// Nothing, or folders with the slash behind the last.
        case folders
    }

    private let steps: [Step]
    /// What follows a `*` that the pattern begins with, if nothing there is special.
    private let ending: [UInt8]?
    private static let slash = UInt8(ascii: "/")

    /// - Returns: nil for what can match nothing: a `[` that is not closed, a `\` at the end.
    package init?(_ pattern: ArraySlice<UInt8>) {
        var steps: [Step] = []
        var rest = pattern
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "?"): steps.append(.any)
            case UInt8(ascii: "*"):
                // Between slashes, or at an end.
                let isAlone =
                    rest.startIndex - 1 == pattern.startIndex || pattern[rest.startIndex - 2] == IgnoreGlob.slash
                let stars = rest.prefix { $0 == UInt8(ascii: "*") }.count
                rest = rest.dropFirst(stars)
                let ends =
                    rest.isEmpty || rest.first == IgnoreGlob.slash
                    || rest.starts(with: [UInt8(ascii: "\\"), IgnoreGlob.slash])
                guard stars > 0, isAlone, ends else {
                    steps.append(.run)
                    continue
                }
                if rest.first == IgnoreGlob.slash {
                    rest = rest.dropFirst()
                    steps.append(.folders)
                } else {
                    steps.append(.deepRun)
                }
            case UInt8(ascii: "["):
                guard let set = IgnoreGlob.set(&rest) else { return nil }
                steps.append(.oneOf(set))
            case UInt8(ascii: "\\"):
                guard let literal = rest.popFirst() else { return nil }
                steps.append(.byte(literal))
            default: steps.append(.byte(byte))
            }
        }
        self.steps = steps
        let literal = steps.dropFirst().map { step -> UInt8? in if case .byte(let byte) = step { byte } else { nil } }
        if case .run? = steps.first, !literal.contains(nil) {
            ending = literal.compactMap(\.self)
        } else {
            ending = nil
        }
    }

    /// The bytes between brackets, read to behind the closing one.
    private static func set(_ rest: inout ArraySlice<UInt8>) -> [Bool]? {
        var set = [Bool](repeating: false, count: 256)
        var isNegated = false
        if let first = rest.first, first == UInt8(ascii: "!") || first == UInt8(ascii: "^") {
            isNegated = true
            rest = rest.dropFirst()
        }
        // What a dash would reach from; nil where it is an ordinary byte.
        var last: UInt8?
        var isFirst = true
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !isFirst {
                if isNegated { for index in set.indices { set[index].toggle() } }
                set[Int(slash)] = false
                return set
            }
            isFirst = false
            switch byte {
            case UInt8(ascii: "\\"):
                guard let literal = rest.popFirst() else { return nil }
                set[Int(literal)] = true
                last = literal
            case UInt8(ascii: "-"):
                guard let from = last, let next = rest.first, next != UInt8(ascii: "]") else {
                    set[Int(byte)] = true
                    last = byte
                    continue
                }
                rest = rest.dropFirst()
                guard let to = next == UInt8(ascii: "\\") ? rest.popFirst() : next else { return nil }
                if from <= to { for index in from...to { set[Int(index)] = true } }
                last = nil
            case UInt8(ascii: "[") where rest.first == UInt8(ascii: ":"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
                guard end - rest.startIndex >= 2, rest[end - 1] == UInt8(ascii: ":") else {
                    set[Int(byte)] = true
                    last = byte
                    continue
                }
                guard let holds = holds(rest[rest.startIndex + 1..<end - 1]) else { return nil }
                for index in 0..<UInt8(128) where holds(index) { set[Int(index)] = true }
                rest = rest[(end + 1)...]
                last = nil
            default:
                set[Int(byte)] = true
                last = byte
            }
        }
        return nil
    }

    /// The classes of C's `ctype.h`, for ASCII.
    private static func holds(_ name: ArraySlice<UInt8>) -> ((UInt8) -> Bool)? {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        let isUpper = { (byte: UInt8) in (0x41...0x5A).contains(byte) }
        let isLower = { (byte: UInt8) in (0x61...0x7A).contains(byte) }
        let isAlpha = { (byte: UInt8) in isUpper(byte) || isLower(byte) }
        switch String(decoding: name, as: UTF8.self) {
        case "alnum": return { isAlpha($0) || isDigit($0) }
        case "alpha": return isAlpha
        case "blank": return { $0 == 0x20 || $0 == 0x09 }
        case "cntrl": return { $0 < 0x20 || $0 == 0x7F }
        case "digit": return isDigit
        case "graph": return { (0x21...0x7E).contains($0) }
        case "lower": return isLower
        case "print": return { (0x20...0x7E).contains($0) }
        case "punct": return { (0x21...0x7E).contains($0) && !isAlpha($0) && !isDigit($0) }
        case "space": return { $0 == 0x20 || (0x09...0x0D).contains($0) }
        case "upper": return isUpper
        case "xdigit": return { isDigit($0) || (0x41...0x46).contains($0 & 0xDF) }
        default: return nil
        }
    }

    /// Whether all of a name fits.
    /// - Complexity: O(steps · name).
    package func matches(_ name: ArraySlice<UInt8>) -> Bool {
        if let ending {
            // As most patterns are: `*.log`.
            return name.count >= ending.count && name.suffix(ending.count) == ending[...]
                && !name.dropLast(ending.count).contains(IgnoreGlob.slash)
        }
        // `places[i]`: the name so far has come to step i. `inside[i]`: it is in the folders of step i.
        var places = [Bool](repeating: false, count: steps.count + 1)
        var (inside, next, nextInside) = (places, places, places)
        places[0] = true
        pass(&places)
        for byte in name {
            for index in next.indices { (next[index], nextInside[index]) = (false, false) }
            for (index, step) in steps.enumerated() where places[index] || inside[index] {
                switch step {
                case .byte(let expected): if byte == expected { next[index + 1] = true }
                case .any: if byte != IgnoreGlob.slash { next[index + 1] = true }
                case .oneOf(let set): if set[Int(byte)] { next[index + 1] = true }
                case .run: if byte != IgnoreGlob.slash { next[index] = true }
                case .deepRun: next[index] = true
                case .folders:
                    nextInside[index] = true
                    if byte == IgnoreGlob.slash { next[index + 1] = true }
                }
            }
            pass(&next)
            swap(&places, &next)
            swap(&inside, &nextInside)
        }
        return places[steps.count]
    }

    /// Steps that need no byte are passed.
    private func pass(_ places: inout [Bool]) {
        for (index, step) in steps.enumerated() where places[index] {
            switch step {
            case .run, .deepRun, .folders: places[index + 1] = true
            case .byte, .any, .oneOf: break
            }
        }
    }
}
