"use strict";

const element = (id) => document.getElementById(id);

// Text only ever goes in as text: what a user or a model says is never markup.
function made(name, text, classes) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (classes) node.className = classes;
  return node;
}

const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(4);
const piece = (item) => item.piece.replaceAll("▁", "") || "␣";
const label = (item) => piece(item) + (item.constant ? ` [${item.constant}]` : "");

// The text, each token shaded by what the instructions at its position add to the cosine.
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
    const color = part < 0 ? "--bad" : "--good";
    span.style.setProperty("background", `rgba(var(${color}), ${0.5 * Math.abs(part) / largest})`);
    const isLookedUp = side.looked_up?.some((row) => row.start >= token.start && row.end <= token.end);
    span.title = isLookedUp ? "unknown to the model: it adds rows of the lookup table"
      : token.unknown ? "unknown to the model: it adds nothing" : `${signed(part)} of the cosine`;
    if (token.unknown) span.className = "unknown";
    node.append(span);
    end = Math.max(end, token.end);
  });
  node.append(decoder.decode(bytes.slice(end)));
}

// What share of a text the model does not know; nothing for one that it knows.
function unknown(name, side) {
  if (!side.unknown_tokens) return "";
  const rows = side.looked_up?.length;
  const adds = rows ? `a lookup table has ${rows} ${rows === 1 ? "row" : "rows"} for it` : "adds nothing";
  return ` ${name}: ${(100 * side.unknown_byte_share).toFixed(1)} % is unknown to the model and ${adds}.`;
}

// The program before the first step and after each: a step puts what it made in the slots of what it matched, and an
// item is known by the position of its token.
function states(side) {
  const all = [{ items: side.naive, changed: new Set(), step: null }];
  for (const step of side.steps) {
    const items = [...all[all.length - 1].items], changed = new Set();
    if (step.committed) {
      const slots = step.before.map((item) => items.findIndex((one) => one.position === item.position));
      step.after.forEach((item, index) => {
        const slot = slots[index];
        if (items[slot].assembly !== item.assembly) changed.add(slot);
        items[slot] = item;
      });
    }
    all.push({ items, changed, step });
  }
  // The last has its shares of the vector.
  const last = all[all.length - 1];
  last.items = last.items.map((item, slot) =>
    side.final[slot].assembly === item.assembly ? side.final[slot] : item);
  return all;
}

