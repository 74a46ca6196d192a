// Checks Web/dist against the native engine. No packages needed.
//
//   node Web/test/check.mjs --native .build/release/anneal --model A.anneal [--model B.anneal]
//        [--texts FILE] [--count N] [--malformed FOLDER] [--speed]
//
// --texts      one text a line; without it lines of the repository's documents and made-up ones
// --count      how many texts, 2,000 where nothing is said
// --malformed  files NAME.anneal with the native message in NAME.txt, as AnnealModelTests writes them
// --speed      texts a second beside the native engine's, in turns
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { AnnealError, load } from "../dist/anneal.js";

const { values: options } = parseArgs({ options: {
    native: { type: "string" }, model: { type: "string", multiple: true, default: [] }, texts: { type: "string" },
    count: { type: "string", default: "2000" }, malformed: { type: "string" }, speed: { type: "boolean", default: false },
} });
const rawLimit = 450_000, gzipLimit = 185_000;
let failures = 0;

function expect(holds, what) {
    if (holds) return;
    failures += 1;
    console.error(`FAILED: ${what}`);
}

const messageOf = (body) => {
    try { body(); } catch (error) { return error instanceof AnnealError ? error.message : `${error.name}: ${error.message}`; }
    return null;
};
const failureOf = (promise) => promise.then(() => null, (error) => error.message);

/** Numbers that are the same each time (SplitMix64's, in 32 bits). */
function generator(seed) {
    let state = BigInt(seed);
    return (limit) => {
        state = (state + 0x9E3779B97F4A7C15n) & 0xFFFFFFFFFFFFFFFFn;
        let word = state;
        word = ((word ^ (word >> 30n)) * 0xBF58476D1CE4E5B9n) & 0xFFFFFFFFFFFFFFFFn;
        word = ((word ^ (word >> 27n)) * 0x94D049BB133111EBn) & 0xFFFFFFFFFFFFFFFFn;
        return Number((word ^ (word >> 31n)) % BigInt(limit));
    };
}

/** Texts without line feeds: real lines, and as many of random words, letters, marks and characters of all planes. */
function texts(count) {
    const folder = new URL("../../", import.meta.url);
    const real = options.texts
        ? readFileSync(options.texts, "utf8").split("\n")
        : ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "Docs/Format.md", "Docs/Codes.md"]
            .flatMap((name) => readFileSync(new URL(name, folder), "utf8").split("\n"));
    const lines = real.map((line) => line.replace(/[\r\uFEFF]/g, "")).filter((line) => line.trim() !== "");
    const list = lines.slice(0, options.texts ? count : count / 2);
    const draw = generator(24);
    const words = lines.join(" ").split(/\s+/);
    while (list.length < count) {
        let text = "";
        for (let left = draw(draw(20) ? 30 : 900) + 1; left > 0; left -= 1) {
            const kind = draw(10);
            text += kind < 7 ? `${words[draw(words.length)]} `
                : kind < 8 ? String.fromCodePoint(0x20 + draw(0x5f))
                : kind < 9 ? String.fromCodePoint(0xa0 + draw(0x700))
                : String.fromCodePoint([0x4e00, 0xac00, 0x1f300, 0x1d400, 0x300][draw(5)] + draw(0x300));
        }
        list.push(text.replace(/[\p{Cc}]/gu, " "));
    }
    return list;
}

const wasm = readFileSync(new URL("../dist/anneal.wasm", import.meta.url));
const module = await WebAssembly.compile(wasm);
const gzip = Number(execFileSync("sh", ["-c", "gzip -9 | wc -c"], { input: wasm }));
console.log(`module: ${wasm.length} bytes, ${gzip} with gzip, ${WebAssembly.Module.imports(module).length} imports`);
expect(WebAssembly.Module.imports(module).length === 0, "a module without imports");
expect(wasm.length <= rawLimit && gzip <= gzipLimit, `at most ${rawLimit} bytes, ${gzipLimit} with gzip`);

