#!/usr/bin/env python3
"""Opens the page in headless Chromium, compares two texts and completes one by the keyboard alone, and writes screenshots.

    pip install playwright requests numpy
    python Services/Tests/HTTPCheck/page.py --tool Services/.build/debug/anneal-serve --chromium /usr/bin/chromium --screenshots DIR \\
        --completions mine.completions
"""
import argparse
from pathlib import Path

import requests
from playwright.sync_api import sync_playwright

from service import server


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--chromium", required=True)
    parser.add_argument("--screenshots", type=Path, required=True)
    parser.add_argument("--completions", required=True, help="a model of completions, of any texts")
    a = parser.parse_args()
    a.screenshots.mkdir(parents=True, exist_ok=True)
    with server(a.tool, "--completions", a.completions) as process, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=a.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 1400})
        problems, outside = [], []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: message.type == "error" and problems.append(message.text))
        page.on("request", lambda request: outside.append(request.url) if not request.url.startswith(process.url) else None)
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
        # The program that the steps lead to is the one that ran.
        content = requests.post(process.url + "/compare", json={
            "left": page.input_value("#left"), "right": page.input_value("#right")}).json()
        for side in ("left", "right"):
            last = page.evaluate(
                "side => states(side).at(-1).items.map((item) => [item.assembly, item.share])", content[side])
            assert last == [[item["assembly"], item["share"]] for item in content[side]["final"]], side
        # Back to the first step with the arrow keys.
        steps = len(content["left"]["steps"])
        page.focus("#leftProgramStep")
        for _ in range(steps):
            page.keyboard.press("ArrowLeft")
        assert page.inner_text("#leftProgram .rule").startswith(f"Step 0 of {steps}. Before any rewrite")
        page.keyboard.press("ArrowRight")
        assert page.locator("#leftProgram tr.changed").count() >= 1
        page.screenshot(path=a.screenshots / "page.png", full_page=True)
        # A completion is taken by Enter, and the next ones are asked for.
        page.fill("#line", "a vector of the ")
        word = requests.post(process.url + "/complete", json={"text": "a vector of the "}).json()["completions"][0]["word"]
        page.wait_for_selector(f"#completions li:first-child button:has-text('{word}')")
        page.focus("#completions button")
        page.keyboard.press("Enter")
        assert page.input_value("#line") == f"a vector of the {word} ", page.input_value("#line")
        assert page.evaluate("document.activeElement.id") == "line"
        page.fill("#line", "xyzzyx")
        page.wait_for_selector("#completingStatus:has-text('No word')")
        assert page.locator("#completions button").count() == 0
        page.fill("#line", "the ")
        page.wait_for_selector("#completions button")
        page.screenshot(path=a.screenshots / "page-completions.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, "it fits a telephone"
        page.screenshot(path=a.screenshots / "page-narrow.png", full_page=True)
        page.select_option("#mode", "annealed")
        page.click("button")
        page.wait_for_selector("#status:empty", state="attached")
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=a.screenshots / "page-dark.png", full_page=True)
        page.route("**/compare", lambda route: route.abort())
        page.click("button")
        page.wait_for_selector("#status.wrong")
        assert not [problem for problem in problems if "net::ERR_FAILED" not in problem], problems
        assert not [url for url in outside if not url.startswith("data:")], outside
        with server(a.tool) as plain:
            page.goto(plain.url)
            page.wait_for_load_state("networkidle")
            assert page.is_hidden("#completing"), "no model, no box"
        browser.close()
    print("the page compares and completes by keyboard, loads nothing from elsewhere, and says when it fails")


if __name__ == "__main__":
    main()
