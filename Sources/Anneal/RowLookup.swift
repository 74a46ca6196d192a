import AnnealMachine
import AnnealProgram

/// Who has rows for what a model's tokenizer has no piece for: emoji and other scripts, where the model knows only English.
///
/// An engine that was given one asks it about each stretch of unknown characters and adds the rows that it gets. They are
/// integers as the model's own rows are, so that vectors keep their bits on every machine. What the model does know keeps
/// its contexts, places and windows: a text of which the lookup has nothing gets the bits that it gets without.
///
/// Any number of threads ask at once.
public protocol RowLookup: AnyObject, Sendable {
    /// The numbers of a row, as many as the engine's ``Engine/dimension``.
    var dimension: Int { get }
    /// How many rows there are.
    var count: Int { get }

    /// Hands on the rows of a stretch, in the order of the text.
    ///
    /// Allocates nothing, is linear in the length of the stretch, and gives the same for the same bytes always: a session
    /// that embeds and one that explains ask each for itself.
    /// - Parameters:
    ///   - text: the whole text, of any bytes.
    ///   - stretch: the bytes of one unknown token: a run of characters without a piece, with no space in it.
    ///   - body: called for each row; not at all where there is none.
    func forEachRow(
        of text: UnsafeBufferPointer<UInt8>, in stretch: Range<Int>, _ body: (LookedUpRow) -> Void)
}

/// A row that a ``RowLookup`` has for a part of a text.
public struct LookedUpRow {
    /// As many as the engine has dimensions; valid during the call that hands them on.
    public let bytes: UnsafePointer<Int8>
    /// What the bytes are multiplied by, in units of the engine's sums.
    public let gain: Int16
    /// The row's number where it comes from.
    public let entry: Int
    /// The bytes of the text that the row stands for.
    public let place: Range<Int>

    /// - Precondition: `gain >= 0`, as gains are.
    public init(bytes: UnsafePointer<Int8>, gain: Int16, entry: Int, place: Range<Int>) {
        precondition(gain >= 0, "expected a gain of 0 or more, found \(gain)")
        self.bytes = bytes
        self.gain = gain
        self.entry = entry
        self.place = place
    }
}

/// Rows on their way from a lookup to a machine: together, as the kernels add them.
struct LookedUpRows: ~Copyable {
    private let lookup: any RowLookup
    private let rows: UnsafeMutablePointer<Int8>
    private let gains: UnsafeMutablePointer<Int16>
    /// 0, 1, 2 …: all of them are added.
    private let index: UnsafeMutablePointer<UInt32>
    private var count = 0

    init(_ lookup: any RowLookup) {
        self.lookup = lookup
        rows = .allocate(capacity: Program.windowLimit * lookup.dimension)
        gains = .allocate(capacity: Program.windowLimit)
        index = .allocate(capacity: Program.windowLimit)
        for number in 0..<Program.windowLimit { index[number] = UInt32(number) }
    }

    deinit {
        rows.deallocate()
        gains.deallocate()
        index.deallocate()
    }

    /// Adds the rows of a stretch to a machine, as many at a time as a window has.
    mutating func add(
        _ stretch: Range<Int>, of text: UnsafeBufferPointer<UInt8>, to machine: inout Machine
    ) {
        lookup.forEachRow(of: text, in: stretch) { row in
            // In bounds: a window that is full was added.
            (rows + count * lookup.dimension).update(from: row.bytes, count: lookup.dimension)
            gains[count] = row.gain
            count += 1
            if count == Program.windowLimit { flush(to: &machine) }
        }
    }

    /// Adds the rows that wait.
    mutating func flush(to machine: inout Machine) {
        guard count > 0 else { return }
        machine.add(rows: rows, index: index, gains: gains, count: count)
        count = 0
    }
}
