import Testing

@testable import AnnealRewrite

@Suite struct AnnealingScheduleTests {
    @Test(arguments: ["sharpness=64..256,noise=2000..0,steps=64", "sharpness=0..0,noise=0..2147483647,steps=1"])
    func roundTrips(text: String) {
        #expect(AnnealingSchedule(text)?.description == text)
    }

    @Test(arguments: [
        "", "sharpness=64..256", "sharpness=64,noise=1..0,steps=4", "sharpness=64..256,noise=2..0,steps=0",
        "sharpness=064..256,noise=2..0,steps=4", "sharpness=-1..256,noise=2..0,steps=4",
        "sharpness=1..2,noise=2..0,steps=4,", "noise=2..0,sharpness=1..2,steps=4", "sharpness=1...2,noise=2..0,steps=4",
        "sharpness=1..2147483648,noise=2..0,steps=4",
    ])
    func refuses(text: String) {
        #expect(AnnealingSchedule(text) == nil)
    }

    @Test func goesFromStartToEnd() {
        let schedule = AnnealingSchedule(sharpnessStart: 0, sharpnessEnd: 256, noiseStart: 100, noiseEnd: 0, steps: 10)
        #expect(schedule.sharpness(at: 0) == 0 && schedule.sharpness(at: 5) == 128 && schedule.sharpness(at: 99) == 256)
        #expect(schedule.noise(at: 0) == 100 && schedule.noise(at: 10) == 0)
    }

    @Test func withoutNoiseTheBestHorseWins() {
        let sampler = BidSampler(
            seed: 3,
            schedule: AnnealingSchedule(sharpnessStart: 256, sharpnessEnd: 256, noiseStart: 0, noiseEnd: 0, steps: 1))
        for score in [Int64(-5), 0, 7, 1 << 40] { #expect(sampler.score(score, tie: 99, step: 2) == score) }
    }

    @Test func noiseDependsOnTheSeedAndStaysInside() {
        let schedule = AnnealingSchedule(
            sharpnessStart: 256, sharpnessEnd: 256, noiseStart: 1000, noiseEnd: 1000, steps: 1)
        var values = Set<Int64>()
        for seed in 0..<200 {
            let noise = BidSampler(seed: UInt64(seed), schedule: schedule).score(0, tie: 1, step: 0)
            #expect(abs(noise) <= 1000)
            values.insert(noise)
        }
        #expect(values.count > 100)
    }
}
