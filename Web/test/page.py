"""Looks at the page (Web/dist/demo) in headless Chromium, without packages: by the DevTools protocol over a pipe.

    python3 Web/test/page.py [--chromium chromium] [--pictures FOLDER] [--native ANNEAL] [--first-vector-ms-max 1000]

Checks, from an empty profile: the time to the first vector, a comparison and a search by keyboard alone, three widths in light
and dark without anything wider than the page, names of all controls in the accessibility tree, contrast of all text, the
module's vector against the native engine's by hash, and the page without a network.
"""
import argparse
import base64
import functools
import hashlib
import http.server
import json
import os
import pathlib
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "dist" / "demo"
failures = 0


def expect(holds, what):
    global failures
    if not holds:
        failures += 1
        print(f"FAILED: {what}", file=sys.stderr)


class Browser:
    """A headless Chromium with one page, driven over two pipes: messages of JSON, each ended by a zero."""

    def __init__(self, program, profile):
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()

        def place():
            # Chromium reads from 3 and writes to 4.
            reader, writer = os.dup(to_read), os.dup(to_write)
            os.dup2(reader, 3)
            os.dup2(writer, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             f"--user-data-dir={profile}", "--no-first-run", "about:blank"],
            pass_fds=(3, 4), preexec_fn=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.buffer = b""
        self.last = 0
        self.errors = []
        targets = self.send("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Accessibility", "Network", "Log"):
            self.call(f"{domain}.enable")

    def read(self):
        while b"\0" not in self.buffer:
            part = os.read(self.from_browser, 1 << 20)
            if not part:
                raise RuntimeError("the browser ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(message)
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(message["params"]["exceptionDetails"].get("exception", {}).get("description", "exception"))
        if message.get("method") == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
            self.errors.append(message["params"]["entry"]["text"])
        return message

    def send(self, method, session=None, **values):
        self.last += 1
        message = {"id": self.last, "method": method, "params": values}
        if session:
            message["sessionId"] = session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def call(self, method, **values):
        return self.send(method, self.session, **values)

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")

    def wait(self, expression, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.value(f"Boolean({expression})"):
                return True
            time.sleep(0.05)
        expect(False, f"within {seconds} s: {expression}")
        return False

    def key(self, name, text="", code=0, shift=False):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code,
                      modifiers=8 if shift else 0, **({"text": text} if text and kind == "keyDown" else {}))

    def close(self):
        self.process.terminate()
        self.process.wait()


# What of the page has too little contrast to what lies behind it (WCAG 2.1, 4.5 to 1; 3 to 1 for large text).
CONTRAST = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const color = (text, under) => {
    canvas.fillStyle = under ? `rgb(${under.join()})` : 'white'; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const canvasColor = color(dark ? 'rgb(18,18,18)' : 'white');
  const bad = [];
  for (const node of document.querySelectorAll('main *')) {
    if (![...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim()) || !node.checkVisibility()) continue;
    const above = []; for (let one = node; one; one = one.parentElement) above.unshift(one);
    let back = canvasColor, alpha = 1;
    for (const one of above) { back = color(getComputedStyle(one).backgroundColor, back); alpha *= getComputedStyle(one).opacity; }
    const style = getComputedStyle(node);
    const ink = color(style.color, back).map((v, i) => v * alpha + back[i] * (1 - alpha));
    const [a, b] = [light(ink), light(back)]; const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) bad.push(`${node.tagName} ${node.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return bad;
})()"""


def look(browser, pictures):
    """Widths, colours, names, contrast."""
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for width in (360, 768, 1280):
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
            wide = browser.value("document.documentElement.scrollWidth")
            expect(wide <= width, f"{scheme}, {width}: nothing wider than the page, found {wide}")
            bad = browser.value(CONTRAST)
            expect(not bad, f"{scheme}, {width}: contrast of {bad}")
            if pictures:
                shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True)
                (pathlib.Path(pictures) / f"{scheme}-{width}.png").write_bytes(base64.b64decode(shot["data"]))
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = {}
    for node in nodes:
        if node.get("ignored"):
            continue
        role, name = node["role"]["value"], node.get("name", {}).get("value", "")
        roles.setdefault(role, []).append(name)
        if role in ("textbox", "searchbox", "combobox", "button", "slider", "region", "form", "search", "progressbar"):
            expect(name or role in ("form", "search"), f"a name for every {role}")
    for role in ("main", "heading", "textbox", "button", "slider", "table", "status", "search"):
        expect(role in roles, f"a {role} in the accessibility tree")
    levels = browser.value("[...document.querySelectorAll('h1,h2,h3')].map((node) => Number(node.tagName[1]))")
    expect(levels[0] == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:])), f"headings in order, found {levels}")
    print(f"accessibility tree: {sum(map(len, roles.values()))} nodes, {len(roles)} roles, every control has a name")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chromium", default="chromium")
    parser.add_argument("--pictures", help="a folder for a picture of each width and scheme")
    parser.add_argument("--native", help="the native engine, whose vectors are compared by hash")
    parser.add_argument("--first-vector-ms-max", type=int, help="for a quiet machine")
    options = parser.parse_args()

    class Handler(http.server.SimpleHTTPRequestHandler):
        extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".wasm": "application/wasm"}

        def log_message(self, *values):
            pass

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(PAGE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    # A browser's processes may still write when it has been told to go.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(options.chromium, profile)
        try:
            check(browser, address, options)
            server.shutdown()
            server.server_close()
            # Without a server everything comes from the caches.
            browser.call("Page.navigate", url=address)
            if browser.wait("document.documentElement?.dataset.firstVector"):
                print(f"without a network: first vector after {browser.value('document.documentElement?.dataset.firstVector')} ms")
        finally:
            browser.close()
    print("all as it should be" if failures == 0 else f"{failures} failed")
    sys.exit(1 if failures else 0)


def check(browser, address, options):
    browser.call("Page.navigate", url=address)
    browser.wait("document.documentElement?.dataset.firstVector")
    first = int(browser.value("document.documentElement?.dataset.firstVector"))
    print(f"first vector {first} ms after the page's script began, empty cache, loopback")
    limit = options.first_vector_ms_max
    expect(limit is None or first <= limit, f"at most {limit} ms to the first vector")

    # By keyboard alone: to the first text, over the second and the mode, to the button.
    browser.value("document.body.focus()")
    seen = []
    for _ in range(4):
        browser.key("Tab", code=9)
        seen.append(browser.value("document.activeElement.id || document.activeElement.textContent"))
    expect(seen == ["left", "right", "mode", "Compare"], f"the order of Tab, found {seen}")
    browser.key("Enter", text="\r", code=13)
    browser.wait("!document.getElementById('result').hidden")
    expect(0 < float(browser.value("document.getElementById('cosine').textContent")) < 1, "a cosine")
    before = browser.value("document.querySelector('#leftProgram tbody').textContent")
    browser.key("Tab", code=9)
    expect(browser.value("document.activeElement.id") == "leftProgramStep", "Tab leads to the steps")
    browser.key("Home", code=36)
    expect(browser.value("document.querySelector('#leftProgram tbody').textContent") != before, "a key changes the step")
    expect(browser.value("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is seen")

    browser.value("document.getElementById('corpus').focus()")
    text = " ".join(f"Chapter {n} is about {topic}." for n, topic in enumerate(
        ["cooking rice", "turning off the lights", "the price of wheat", "a walk in the hills"] * 40))
    browser.call("Input.insertText", text=text + "\n\nHow to switch the lamp off.\n\nA cat sleeps.")
    for _ in range(2):
        browser.key("Tab", code=9)
    expect(browser.value("document.activeElement.id") == "query", "Tab leads to the question")
    browser.call("Input.insertText", text="turn off the lamp")
    browser.key("Enter", text="\r", code=13)
    browser.wait("document.getElementById('hits').children.length > 3")
    expect(browser.value("document.getElementById('hits').firstChild.textContent").startswith("How to switch the lamp off."),
           "the passage that says the same comes first")
    print(browser.value("document.getElementById('indexed').textContent"))
    look(browser, options.pictures)

    if options.native:
        texts = [f"Text {n}: how do I turn the {thing} off in New York?" for n in range(500) for thing in ("light", "sound")]
        for mode in ("naive", "compiled", "annealed"):
            found = browser.value(f"""(async () => {{
              const {{ loadInWorker }} = await import('./worker.js');
              const engine = await loadInWorker('anneal-en-192-small.anneal');
              const rows = await engine.embed({json.dumps(texts)}, {{ mode: '{mode}' }});
              engine.close();
              const hash = await crypto.subtle.digest('SHA-256', rows);
              return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
            }})()""")
            native = subprocess.run(
                [options.native, "embed", "--quiet", "--format", "f32", "--mode", mode,
                 "--model", str(PAGE / "anneal-en-192-small.anneal")],
                input="\n".join(texts).encode(), stdout=subprocess.PIPE, check=True).stdout
            expect(found == hashlib.sha256(native).hexdigest(), f"{mode}: the hash of the native vectors")
        print(f"{len(texts)} texts, 3 modes: the hashes of the native engine's vectors")
    expect(not browser.errors, f"no error in the browser's log, found {browser.errors}")


if __name__ == "__main__":
    main()
