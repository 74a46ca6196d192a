/// Why arrays are not the classes of tokens.
public enum TokenClassesError: Error, Equatable, Sendable, CustomStringConvertible {
    case badClassCount(limit: Int, found: Int)
    /// Offsets start at 0, ascend, and end at the number of members.
    case badOffset(token: Int, found: UInt32)
    /// Members are below the number of classes and ascend strictly for each token.
    case badMember(index: Int, found: UInt16)

    public var description: String {
        switch self {
        case .badClassCount(let limit, let found): "expected at most \(limit) classes, found \(found)"
        case .badOffset(let token, let found):
            "offset \(token): expected offsets from 0 ascending to the number of members, found \(found)"
        case .badMember(let index, let found):
            "member \(index): expected an ascending class below the number of classes, found \(found)"
        }
    }
}
