// Anneal as an ES module: text embeddings that are compiled, not inferred. Runs in browsers, workers and node.
//
//     import { load } from "anneal-embed";
//     const engine = await load(await (await fetch("anneal-en-192-small.anneal")).arrayBuffer());
//     const vector = engine.embed("no neural network runs");           // Float32Array
//     const rows = engine.embed(["one text", "another"], { mode: "annealed" });
//     engine.close();
//
// The calls are those of anneal.h, on the memory of one WebAssembly module that imports nothing. Vectors have the same
// bits as everywhere else.

const modes = { compiled: 0, naive: 1, annealed: 2 };

// Sizes and offsets of the structures of anneal.h where pointers have 32 bits.
const errorBytes = 1024;
const textsBytes = 32;
const optionsBytes = 16;
const tokenBytes = 12;

// How much is handed over at a time: enough that a call's own cost does not show, little beside a model.
const batchBytes = 1 << 18;
const batchTexts = 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What the engine has to say against a model, a text or an argument; `status` is a number of anneal.h. */
export class AnnealError extends Error {
    constructor(message, status = 0) {
        super(message);
        this.name = "AnnealError";
        this.status = status;
    }
}

let compiled;

/** The module beside this file, compiled once. */
async function shippedModule() {
    const url = new URL("./anneal.wasm", import.meta.url);
    if (url.protocol === "file:") {
        const { readFile } = await import("node:fs/promises");
        return WebAssembly.compile(await readFile(url));
    }
    const response = await fetch(url);
    if (!response.ok) throw new AnnealError(`expected ${url}, found status ${response.status}`);
    // A server need not know the type of the file, which compiling while it arrives asks for.
    return response.headers.get("Content-Type") === "application/wasm"
        ? WebAssembly.compileStreaming(response)
        : WebAssembly.compile(await response.arrayBuffer());
}

/** Opens a model from its bytes, which are copied. */
export async function load(model, { module } = {}) {
    const bytes = ArrayBuffer.isView(model)
        ? new Uint8Array(model.buffer, model.byteOffset, model.byteLength)
        : model instanceof ArrayBuffer ? new Uint8Array(model) : null;
    if (!bytes) throw new TypeError(`expected the bytes of a model, found ${typeof model}`);
    if (!module) module = await (compiled ??= shippedModule().catch((error) => { compiled = undefined; throw error; }));
    if (!(module instanceof WebAssembly.Module)) module = await WebAssembly.compile(module);
    return new Anneal(new Machine(module, bytes));
}

/** One instance of the module with one model open in it. */
class Machine {
    constructor(module, model) {
        this.module = module;
        this.exports = new WebAssembly.Instance(module, {}).exports;
        this.error = this.reserve(errorBytes + textsBytes + optionsBytes + 64);
        this.texts = this.error + errorBytes;
        this.options = this.texts + textsBytes;
        this.result = this.options + optionsBytes;
        this.batch = this.reserve(batchBytes);
        this.model = this.reserve(model.length);
        this.modelBytes = model.length;
        this.bytes.set(model, this.model);
        this.run("anneal_open_bytes", this.model, BigInt(model.length), this.result);
        this.engine = this.view.getBigUint64(this.result, true);
    }

    // Memory that grows is another buffer: views are made anew.
    get bytes() { return new Uint8Array(this.exports.memory.buffer); }
    get view() { return new DataView(this.exports.memory.buffer); }

    /** Memory in the module. */
    reserve(count) {
        const at = this.exports.anneal_allocate(count);
        if (at) return at;
        const size = this.exports.memory.buffer.byteLength;
        throw new AnnealError(
            `out of memory: expected ${count} more bytes, found ${size} bytes and no more to be had`);
    }

    write(content) {
        const at = this.reserve(content.length);
        this.bytes.set(content, at);
        return { at, count: content.length };
    }

    /** The bytes of a string that the engine gave, which is freed. */
    take() {
        const at = this.view.getUint32(this.result, true);
        const count = this.view.getUint32(this.result + 4, true);
        const text = decoder.decode(this.bytes.subarray(at, at + count));
        this.exports.anneal_free(at);
        return text;
    }

