/// At most four elements, stored inline: a rule's atoms and updates live in the rule, not on the heap.
/// - Invariant: `0 <= count <= 4`; two quads are equal when their counts and their first `count` elements are.
public struct Quad<Element: Hashable & Sendable>: RandomAccessCollection, ExpressibleByArrayLiteral, Sendable {
    /// The most elements that a quad holds.
    public static var limit: Int { 4 }

    private var storage: (Element?, Element?, Element?, Element?) = (nil, nil, nil, nil)
    public private(set) var count = 0

    public init() {}

    /// - Precondition: at most four elements.
    public init(_ elements: some Sequence<Element>) { for element in elements { append(element) } }

    /// - Precondition: at most four elements.
    public init(arrayLiteral elements: Element...) { self.init(elements) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    /// - Precondition: `0 <= position < count`.
    public subscript(position: Int) -> Element {
        get {
            precondition(position >= 0 && position < count)
            switch position {
            case 0: return storage.0!
            case 1: return storage.1!
            case 2: return storage.2!
            default: return storage.3!
            }
        }
        set {
            precondition(position >= 0 && position < count)
            switch position {
            case 0: storage.0 = newValue
            case 1: storage.1 = newValue
            case 2: storage.2 = newValue
            default: storage.3 = newValue
            }
        }
    }

    /// - Precondition: `count < 4`.
    public mutating func append(_ element: Element) {
        precondition(count < Self.limit)
        count += 1
        self[count - 1] = element
    }
}

extension Quad: Hashable {
    public static func == (one: Quad, other: Quad) -> Bool { one.elementsEqual(other) }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for element in self { hasher.combine(element) }
    }
}
