extension TrellisCodec: AdditiveCodec {
    func parts(length: Int) -> [Int] {
        let first = layers[0].byteCount
        return length > first ? [first, length - first] : [length]
    }

    func products(with query: [Float], length: Int) -> (start: Float, parts: [[CodeStep]]) {
        let scale = 1 / query.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let along = basis.products(with: query).enumerated().map { Float(basis.unitOfWord($0) * $1 * scale) }
        var parts: [[CodeStep]] = [[]]
        var (bytes, bits) = (0, 0)
        for layer in layers where bytes < length {
            if bytes == layers[0].byteCount {
                parts.append([])
                bits = 0
            }
            for (index, step) in layer.steps.enumerated() {
                // The first states of a layer have zeros before its first bit, whatever the layer before ends with.
                let known = (1 << min(TrellisLayer.stateBits, layer.bitEnds[index])) - 1
                let values = [Float](unsafeUninitializedCapacity: TrellisLayer.states) { values, count in
                    count = TrellisLayer.states
                    values.initialize(repeating: 0)
                    layer.words.withUnsafeBufferPointer { words in
                        var start = layer.starts[index]
                        for component in step.components {
                            let factor = along[component]
                            for state in 0..<count { values[state] += factor * Float(words[start + state]) }
                            start += count
                        }
                    }
                    for state in known + 1..<max(known + 1, count) { values[state] = values[state & known] }
                }
                parts[parts.count - 1].append(CodeStep(end: bits + layer.bitEnds[index], values: values))
            }
            bytes += layer.byteCount
            bits += 8 * layer.byteCount
        }
        let start = zip(basis.mean, query).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } * scale
        return (Float(start), parts)
    }

    func inverseLengths(
        of codes: UnsafePointer<UInt8>, count: Int, stride: Int, length: Int
    ) -> [Float] {
        let units = (0..<basis.components).map { Float(basis.unitOfWord($0)) }
        let centre = basis.centre.map { 2 * Float($0) }
        let square = basis.mean.reduce(0.0) { $0 + Double($1) * Double($1) }
        var sums = [Int32](repeating: 0, count: basis.components)
        return (0..<count).map { index -> Float in
            var place = codes + index * stride
            guard (0..<layers[0].byteCount).contains(where: { place[$0] != 0 }) else { return 0 }
            for component in sums.indices { sums[component] = 0 }
            var left = length
            for layer in layers where left > 0 {
                layer.add(place, to: &sums)
                place += layer.byteCount
                left -= layer.byteCount
            }
            // Axes are orthonormal: squares of coordinates and their products with the mean's are enough.
            var squares = Float(square)
            for component in sums.indices {
                let number = Float(sums[component]) * units[component]
                squares += number * (number + centre[component])
            }
            return squares > 0 ? 1 / squares.squareRoot() : 0
        }
    }
}

/// What searching codes asks of a basis, in floating-point numbers: cosines are no codes.
extension FixedPointBasis {
    /// What one unit of a word of a component is worth along its axis, in the units of rounded vectors.
    func unitOfWord(_ component: Int) -> Double {
        Double(inverseWeights[component]) / Double(1 << Self.weightBits) * Self.axisUnit / Double(1 << 14)
    }

    /// The products of a vector with each axis, taken as of length one.
    /// - Complexity: O(components · dimension).
    func products(with vector: some RandomAccessCollection<some BinaryFloatingPoint>) -> [Double] {
        let numbers = vector.map { Float($0) / Float(Self.axisUnit) }
        return axes.withUnsafeBufferPointer { axes in
            (0..<components).map { component in
                var sum: Float = 0
                for index in 0..<dimension { sum += numbers[index] * Float(axes[component * dimension + index]) }
                return Double(sum)
            }
        }
    }

    /// The mean's coordinates, in the units of rounded vectors.
    var centre: [Double] { products(with: mean.map(Float.init)) }
}