    /** A call of anneal.h, whose last argument is where to put an error. */
    run(name, ...values) {
        let status;
        try {
            status = this.exports[name](...values, this.error);
        } catch (trap) {
            throw new Trap(this.lastWords() || `the module stopped: ${trap.message}`);
        }
        if (status === 0) return;
        const message = this.error + 4;
        const end = this.bytes.indexOf(0, message);
        throw new AnnealError(decoder.decode(this.bytes.subarray(message, end)), status);
    }

    lastWords() {
        const at = this.exports.anneal_last_words();
        return decoder.decode(this.bytes.subarray(at, this.bytes.indexOf(0, at)));
    }

    /** Another machine with the same model, which is read and never written where it lies. */
    renewed() {
        return new Machine(this.module, this.bytes.subarray(this.model, this.model + this.modelBytes));
    }
}

/** A call that ended in the middle: what the machine's memory says is not to be trusted any more. */
class Trap extends AnnealError {}

/** An open model. */
export class Anneal {
    #machine;
    #ended = "the model is closed";

    /** @internal Made by `load`. */
    constructor(machine) {
        this.#machine = machine;
        const about = JSON.parse(this.#json("anneal_describe"));
        this.dimension = about.dimension;
        this.tokens = about.tokens;
        this.contentHash = about.content_hash;
        this.kernel = about.kernel;
        this.metadata = about.metadata;
    }

    /** Bytes of memory that the module has. */
    get memoryBytes() { return this.#open().exports.memory.buffer.byteLength; }

    embed(texts, { mode = "compiled", dimension = this.dimension, normalize = true } = {}) {
        const machine = this.#open();
        const list = typeof texts === "string" ? [texts] : Array.from(texts, (text) => checked(text, "a text"));
        const modeNumber = numberOf(mode);
        if (!Number.isInteger(dimension) || dimension < 1 || dimension > this.dimension) {
            throw new AnnealError(`expected 1 to ${this.dimension} dimensions, found ${dimension}`);
        }
        if (list.length * dimension > 2 ** 31) {
            throw new AnnealError(`expected vectors of at most 2^31 numbers, found ${list.length} x ${dimension}`);
        }
        const rows = new Float32Array(list.length * dimension);
        this.#guarded(() => {
            const options = [modeNumber, normalize ? 1 : 0, dimension, 1];
            for (let next = 0; next < list.length; ) next = encodeBatch(machine, list, next, options, rows);
        });
        return rows;
    }

