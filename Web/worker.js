// An engine in a worker. Imported by a page it gives `loadInWorker`; started as a worker it serves what that asks for.

import { AnnealError, load } from "./anneal.js";

const cacheName = "anneal-models";
const calls = ["embed", "tokenize", "explain", "compare"];

/** Fetches and opens a model in a worker, so that the page stays responsive. */
export function loadInWorker(address, { onProgress } = {}) {
    const worker = new Worker(import.meta.url, { type: "module" });
    const waiting = new Map();
    let last = 0;
    let ended = null;

    const ask = (call, values) => new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        // First what may throw.
        worker.postMessage({ number: (last += 1), call, values });
        waiting.set(last, { resolve, reject });
    });
    const end = (error) => {
        ended = error;
        worker.terminate();
        for (const { reject } of waiting.values()) reject(error);
        waiting.clear();
    };
    worker.onmessage = ({ data }) => {
        if (data.progress) return onProgress?.(...data.progress);
        const { resolve, reject } = waiting.get(data.number);
        waiting.delete(data.number);
        if (data.error) reject(new AnnealError(data.error.message, data.error.status));
        else resolve(data.value);
    };
    worker.onerror = (event) => end(new AnnealError(`the worker stopped: ${event.message ?? "it could not start"}`));

    return ask("open", [String(new URL(address, document.baseURI))]).then(
        (about) => {
            const remote = { ...about, close: () => end(new AnnealError("the model is closed", 2)) };
            // What is iterated over is no message; a list of its texts is.
            const list = (call, value) => call === "embed" && typeof value !== "string" ? Array.from(value) : value;
            for (const call of calls) remote[call] = async (first, ...rest) => ask(call, [list(call, first), ...rest]);
            return remote;
        },
        (error) => {
            end(error);
            throw error;
        });
}

/** The bytes of a file, from the browser's cache or the network, which tells how far it is. */
async function fetched(address, report) {
    // There is a cache on secure pages only.
    const cache = globalThis.caches ? await caches.open(cacheName).catch(() => null) : null;
    const kept = await cache?.match(address);
    if (kept) {
        const bytes = await kept.arrayBuffer();
        report(bytes.byteLength, bytes.byteLength);
        return bytes;
    }
    const response = await fetch(address);
    if (!response.ok) throw new AnnealError(`expected a model at ${address}, found status ${response.status}`);
    // Of a body that was packed for the way the length is another one.
    const total = response.headers.has("Content-Encoding") ? 0 : Number(response.headers.get("Content-Length") ?? 0);
    const parts = [];
    let there = 0;
    for (const reader = response.body.getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) break;
        parts.push(value);
        report(there += value.length, total);
    }
    const blob = new Blob(parts);
    // A cache that is full is no reason not to go on.
    await cache?.put(address, new Response(blob)).catch(() => {});
    return blob.arrayBuffer();
}

let engine = null;

async function answer(call, values) {
    if (call === "open") {
        const [address] = values;
        let told = 0;
        const bytes = await fetched(address, (there, total) => {
            // Fifty times a second are enough for a bar.
            if (there < total && performance.now() < told + 20) return;
            told = performance.now();
            postMessage({ progress: [there, total] });
        });
        try {
            engine = await load(bytes);
        } catch (error) {
            // What is no model is not to stay in the cache; other models, and this one where something else failed, are.
            if (error.status === 4) await (await globalThis.caches?.open(cacheName))?.delete(address);
            throw error;
        }
        const { dimension, tokens, contentHash, kernel, metadata } = engine;
        return { dimension, tokens, contentHash, kernel, metadata };
    }
    return engine[call](...values);
}

if (typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope) {
    let line = Promise.resolve();
    globalThis.onmessage = ({ data: { number, call, values } }) => {
        // One after the other, in the order in which they were asked.
        line = line.then(async () => {
            try {
                const value = await answer(call, values);
                postMessage({ number, value }, value instanceof Float32Array ? [value.buffer] : []);
            } catch (error) {
                postMessage({ number, error: { message: error.message, status: error.status ?? 0 } });
            }
        });
    };
}
