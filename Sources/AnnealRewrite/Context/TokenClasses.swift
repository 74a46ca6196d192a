/// The classes of each token, as a view of memory that the caller keeps alive: row `t` of a compressed sparse matrix,
/// `members[offsets[t] ..< offsets[t + 1]]`, holds the classes of token `t`, ascending.
///
/// Sendable although it holds pointers, because nothing ever writes through them and the memory outlives the view.
public struct TokenClasses: @unchecked Sendable {
    public let tokenCount: Int
    public let classCount: Int
    private let offsets: UnsafePointer<UInt32>?
    private let members: UnsafePointer<UInt16>?

    /// No classes at all.
    public static let empty = TokenClasses()

    private init() {
        tokenCount = 0
        classCount = 0
        offsets = nil
        members = nil
    }

    /// A view of checked arrays.
    /// - Parameters:
    ///   - offsets: one more than there are tokens.
    ///   - members: class ids below `classCount`, strictly ascending for each token.
    /// - Complexity: O(offsets + members), no allocation.
    /// - Throws: ``TokenClassesError``.
    public init(
        classCount: Int, offsets: UnsafeBufferPointer<UInt32>, members: UnsafeBufferPointer<UInt16>
    ) throws(TokenClassesError) {
        guard classCount >= 0, classCount <= 1 << 16 else { throw .badClassCount(limit: 1 << 16, found: classCount) }
        guard let first = offsets.first, first == 0 else { throw .badOffset(token: 0, found: offsets.first ?? 0) }
        for token in 1..<max(offsets.count, 1) {
            guard offsets[token] >= offsets[token - 1], offsets[token] <= members.count else {
                throw .badOffset(token: token, found: offsets[token])
            }
            let start = Int(offsets[token - 1])
            for index in start..<Int(offsets[token]) {
                guard members[index] < classCount, index == start || members[index] > members[index - 1] else {
                    throw .badMember(index: index, found: members[index])
                }
            }
        }
        guard Int(offsets[offsets.count - 1]) == members.count else {
            throw .badOffset(token: offsets.count - 1, found: offsets[offsets.count - 1])
        }
        tokenCount = offsets.count - 1
        self.classCount = classCount
        self.offsets = offsets.baseAddress
        self.members = members.baseAddress
    }

    /// Whether a token is a member of a class; a token beyond the table is a member of none.
    /// - Complexity: O(classes of the token).
    @inline(__always)
    func contains(token: UInt32, in tokenClass: UInt16) -> Bool {
        // In bounds: the initialiser has checked that the offsets ascend to the number of members.
        guard token < tokenCount, let offsets, let members else { return false }
        var index = offsets[Int(token)]
        let end = offsets[Int(token) + 1]
        while index < end {
            if members[Int(index)] == tokenClass { return true }
            index &+= 1
        }
        return false
    }

    /// The classes of a token.
    /// - Complexity: O(classes of the token), one allocation.
    public func classes(of token: UInt32) -> [UInt16] {
        guard token < tokenCount, let offsets, let members else { return [] }
        return (offsets[Int(token)]..<offsets[Int(token) + 1]).map { members[Int($0)] }
    }

    /// Calls the body with each class of a token.
    @inline(__always)
    func forEachClass(of token: UInt32, _ body: (UInt16) -> Void) {
        guard token < tokenCount, let offsets, let members else { return }
        var index = offsets[Int(token)]
        let end = offsets[Int(token) + 1]
        while index < end {
            body(members[Int(index)])
            index &+= 1
        }
    }
}
