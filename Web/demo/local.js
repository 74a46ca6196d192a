// The engine of the page: in a worker, with a small model that the browser keeps.

import { loadInWorker } from "./worker.js";
import { startSearch } from "./search.js";

const modelAddress = "anneal-en-192-small.anneal";
const element = (id) => document.getElementById(id);
const progress = element("progress");

const opening = performance.now();
const engine = loadInWorker(modelAddress, {
    onProgress: (there, total) => {
        // A server that does not say how much it is leaves the bar moving.
        if (!total) return;
        progress.max = total;
        progress.value = there;
    },
});

// page.js asks here and not a service.
globalThis.annealCompare = async (left, right, mode) => (await engine).compare(left, right, { mode });
startSearch(engine);

engine.then(
    async (open) => {
        await open.embed("a first vector");
        const time = performance.now() - opening;
        element("loading").hidden = true;
        element("about").textContent =
            `Model ${open.metadata.name ?? open.contentHash.slice(0, 12)}, ${open.dimension} numbers, ready after `
            + `${Math.round(time)} ms. It works without a network from now on.`;
        document.documentElement.dataset.firstVector = String(Math.round(time));
    },
    (error) => {
        element("loading").hidden = true;
        element("status").className = "wrong";
        element("status").textContent = `The model could not be opened: ${error.message}`;
    });

// The page's own files stay for when there is no network. Browsers have this on secure pages only.
navigator.serviceWorker?.register("offline.js").catch(() => {});
