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
