/// The page at `/`: two texts, what makes them alike, and the programs that they became. Nothing is loaded from elsewhere.
enum Page {
    static let html = #"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Anneal: why two texts are alike</title>
        <link rel="stylesheet" href="/page.css">
        <link rel="icon" href="data:,">
        </head>
        <body>
        <main>
        <h1>Anneal</h1>
        <p>A text becomes a short program, learned rules rewrite it, and running it leaves a vector. Type two texts to see
        what makes them alike.</p>
        <form id="form">
        <label for="left">First text</label>
        <textarea id="left" rows="2" maxlength="1000" required>How do I turn the light off?</textarea>
        <label for="right">Second text</label>
        <textarea id="right" rows="2" maxlength="1000" required>Switch off the lamp</textarea>
        <div class="row">
        <label for="mode">Rewriting</label>
        <select id="mode"><option>compiled</option><option>annealed</option><option>naive</option></select>
        <label for="key">API key</label>
        <input id="key" type="password" autocomplete="off" placeholder="if one is needed">
        <button type="submit">Compare</button>
        </div>
        </form>
        <p id="status" role="status" aria-live="polite"></p>
        <section id="result" hidden aria-label="Comparison">
        <h2>Cosine <output id="cosine"></output></h2>
        <p class="hint">Words are shaded by what they add to the cosine (blue) or take from it (red).</p>
        <p class="text" id="leftText"></p>
        <p class="text" id="rightText"></p>
        <h2>Where it comes from</h2>
        <table>
        <thead><tr><th scope="col">part</th><th scope="col">first</th><th scope="col">second</th><th scope="col">share</th></tr></thead>
        <tbody id="pairs"></tbody>
        </table>
        <h2>Programs</h2>
        <div class="sides"><div id="leftProgram"></div><div id="rightProgram"></div></div>
        </section>
        </main>
        <script src="/page.js"></script>
        </body>
        </html>
        """#

    static let style = #"""
        :root { color-scheme: light dark; --line: #8885; --good: 37, 99, 235; --bad: 220, 38, 38; }
        * { box-sizing: border-box; }
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
        main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
        h1 { margin: 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
        label { display: block; font-weight: 600; margin-top: .5rem; }
        textarea, input, select, button { font: inherit; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .3rem; }
        textarea { width: 100%; resize: vertical; }
        .row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin-top: .6rem; }
        .row label { margin: 0; } .row button { margin-left: auto; font-weight: 600; cursor: pointer; }
        :focus-visible { outline: 3px solid rgb(var(--good)); outline-offset: 1px; }
        .hint { opacity: .75; margin: .2rem 0; }
        .text span { border-radius: .2rem; padding: .1rem 0; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--line); }
        td:first-child { font-variant-numeric: tabular-nums; white-space: nowrap; }
        meter { width: 100%; min-width: 4rem; }
        .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
        pre { overflow-x: auto; font-size: .8rem; border: 1px solid var(--line); border-radius: .3rem; padding: .5rem; margin: .3rem 0; }
        summary { cursor: pointer; }
        .wrong { color: rgb(var(--bad)); }
        """#

    static let script = #"""
        "use strict";
        const element = (id) => document.getElementById(id);
        const made = (name, text) => {
          const node = document.createElement(name);
          if (text !== undefined) node.textContent = text;
          return node;
        };
        const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(4);
        const label = (item) => item.piece.replaceAll("▁", "") + (item.constant ? ` [${item.constant}]` : "");

        // Bytes of the text by the instruction whose token covers them, shaded by the instruction's part of the cosine.
        function shade(node, side, parts) {
          const bytes = new TextEncoder().encode(side.text), decoder = new TextDecoder();
          const byPosition = new Map();
          side.final.forEach((item, index) => {
            byPosition.set(item.position, (byPosition.get(item.position) || 0) + (parts.get(index) || 0));
          });
          const largest = Math.max(...[...byPosition.values()].map(Math.abs), 1e-9);
          node.replaceChildren();
          let end = 0;
          side.tokens.forEach((token, position) => {
            if (token.start > end) node.append(decoder.decode(bytes.slice(end, token.start)));
            const span = made("span", decoder.decode(bytes.slice(Math.max(end, token.start), token.end)));
            const part = byPosition.get(position) || 0;
            span.style.setProperty("background", `rgba(var(${part < 0 ? "--bad" : "--good"}), ${0.5 * Math.abs(part) / largest})`);
            span.title = `${signed(part)} of the cosine`;
            node.append(span);
            end = Math.max(end, token.end);
          });
          node.append(decoder.decode(bytes.slice(end)));
        }

        function program(node, name, side) {
          node.replaceChildren(made("h3", name));
          const details = (title, text, open) => {
            const box = made("details");
            box.open = open;
            box.append(made("summary", title), made("pre", text));
            node.append(box);
          };
          const lines = (items) => items.map((item) => `${item.assembly}   ; ${label(item)}`).join("\n");
          details(`Naive program, ${side.naive.length} instructions`, lines(side.naive), false);
          const steps = side.steps.map((step) =>
            `${step.number}. ${step.rule}${step.committed ? "" : "   (undone: the score fell)"}\n` +
            step.before.map((item) => `   - ${item.assembly}   ; ${label(item)}`).join("\n") + "\n" +
            step.after.map((item) => `   + ${item.assembly}   ; ${label(item)}`).join("\n"));
          details(`${side.steps.length} rewrites`, steps.join("\n\n") || "none", true);
          details("Final program, with shares of the vector", side.final.map((item) =>
            `${(100 * item.share).toFixed(1).padStart(6)} %  ${item.assembly}   ; ${label(item)}`).join("\n"), true);
        }

        function show(comparison) {
          element("cosine").textContent = comparison.cosine.toFixed(4);
          const left = new Map(), right = new Map();
          for (const pair of comparison.pairs) {
            left.set(pair.left, (left.get(pair.left) || 0) + pair.part);
            right.set(pair.right, (right.get(pair.right) || 0) + pair.part);
          }
          shade(element("leftText"), comparison.left, left);
          shade(element("rightText"), comparison.right, right);
          const largest = Math.max(...comparison.pairs.map((pair) => Math.abs(pair.part)), 1e-9);
          element("pairs").replaceChildren(...comparison.pairs.slice(0, 12).map((pair) => {
            const row = made("tr"), bar = made("meter"), cell = made("td");
            bar.max = largest;
            bar.value = Math.abs(pair.part);
            bar.setAttribute("aria-label", signed(pair.part));
            cell.append(bar);
            row.append(made("td", signed(pair.part)), made("td", label(comparison.left.final[pair.left])),
              made("td", label(comparison.right.final[pair.right])), cell);
            return row;
          }));
          program(element("leftProgram"), "First", comparison.left);
          program(element("rightProgram"), "Second", comparison.right);
          element("result").hidden = false;
        }

        element("form").addEventListener("submit", async (event) => {
          event.preventDefault();
          const status = element("status");
          status.className = "";
          status.textContent = "Comparing…";
          try {
            const headers = { "Content-Type": "application/json" };
            if (element("key").value) headers.Authorization = `Bearer ${element("key").value}`;
            const answer = await fetch("/compare", { method: "POST", headers, body: JSON.stringify({
              left: element("left").value, right: element("right").value, mode: element("mode").value }) });
            const content = await answer.json();
            if (!answer.ok) throw new Error(content.error);
            show(content);
            status.textContent = "";
          } catch (error) {
            status.className = "wrong";
            status.textContent = `It failed: ${error.message}`;
          }
        });
        """#
}