    tokenize(text) {
        const machine = this.#open();
        return this.#withText(machine, text, ({ at, count }) => {
            const place = machine.result + 8;
            // The count first: it may be anything up to that of the bytes.
            machine.run("anneal_tokenize", machine.engine, at, BigInt(count), 0, 0n, place);
            const found = Number(machine.view.getBigUint64(place, true));
            const list = machine.reserve(found * tokenBytes);
            try {
                machine.run("anneal_tokenize", machine.engine, at, BigInt(count), list, BigInt(found), place);
                const view = machine.view;
                return Array.from({ length: found }, (_, index) => {
                    const token = list + index * tokenBytes;
                    return {
                        id: view.getUint32(token, true),
                        start: view.getUint32(token + 4, true),
                        end: view.getUint32(token + 8, true),
                    };
                });
            } finally {
                machine.exports.anneal_free(list);
            }
        });
    }

    explain(text, { mode = "compiled", steps = -1 } = {}) {
        const machine = this.#open();
        const modeNumber = numberOf(mode);
        if (!Number.isSafeInteger(steps)) throw new TypeError(`steps: expected a whole number, found ${steps}`);
        return this.#withText(machine, text, ({ at, count }) =>
            JSON.parse(this.#json("anneal_explain", at, BigInt(count), modeNumber, BigInt(steps))));
    }

    compare(left, right, { mode = "compiled" } = {}) {
        const machine = this.#open();
        const modeNumber = numberOf(mode);
        return this.#withText(machine, left, (one) => this.#withText(machine, right, (other) =>
            JSON.parse(this.#json(
                "anneal_compare", one.at, BigInt(one.count), other.at, BigInt(other.count), modeNumber))));
    }

    close() {
        this.#machine = null;
    }

    #open() {
        if (!this.#machine) throw new AnnealError(this.#ended, 2);
        return this.#machine;
    }

    #json(name, ...values) {
        const machine = this.#open();
        machine.run(name, machine.engine, ...values, machine.result, machine.result + 4);
        return machine.take();
    }

    #withText(machine, text, body) {
        const content = encoder.encode(checked(text, "a text"));
        return this.#guarded(() => {
            const written = machine.write(content);
            let result;
            try {
                result = body(written);
            } catch (error) {
                // What stopped in the middle is left as it is.
                if (!(error instanceof Trap)) machine.exports.anneal_free(written.at);
                throw error;
            }
            machine.exports.anneal_free(written.at);
            return result;
        });
    }

    /** Runs calls; after one that stopped in the middle the model goes on in a machine of its own. */
    #guarded(body) {
        try {
            return body();
        } catch (error) {
            if (!(error instanceof Trap)) throw error;
            const broken = this.#machine;
            this.#machine = null;
            try {
                this.#machine = broken?.renewed() ?? null;
            } catch (second) {
                this.#ended = `the model is closed: it could not be opened again (${second.message})`;
            }
            throw new AnnealError(error.message, error.status);
        }
    }
}

function checked(text, what) {
    if (typeof text !== "string") throw new TypeError(`expected ${what}, found ${text === null ? "null" : typeof text}`);
    return text;
}

function numberOf(mode) {
    if (!Object.hasOwn(modes, mode)) {
        throw new AnnealError(`mode: expected ${Object.keys(modes).join(", ")}, found ${String(mode)}`, 1);
    }
    return modes[mode];
}

/** Embeds texts from `first` on, as many as are handed over at a time, and gives the number of the next. */
function encodeBatch(machine, list, first, options, rows) {
    const offsets = [0];
    let [at, filled, next] = [machine.batch, 0, first];
    const room = machine.bytes.subarray(at, at + batchBytes);
    // UTF-8 has at most three bytes for each unit of a string.
    while (next < list.length && next - first < batchTexts && filled + 3 * list[next].length <= batchBytes) {
        filled += encoder.encodeInto(list[next], room.subarray(filled)).written;
        offsets.push(filled);
        next += 1;
    }
    let large = null;
    if (next === first) {
        large = machine.write(encoder.encode(list[next]));
        [at, filled, next] = [large.at, large.count, first + 1];
        offsets.push(filled);
    }
    const dimension = options[2];
    const count = next - first;
    let places = null;
    try {
        places = machine.reserve((offsets.length + count * dimension) * 4);
        const vectors = places + offsets.length * 4;
        new Uint32Array(machine.exports.memory.buffer, places, offsets.length).set(offsets);
        const view = machine.view;
        view.setUint32(machine.texts, at, true);
        view.setBigUint64(machine.texts + 8, BigInt(filled), true);
        view.setUint32(machine.texts + 16, places, true);
        view.setUint32(machine.texts + 20, 4, true);
        view.setBigUint64(machine.texts + 24, BigInt(count), true);
        options.forEach((option, index) => view.setUint32(machine.options + 4 * index, option, true));
        machine.run(
            "anneal_encode", machine.engine, machine.texts, machine.options, vectors, BigInt(count * dimension));
        rows.set(new Float32Array(machine.exports.memory.buffer, vectors, count * dimension), first * dimension);
    } catch (error) {
        if (error instanceof Trap) throw error;
        if (places) machine.exports.anneal_free(places);
        if (large) machine.exports.anneal_free(large.at);
        throw error;
    }
    machine.exports.anneal_free(places);
    if (large) machine.exports.anneal_free(large.at);
    return next;
}
