#!/usr/bin/env python3
"""Opens the page in headless Chromium, compares two texts by the keyboard alone, and writes screenshots.

    pip install playwright
    python Tests/ServeCheck/page.py --tool .build/release/anneal-serve --chromium /usr/bin/chromium --screenshots DIR
"""
import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from check import server


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--chromium", required=True)
    parser.add_argument("--screenshots", type=Path, required=True)
    a = parser.parse_args()
    a.screenshots.mkdir(parents=True, exist_ok=True)
    with server(a.tool) as process, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=a.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 1400})
        problems, outside = [], []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: message.type == "error" and problems.append(message.text))
        page.on("request", lambda request: outside.append(request.url) if process.url not in request.url else None)
        page.goto(process.url)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "left"
        page.keyboard.press("Control+A")
        page.keyboard.type("the dog <b>bites</b> the man")
        page.keyboard.press("Tab")
        page.keyboard.press("Control+A")
        page.keyboard.type("the man was bitten by a dog")
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("#result:not([hidden])")
        assert 0 < float(page.inner_text("#cosine")) < 1
        assert page.inner_text("#leftText") == "the dog <b>bites</b> the man", "a text is shown, never obeyed"
        assert page.locator("#pairs tr").count() > 3 and page.locator("#leftText span").count() > 4
        page.screenshot(path=a.screenshots / "page.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it fits a telephone"
        page.screenshot(path=a.screenshots / "page-narrow.png", full_page=True)
        page.fill("#left", "a " * 499)
        page.route("**/compare", lambda route: route.abort())
        page.click("button")
        page.wait_for_selector("#status.wrong")
        assert not [problem for problem in problems if "net::ERR_FAILED" not in problem], problems
        assert not [url for url in outside if not url.startswith("data:")], outside
        browser.close()
    print("the page compares by keyboard, loads nothing from elsewhere, and says when it fails")


if __name__ == "__main__":
    main()
