import AnnealFormats
import AnnealProgram

/// Measures genomes: one pass over a genome's sites, closed form.
///
/// For text `t` with residual `r`, weight `a` and `n` firings, a constant `c` changes the squared residual by
/// `‖r − a·n·c‖² − ‖r‖²`. The best constant under a ridge λ is `c = Σ a·n·r / (Σ a²n² + λ)`, and takes away
/// `‖Σ a·n·r‖² / (Σ a²n² + λ)`. Of residuals that know nothing of the rule the same formula is expected to give
/// `Σ a²n²‖r‖² / (Σ a²n² + λ)`; `noise` times that is subtracted. A shift counts the gains of its items for `n`; an
/// absorption first gives back what its items had added.
///
/// One meter serves one thread.
struct FitnessMeter: ~Copyable {
    let texts: EvolvingTexts
    let shrink: Double
    let noise: Double
    var matcher: SiteMatcher
    /// `Σ a·n·r` over the texts of even and of odd number.
    private let even: UnsafeMutablePointer<Float>
    private let odd: UnsafeMutablePointer<Float>
    private let mended: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - shrink: λ in units of the mean weight squared.
    ///   - noise: how often the expected noise is subtracted.
    init(_ texts: EvolvingTexts, shrink: Double, noise: Double) {
        self.texts = texts
        self.shrink = shrink
        self.noise = noise
        matcher = SiteMatcher(texts)
        even = .allocate(capacity: texts.dimension)
        odd = .allocate(capacity: texts.dimension)
        mended = .allocate(capacity: texts.dimension)
    }

    deinit {
        even.deallocate()
        odd.deallocate()
        mended.deallocate()
    }

    private var ridge: Double { shrink * texts.weightUnit }

    /// The fitness of a genome that fits a constant of its own.
    /// - Parameter range: the texts that count.
    /// - Complexity: O(candidates of the pattern + sites · dimension).
    mutating func measure(_ genome: Genome, in range: Range<Int>) -> Fitness {
        matcher.find(genome, in: range)
        return matcher.sites.withUnsafeBufferPointer { measure($0, of: genome) }
    }

    /// The same for sites that are known: ascending positions.
    mutating func measure(_ sites: UnsafeBufferPointer<Int32>, of genome: Genome) -> Fitness {
        var fitness = Fitness()
        guard !sites.isEmpty else { return fitness }
        let dimension = texts.dimension
        even.update(repeating: 0, count: dimension)
        odd.update(repeating: 0, count: dimension)
        var squares = SIMD2<Double>()
        var noiseSum = 0.0
        var mending = 0.0
        var index = 0
        while index < sites.count {
            let text = Int(texts.textOf[Int(sites[index])])
            let firings = firings(sites, from: &index, in: text, genome)
            let scale = texts.weights[text] * firings
            let square = Double(scale) * Double(scale)
            var row = UnsafePointer(texts.residuals.row(text))
            var energy = Double(texts.energies[text])
            if genome.action == .absorb {
                row = UnsafePointer(mended)
                let changed = Double(RowLoops.dot(row, row, dimension))
                mending += changed - energy
                energy = changed
            }
            RowLoops.add(row, times: scale, to: text & 1 == 0 ? even : odd, dimension)
            squares[text & 1] += square
            noiseSum += square * energy
            fitness.texts += 1
        }
        fitness.sites = sites.count
        fitness.squares = squares.sum()
        let evenLength = Double(RowLoops.dot(even, even, dimension))
        let oddLength = Double(RowLoops.dot(odd, odd, dimension))
        let product = Double(RowLoops.dot(even, odd, dimension))
        let whole = fitness.squares + ridge
        fitness.noise = noiseSum / whole
        fitness.gain = (evenLength + oddLength + 2 * product - noise * noiseSum) / whole - mending
        let one = squares[0] + ridge
        let other = squares[1] + ridge
        fitness.crossGain =
            2 * product / one - squares[1] * evenLength / (one * one)
            + 2 * product / other - squares[0] * oddLength / (other * other) - mending
        return fitness
    }

    /// The constant that the last measured genome asks for.
    /// - Parameter squares: of its fitness.
    func constant(squares: Double) -> [Float] {
        let scale = Float(1 / (squares + ridge))
        return (0..<texts.dimension).map { (even[$0] + odd[$0]) * scale }
    }

    /// What a given constant takes away where a genome fires.
    mutating func measure(_ genome: Genome, constant: UnsafePointer<Float>, in range: Range<Int>) -> Fitness {
        matcher.find(genome, in: range)
        var fitness = Fitness()
        let dimension = texts.dimension
        let length = Double(RowLoops.dot(constant, constant, dimension))
        matcher.sites.withUnsafeBufferPointer { sites in
            var index = 0
            while index < sites.count {
                let text = Int(texts.textOf[Int(sites[index])])
                let firings = firings(sites, from: &index, in: text, genome)
                let scale = Double(texts.weights[text] * firings)
                var row = UnsafePointer(texts.residuals.row(text))
                if genome.action == .absorb {
                    row = UnsafePointer(mended)
                    fitness.gain += Double(texts.energies[text]) - Double(RowLoops.dot(row, row, dimension))
                }
                fitness.gain += 2 * scale * Double(RowLoops.dot(row, constant, dimension)) - scale * scale * length
                fitness.squares += scale * scale
                fitness.texts += 1
            }
            fitness.sites = sites.count
        }
        fitness.crossGain = fitness.gain
        return fitness
    }

    /// Counts the firings of one text and moves the index behind them; an absorption leaves in `mended` the residual that
    /// would be without the absorbed tokens.
    @inline(__always)
    private mutating func firings(
        _ sites: UnsafeBufferPointer<Int32>, from index: inout Int, in text: Int, _ genome: Genome
    ) -> Float {
        if genome.action == .absorb {
            mended.update(from: texts.residuals.row(text), count: texts.dimension)
        }
        var count: Float = 0
        while index < sites.count, Int(texts.textOf[Int(sites[index])]) == text {
            let site = Int(sites[index])
            index += 1
            switch genome.action {
            case .attach, .gather: count += 1
            case .shift: count += texts.gains[site]
            case .absorb:
                count += 1
                giveBack(genome, site, text)
            }
        }
        return count
    }

    private func giveBack(_ genome: Genome, _ site: Int, _ text: Int) {
        guard let vectors = texts.tokens.vectors, let places = matcher.places(genome, target: site) else { return }
        for atom in 0..<genome.count {
            let place = Int(places[atom])
            RowLoops.add(
                vectors.row(Int(texts.ids[place])), times: texts.weights[text] * texts.gains[place], to: mended,
                texts.dimension)
        }
    }
}
