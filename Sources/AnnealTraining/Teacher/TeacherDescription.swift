/// Who made the vectors of a store, and how: what must be equal for vectors to go into one store.
public struct TeacherDescription: Sendable, Equatable {
    /// The teacher's name: `all-MiniLM-L6-v2`.
    public var teacher: String
    /// How it was asked: pooling, precision, longest input.
    public var settings: String
    /// Numbers of a vector.
    public var width: Int
    public var encoding: TeacherEncoding

    public init(teacher: String, settings: String = "", width: Int, encoding: TeacherEncoding = .int8) {
        self.teacher = teacher
        self.settings = settings
        self.width = width
        self.encoding = encoding
    }

    static let widthLimit = 8192
    /// Bytes of the two texts together, in UTF-8.
    static let textLimit = 2000

    /// - Throws: if a store cannot be described so.
    func check(_ place: String) throws(TrainError) {
        guard (1...Self.widthLimit).contains(width) else {
            throw TrainError(place: place, expected: "vectors of 1...\(Self.widthLimit) numbers", found: "\(width)")
        }
        guard !teacher.isEmpty, teacher.utf8.count + settings.utf8.count <= Self.textLimit,
            !(teacher + settings).utf8.contains(where: { $0 < 0x20 })
        else {
            throw TrainError(
                place: place, expected: "a teacher's name and settings of one line, \(Self.textLimit) bytes at most",
                found: "\"\(teacher.prefix(80))\", \"\(settings.prefix(80))\"")
        }
    }
}
