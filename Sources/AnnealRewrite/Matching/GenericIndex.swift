/// Finds the rules that are not of two near literal tokens, by their first atom: its token, its class, or any.
///
/// Three lists of rule ids, each ascending within its token or class. Memory is allocated only for tables that have
/// such rules.
struct GenericIndex {
    private let tokenOffsets: UnsafeMutablePointer<UInt32>
    private let tokenRules: UnsafeMutablePointer<UInt32>
    private let classOffsets: UnsafeMutablePointer<UInt32>
    private let classRules: UnsafeMutablePointer<UInt32>
    private let anyRules: UnsafeMutablePointer<UInt32>
    private let anyCount: Int
    private let isEmpty: Bool

    /// - Parameters:
    ///   - rules: ids, ascending.
    ///   - firstAtom: the value word of a rule's first atom, already validated.
    init(rules: [UInt32], tokenCount: Int, classCount: Int, firstAtom: (UInt32) -> UInt32) {
        isEmpty = rules.isEmpty
        let tokens = rules.isEmpty ? 0 : tokenCount
        let classes = rules.isEmpty ? 0 : classCount
        tokenOffsets = Self.zeros(tokens + 2)
        classOffsets = Self.zeros(classes + 2)
        var tokenTotal = 0
        var classTotal = 0
        // Counting sort: counts two places further on become, summed up, the running starts one place further on.
        for rule in rules {
            let value = firstAtom(rule)
            switch value & 3 {
            case RuleWords.kindToken:
                tokenOffsets[Int(value >> 2) + 2] += 1
                tokenTotal += 1
            case RuleWords.kindClass:
                classOffsets[Int(value >> 2) + 2] += 1
                classTotal += 1
            default: break
            }
        }
        for index in 0..<tokens { tokenOffsets[index + 2] += tokenOffsets[index + 1] }
        for index in 0..<classes { classOffsets[index + 2] += classOffsets[index + 1] }
        anyCount = rules.count - tokenTotal - classTotal
        tokenRules = Self.zeros(tokenTotal)
        classRules = Self.zeros(classTotal)
        anyRules = Self.zeros(anyCount)
        var any = 0
        for rule in rules {
            let value = firstAtom(rule)
            switch value & 3 {
            case RuleWords.kindToken:
                let place = Int(tokenOffsets[Int(value >> 2) + 1])
                tokenRules[place] = rule
                tokenOffsets[Int(value >> 2) + 1] += 1
            case RuleWords.kindClass:
                let place = Int(classOffsets[Int(value >> 2) + 1])
                classRules[place] = rule
                classOffsets[Int(value >> 2) + 1] += 1
            default:
                anyRules[any] = rule
                any += 1
            }
        }
    }

    private static func zeros(_ count: Int) -> UnsafeMutablePointer<UInt32> {
        let pointer = UnsafeMutablePointer<UInt32>.allocate(capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: max(count, 1))
        return pointer
    }

    func deallocate() {
        tokenOffsets.deallocate()
        tokenRules.deallocate()
        classOffsets.deallocate()
        classRules.deallocate()
        anyRules.deallocate()
    }

    /// Whether rules may begin at every token.
    var hasAny: Bool { anyCount > 0 }

    func beginsRule(token: UInt32) -> Bool {
        !isEmpty && tokenOffsets[Int(token)] < tokenOffsets[Int(token) + 1]
    }

    func beginsRule(tokenClass: UInt16) -> Bool {
        !isEmpty && classOffsets[Int(tokenClass)] < classOffsets[Int(tokenClass) + 1]
    }

    /// Calls the body with each rule that may begin at a token. A token in two classes meets a rule once: a rule's
    /// first atom has one class.
    /// - Precondition: the token is below the number of tokens.
    @inline(__always)
    func forEachRule(token: UInt32, classes: TokenClasses, _ body: (UInt32) -> Void) {
        if isEmpty { return }
        var index = Int(tokenOffsets[Int(token)])
        let end = Int(tokenOffsets[Int(token) + 1])
        while index < end {
            body(tokenRules[index])
            index &+= 1
        }
        classes.forEachClass(of: token) { tokenClass in
            var index = Int(classOffsets[Int(tokenClass)])
            let end = Int(classOffsets[Int(tokenClass) + 1])
            while index < end {
                body(classRules[index])
                index &+= 1
            }
        }
        index = 0
        while index < anyCount {
            body(anyRules[index])
            index &+= 1
        }
    }
}
