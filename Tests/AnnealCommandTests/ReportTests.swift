import AnnealJSON
import Foundation
import Testing

@testable import anneal_cli

@Suite struct ReportTests {
    @Test("decimals round and pad")
    func decimals() {
        #expect(Decimal.string(0, places: 2) == "0.00")
        #expect(Decimal.string(-0.004, places: 2) == "0.00")
        #expect(Decimal.string(-1.005, places: 1) == "-1.0")
        #expect(Decimal.string(12.345678, places: 3) == "12.346")
        #expect(Decimal.string(0.05, places: 1) == "0.1")
        #expect(Decimal.string(99.99, places: 1) == "100.0")
        #expect(Decimal.string(7.6, places: 0) == "8")
        #expect(Decimal.string(.nan, places: 1) == "nan")
    }

    @Test("JSON that Foundation reads back")
    func json() throws {
        var json = JSONText()
        let odd = "quote \" slash \\ line\n\r\t nul \u{0} \u{7F} é 😀"
        json.object { json in
            json.value(odd, odd)
            json.array("list") { json in
                json.value(nil, 1)
                json.value(nil, -2.5e-10)
                json.array { _ in }
                json.object { _ in }
            }
            json.value("nan", Double.nan)
            json.value("yes", true)
        }
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any])
        #expect(object[odd] as? String == odd)
        #expect((object["list"] as? [Any])?.count == 4)
        #expect(object["nan"] is NSNull && object["yes"] as? Bool == true)
    }

    @Test("columns line up, whatever their colour")
    func table() {
        var table = Table(right: [false, true])
        let style = Style(isColoured: true)
        table.add([style.heading("a"), "1"])
        table.add(["bbb", style.added("22")])
        let lines = table.lines(indent: 1)
        #expect(lines == [" \u{1B}[1ma\u{1B}[0m     1", " bbb  \u{1B}[32m22\u{1B}[0m"])
    }

    @Test("a terminal is not told what to do by a text")
    func visible() {
        #expect(Visible.string("a\u{1B}[2Jb\u{202E}\n") == "a\\u{1b}[2Jb\\u{202e}\\u{a}")
    }
}
