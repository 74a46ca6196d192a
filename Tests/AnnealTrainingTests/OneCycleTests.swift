import Testing

@testable import AnnealTraining

@Suite struct OneCycleTests {
    /// What PyTorch's OneCycleLR gives for max_lr 0.02, 40 steps, pct_start 0.15 (rate and first decay).
    @Test func agreesWithTheKnownCourse() {
        let cycle = OneCycle(rate: 0.02, steps: 40, rise: 0.15)
        for (step, rate, beta1) in OneCycleTests.course {
            let found = cycle.values(at: step)
            #expect(abs(found.rate - rate) < 1e-9)
            #expect(abs(found.beta1 - beta1) < 1e-9)
        }
    }

    @Test func shortCoursesStayFinite() {
        for steps in 1...5 {
            let cycle = OneCycle(rate: 1, steps: steps, rise: 0.15)
            for step in 0..<steps {
                let (rate, beta1) = cycle.values(at: step)
                #expect(rate.isFinite && rate >= 0 && rate <= 1)
                #expect((0.85...0.95).contains(beta1))
            }
        }
    }

    private static let course: [(Int, Double, Double)] = [
        (0, 0.0007999999999999986, 0.95),
        (1, 0.0026334368540005017, 0.9404508497187474),
        (4, 0.018166563145999494, 0.8595491502812526),
        (5, 0.02, 0.85),
        (6, 0.019957341933583294, 0.8502132911852482),
        (20, 0.011837527828184992, 0.8908125241091714),
        (38, 4.2738066416707125e-05, 0.9497867088147517),
        (39, 8e-08, 0.95),
    ]
}
