// A service worker: the page's files from the network while there is one, else as they were last.

const cacheName = "anneal-page";
const files = ["./", "page.css", "demo.css", "page.js", "local.js", "search.js", "worker.js", "anneal.js", "anneal.wasm"];

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
    // The model is kept by worker.js.
    if (event.request.method !== "GET" || event.request.url.endsWith(".anneal")) return;
    event.respondWith((async () => {
        const cache = await caches.open(cacheName);
        let response;
        try {
            response = await fetch(event.request);
        } catch (error) {
            const kept = await cache.match(event.request);
            if (kept) return kept;
            throw error;
        }
        // A cache that is full is no reason to hold back what is there.
        if (response.status === 200) event.waitUntil(cache.put(event.request, response.clone()).catch(() => {}));
        return response;
    })());
});