function program(node, name, side) {
  const all = states(side);
  const slider = made("input"), text = made("p", "", "rule"), table = made("table", undefined, "program");
  const caption = made("label", name);
  slider.type = "range";
  slider.id = `${node.id}Step`;
  slider.max = all.length - 1;
  slider.value = all.length - 1;
  caption.htmlFor = slider.id;
  text.setAttribute("aria-live", "polite");
  const head = made("tr");
  for (const title of ["Piece", "Does", "Share"]) {
    const cell = made("th", title);
    cell.scope = "col";
    head.append(cell);
  }
  const body = made("tbody"), top = made("thead");
  top.append(head);
  table.append(top, body);
  const draw = () => {
    const at = Number(slider.value), state = all[at], isLast = at === all.length - 1;
    const title = state.step === null ? "Before any rewrite: the weighted average of the tokens."
      : `${state.step.rule}${state.step.committed ? "" : " (undone: the score fell)"}`;
    text.textContent = `Step ${at} of ${all.length - 1}. ${title}${isLast ? ` · stopped: ${side.stop_reason}` : ""}`;
    slider.setAttribute("aria-valuetext", `Step ${at} of ${all.length - 1}`);
    body.replaceChildren(...state.items.map((item, slot) => {
      const row = made("tr", undefined, state.changed.has(slot) ? "changed" : "");
      const does = made("td", item.opcode, "piece");
      const gain = item.gain === 1 ? "" : ` × ${item.gain.toFixed(2)}`;
      does.append(made("small", `${gain}${item.constant ? ` ${item.constant}` : ""}`));
      does.title = item.assembly;
      const share = isLast ? `${(100 * item.share).toFixed(1)} %` : "";
      row.append(made("td", piece(item), "piece"), does, made("td", share, "number"));
      return row;
    }));
  };
  slider.addEventListener("input", draw);
  node.replaceChildren(caption, slider, text, table);
  draw();
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
  element("unknown").textContent =
    unknown("First text", comparison.left) + unknown("Second text", comparison.right);
  // What matters most, of either sign.
  const pairs = [...comparison.pairs].sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
  const shown = pairs.slice(0, 12);
  const largest = Math.max(...shown.map((pair) => Math.abs(pair.part)), 1e-9);
  element("pairs").replaceChildren(...shown.map((pair) => {
    const row = made("tr"), cell = made("td");
    const bar = made("div", undefined, pair.part < 0 ? "bar negative" : "bar");
    bar.style.setProperty("width", `${100 * Math.abs(pair.part) / largest}%`);
    cell.append(bar);
    row.append(made("td", signed(pair.part), "number"), made("td", label(comparison.left.final[pair.left]), "piece"),
      made("td", label(comparison.right.final[pair.right]), "piece"), cell);
    return row;
  }));
  const rest = shown.reduce((sum, pair) => sum - pair.part, comparison.cosine);
  // The count is there where the pairs were limited.
  const count = comparison.pair_count ?? comparison.pairs.length;
  element("rest").textContent = count > 12
    ? `The 12 largest are shown; the other ${count - 12} sum to ${signed(rest)}.` : "";
  program(element("leftProgram"), "First", comparison.left);
  program(element("rightProgram"), "Second", comparison.right);
  element("result").hidden = false;
}

async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  if (element("key").value) headers.Authorization = `Bearer ${element("key").value}`;
  const answer = await fetch(path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}

const askService = (left, right, mode) => ask("/compare", { left, right, mode, pairs: 100000 });

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const status = element("status");
  status.className = "";
  status.textContent = "Comparing…";
  try {
    // A page with an engine of its own (Web/demo) has put it here.
    const compare = globalThis.annealCompare ?? askService;
    show(await compare(element("left").value, element("right").value, element("mode").value));
    status.textContent = "";
  } catch (error) {
    status.className = "wrong";
    status.textContent = `It failed: ${error.message}`;
  }
});

// A key after the text, as in a chat: Control and Enter compares.
element("form").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) element("form").requestSubmit();
});

// MARK: Completions, where the page has a place for them and the service a model.

let asked = 0;

async function complete() {
  // Only the last question is answered on the page, in whatever order answers come.
  const number = ++asked, line = element("line"), status = element("completingStatus");
  try {
    const towards = element("towards").value;
    const found = await ask("/complete", { text: line.value, count: 12, ...(towards ? { towards } : {}) });
    if (number !== asked) return;
    status.className = "";
    status.textContent = found.completions.length ? "" : "No word of the model begins so.";
    element("completions").replaceChildren(...found.completions.map((completion) => {
      const item = made("li"), button = made("button", completion.word);
      button.type = "button";
      button.append(made("small", `${(100 * completion.probability).toFixed(1)} %`));
      button.addEventListener("click", () => {
        // What it was proposed for, whatever has been typed since.
        line.value = `${found.line}${completion.added} `;
        line.focus();
        complete();
      });
      item.append(button);
      return item;
    }));
  } catch (error) {
    if (number !== asked) return;
    status.className = "wrong";
    status.textContent = `It failed: ${error.message}`;
  }
}

async function offerCompletions() {
  // A service that wants a key is asked again once there is one.
  const info = await ask("/info").catch(() => ({}));
  element("completing").hidden = !info.completions;
  if (info.completions) complete();
}

if (element("completing")) {
  let wait;
  for (const field of ["line", "towards"]) {
    element(field).addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(complete, 100);
    });
  }
  element("key").addEventListener("change", offerCompletions);
  offerCompletions();
}
