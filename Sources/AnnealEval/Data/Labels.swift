/// Names of classes as numbers.
enum Labels {
    /// Numbers 0, 1, … in the order of the sorted names, so that they do not depend on the order of the rows.
    static func numbered(_ names: [String]) -> (labels: [Int], count: Int) {
        let sorted = Set(names).sorted()
        let index = Dictionary(uniqueKeysWithValues: zip(sorted, sorted.indices))
        return (names.map { index[$0]! }, sorted.count)
    }
}