const folder = mkdtempSync(join(tmpdir(), "anneal-web-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const list = texts(Number(options.count));
const textFile = join(folder, "texts.txt");
writeFileSync(textFile, list.join("\n") + "\n");

for (const path of options.model) {
    const name = basename(path);
    const bytes = readFileSync(path);
    const start = performance.now();
    const engine = await load(bytes);
    const opened = performance.now() - start;
    engine.embed("one text");
    const first = performance.now() - start;
    const bound = bytes.length * 1.3 + 16e6;

    for (const mode of ["naive", "compiled", "annealed"]) {
        const output = join(folder, "native.f32");
        execFileSync(options.native, ["embed", "--quiet", "--model", path, "--mode", mode, "--output", output, textFile]);
        const native = readFileSync(output);
        const found = engine.embed(list, { mode });
        const same = Buffer.compare(native, Buffer.from(found.buffer)) === 0;
        console.log(`${name} ${mode}: ${list.length} texts, ${same ? "all bits equal to the native engine's" : "BITS DIFFER"}`);
        expect(same, `${name} ${mode}: equal bits`);
        const single = engine.embed(list[7], { mode, dimension: 64 });
        const [plain, batch] = [engine.embed(list.slice(0, 9), { mode, dimension: 64, normalize: false }),
            engine.embed(list.slice(0, 9), { mode, dimension: 64 })];
        expect(single.every((value, index) => value === batch[7 * 64 + index]), `${name} ${mode}: a text alone as in a batch`);
        expect(plain.length === 9 * 64, "rows of the dimension that was asked for");
    }
    console.log(`${name}: ${opened.toFixed(0)} ms to open, ${first.toFixed(0)} to the first vector, `
        + `${(engine.memoryBytes / 1e6).toFixed(1)} MB of memory, at most ${(bound / 1e6).toFixed(1)}`);
    expect(engine.memoryBytes <= bound, `${name}: memory of at most 1.3 times the model and 16 MB`);

    for (const mode of ["naive", "compiled", "annealed"]) {
        const [left, right] = ["How do I turn the light off in New York?", "switch off the \"lamp\" — naïve café 🙂"];
        const told = (...values) => JSON.parse(execFileSync(options.native, values, { encoding: "utf8" }));
        const native = told("explain", "--json", "--model", path, "--mode", mode, left);
        expect(JSON.stringify(engine.explain(left, { mode })) === JSON.stringify(native), `${name} ${mode}: explain`);
        const compared = told("compare", "--json", "--model", path, "--mode", mode, left, right);
        expect(JSON.stringify(engine.compare(left, right, { mode })) === JSON.stringify(compared), `${name} ${mode}: compare`);
        const tokens = engine.tokenize(left);
        expect(JSON.stringify(tokens.map(({ id, start, end }) => [id, start, end]))
            === JSON.stringify(native.tokens.map(({ id, start, end }) => [id, start, end])), `${name}: tokenize`);
    }
    await checkBadInput(engine, bytes, path);

    if (options.speed) {
        // Processor time, in turns: other work on the machine then counts little. The native engine's is without its start.
        const some = list.slice(0, 1500);
        const repeats = 100;
        const [file, start] = [join(folder, "speed.txt"), join(folder, "start.txt")];
        writeFileSync(file, (some.join("\n") + "\n").repeat(repeats));
        writeFileSync(start, "x\n");
        const nativeTime = (texts) => {
            const ended = spawnSync("bash", ["-c", "TIMEFORMAT='%U'; time \"$@\"", "bash", options.native, "embed", "--quiet",
                "--threads", "1", "--dim", "8", "--model", path, "--output", join(folder, "speed.f32"), texts], { encoding: "utf8" });
            return Number(ended.stderr.trim().split("\n").at(-1)) * 1000;
        };
        const best = { web: Infinity, native: Infinity };
        // A new engine, as the native one is new in each round: what was learned of the words before would not be the same.
        const timed = await load(bytes);
        for (let round = 0; round < 8; round += 1) {
            const before = process.cpuUsage();
            for (let repeat = 0; repeat < repeats; repeat += 1) timed.embed(some, { dimension: 8 });
            best.web = Math.min(best.web, process.cpuUsage(before).user / 1000);
            best.native = Math.min(best.native, nativeTime(file) - nativeTime(start));
        }
        const rate = (time) => (some.length * repeats / time * 1000).toFixed(0);
        console.log(`${name} compiled, a second of processor time: ${rate(best.web)} texts, native ${rate(best.native)}, `
            + `ratio ${(best.native / best.web).toFixed(2)}`);
        timed.close();
    }
    engine.close();
    expect(messageOf(() => engine.embed("x")) === "the model is closed", "a call after close throws");
    engine.close();
}

/** What is wrong with models, texts and arguments is said, and the engine goes on. */
async function checkBadInput(engine, bytes, path) {
    const native = (content) => {
        const file = join(folder, "bad.anneal");
        writeFileSync(file, content);
        const ended = spawnSync(options.native, ["embed", "--quiet", "--model", file], { input: "x\n", encoding: "utf8" });
        return ended.stderr.trim();
    };
    const changed = (offset, change) => {
        const copy = Buffer.from(bytes);
        copy[offset] ^= change;
        return copy;
    };
    const damage = {
        "cut in the middle": bytes.subarray(0, bytes.length >> 1),
        "cut in the header": bytes.subarray(0, 100),
        "empty": bytes.subarray(0, 0),
        "a bit of the rows": changed(bytes.length - 1000, 4),
        "a bit of the header": changed(90, 1),
        "newer": changed(12, 2),
        "no model": Buffer.from("these are no rules, and no model"),
        "another file": readFileSync(new URL("../dist/anneal.wasm", import.meta.url)),
    };
    for (const [name, content] of Object.entries(damage)) {
        const found = await failureOf(load(content));
        const wanted = native(content);
        expect(found !== null && (wanted.includes(found) || name === "empty"), `${name}: expected "${wanted}", found "${found}"`);
    }
    expect((await failureOf(load("a name")))?.startsWith("expected the bytes"), "a name is no model");

    const before = engine.embed("the light is off");
    const same = () => Buffer.compare(Buffer.from(engine.embed("the light is off").buffer), Buffer.from(before.buffer)) === 0;
    for (const [body, words] of [
        [() => engine.embed("x", { mode: "fast" }), "mode: expected compiled, naive, annealed, found fast"],
        [() => engine.embed("x", { mode: "toString" }), "mode: expected"],
        [() => engine.embed("x", { dimension: 0 }), `expected 1 to ${engine.dimension} dimensions, found 0`],
        [() => engine.embed("x", { dimension: engine.dimension + 1 }), `expected 1 to ${engine.dimension} dimensions, found`],
        [() => engine.explain("x", { steps: 2 ** 64 }), "TypeError: steps: expected a whole number, found"],
        [() => engine.embed([1]), "TypeError: expected a text, found number"],
        [() => engine.embed(null), "TypeError"],
        [() => engine.explain("x ".repeat(200_000)), "expected a text of at most"],
        [() => engine.compare("x ".repeat(3000), "x"), "expected a text of at most"],
    ]) {
        const found = messageOf(body);
        expect(found?.startsWith(words), `expected "${words}", found "${found}"`);
    }
    expect(engine.embed([]).length === 0, "no texts");
    expect(engine.embed("").every((value) => value === 0), "an empty text gives zeros");
    expect(Buffer.compare(Buffer.from(engine.embed("a\uD800 b\uDC00").buffer), Buffer.from(engine.embed("a\uFFFD b\uFFFD").buffer)) === 0,
        "lone surrogates count as U+FFFD");

    const long = "no neural network runs. ".repeat(50 * 1024 * 1024 / 24 | 0);
    const start = performance.now();
    expect(engine.embed(long).some((value) => value !== 0), "a text of 50 MB");
    console.log(`50 MB of text: ${(performance.now() - start).toFixed(0)} ms, ${(engine.memoryBytes / 1e6).toFixed(0)} MB of memory`);
    expect(same(), "as before after 50 MB");

    // A machine with little more memory than the model takes: a text that does not fit, and one whose copy does not.
    const small = await load(bytes, { module: withMemory(bytes.length + 14e6) });
    const room = bytes.length + 14e6 - small.memoryBytes;
    const parts = [0.3, 0.4, 0.5, 0.6, 0.7, 0.9].map((part) => "a b ".repeat(room / 4 * part | 0));
    for (const text of ["a".repeat(room + 1e6), ...parts]) {
        const found = messageOf(() => small.tokenize(text));
        expect(found?.startsWith("out of memory: expected "), `out of memory is said, found "${found}"`);
        expect(Buffer.compare(Buffer.from(small.embed("the light is off").buffer), Buffer.from(before.buffer)) === 0,
            "usable after it was out of memory");
    }
    small.close();
    expect(same(), "as before after all that is wrong");
}

/** The module with another limit of its memory: the second number of section 5, in as many bytes. */
function withMemory(byteCount) {
    const changed = Buffer.from(wasm);
    const limit = Buffer.from([0x80, 0x80, 0x02]);
    const place = changed.indexOf(limit);
    const pages = Math.ceil(byteCount / 65536);
    Buffer.from([0x80 | pages & 127, 0x80 | pages >> 7 & 127, pages >> 14]).copy(changed, place);
    return changed;
}

if (options.malformed) {
    const files = readdirSync(options.malformed).filter((name) => name.endsWith(".anneal")).sort();
    // Limits of machines of 32 bits are other numbers, of files and of counts.
    const bare = (message) => message.replace(/\d+/g, "#");
    for (const file of files) {
        const wanted = readFileSync(join(options.malformed, file.replace(/anneal$/, "txt")), "utf8").trim();
        const found = await failureOf(load(readFileSync(join(options.malformed, file))).then((engine) => {
            engine.embed(["some text", "a b c. ".repeat(400)], { mode: "annealed" });
            throw new Error("accepted");
        }));
        // Where words have 32 bits a count is refused for being too large before anything else is wrong with it.
        expect(bare(found) === bare(wanted) || found?.includes("...1048576, found"), `${file}: expected "${wanted}", found "${found}"`);
    }
    console.log(`${files.length} malformed and damaged files: the native engine says the same of each`);
    expect(files.length > 0, "malformed files");
}

console.log(failures === 0 ? "all as it should be" : `${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
