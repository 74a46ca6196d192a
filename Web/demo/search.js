// Search in a text of the user's: passages, their vectors, cosines.

const passageLength = 400;
const batch = 64;
const hitLimit = 10;
const fileLimit = 20e6;

const element = (id) => document.getElementById(id);

/** Passages of up to `passageLength` characters, cut between paragraphs, else sentences, else words. */
export function passages(text) {
    const list = [];
    for (const paragraph of text.split(/\n\s*\n/)) {
        let open = "";
        for (const sentence of paragraph.split(/(?<=[.!?。])\s+/u)) {
            for (const part of cut(sentence)) {
                if (open && open.length + part.length >= passageLength) {
                    list.push(open);
                    open = "";
                }
                open += open ? ` ${part}` : part;
            }
        }
        if (open.trim()) list.push(open.trim());
    }
    return list;
}

/** A sentence in parts that are not too long. */
function* cut(sentence) {
    let rest = sentence;
    while (rest.length > passageLength) {
        const space = rest.lastIndexOf(" ", passageLength);
        const end = space > 0 ? space : passageLength;
        yield rest.slice(0, end);
        rest = rest.slice(end);
    }
    yield rest;
}

/** Starts what the search part of the page does. */
export function startSearch(engine) {
    // What is searched: the passages of a state of the text, and a row of numbers for each.
    let index = { passages: [], rows: new Float32Array(0), dimension: 0 };
    let generation = 0;
    let building = Promise.resolve();
    let pasted = null;

    const say = (id, text, isWrong = false) => {
        element(id).className = isWrong ? "wrong" : "";
        element(id).textContent = text;
    };

    async function build(text, mine) {
        const list = passages(text);
        if (list.length === 0) {
            index = { passages: [], rows: new Float32Array(0), dimension: 0 };
            return say("indexed", "");
        }
        const open = await engine;
        const rows = new Float32Array(list.length * open.dimension);
        const start = performance.now();
        for (let next = 0; next < list.length; next += batch) {
            if (mine !== generation) return;
            rows.set(await open.embed(list.slice(next, next + batch)), next * open.dimension);
            if (next % (16 * batch) === 0 && next > 0) say("indexed", `${next} of ${list.length} passages…`);
        }
        if (mine !== generation) return;
        index = { passages: list, rows, dimension: open.dimension };
        say("indexed", `${list.length} passages indexed in ${Math.round(performance.now() - start)} ms.`);
    }

    function rebuild() {
        const mine = (generation += 1);
        building = build(element("corpus").value, mine).catch((error) => say("indexed", `It failed: ${error.message}`, true));
        return building;
    }

    /** What cannot be read, as a folder or a file that has gone, is told. */
    function take(files) {
        return read(files).catch((error) => say("indexed", `The file could not be read: ${error.message}`, true));
    }

    async function read(files) {
        let text = "";
        for (const file of files) {
            if (file.size > fileLimit) {
                say("indexed", `${file.name}: expected at most ${fileLimit / 1e6} MB, found ${(file.size / 1e6).toFixed(1)}`, true);
                return;
            }
            text += `${await file.text()}\n\n`;
        }
        element("corpus").value = text;
        await rebuild();
    }

    async function search() {
        // What was pasted a moment ago is not indexed yet.
        if (pasted !== null) {
            clearTimeout(pasted);
            pasted = null;
            rebuild();
        }
        await building;
        if (index.passages.length === 0) return say("found", "There is no text to search yet.", true);
        const vector = await (await engine).embed(element("query").value);
        const scores = index.passages.map((_, place) => {
            let sum = 0;
            for (let axis = 0; axis < index.dimension; axis += 1) sum += index.rows[place * index.dimension + axis] * vector[axis];
            return sum;
        });
        const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b).slice(0, hitLimit);
        element("hits").replaceChildren(...order.map((place) => {
            const item = document.createElement("li");
            const score = document.createElement("small");
            score.textContent = `${scores[place].toFixed(3)}, passage ${place + 1}`;
            item.append(index.passages[place], score);
            return item;
        }));
        say("found", `The ${order.length} nearest of ${index.passages.length} passages:`);
    }

    element("corpus").addEventListener("input", () => {
        clearTimeout(pasted);
        pasted = setTimeout(() => { pasted = null; rebuild(); }, 300);
    });
    element("files").addEventListener("change", (event) => take(event.target.files));
    element("search").addEventListener("submit", (event) => {
        event.preventDefault();
        search().catch((error) => say("found", `It failed: ${error.message}`, true));
    });
    for (const name of ["dragover", "dragleave", "drop"]) {
        element("corpus").addEventListener(name, (event) => {
            event.preventDefault();
            element("corpus").classList.toggle("dropping", name === "dragover");
            if (name === "drop" && event.dataTransfer.files.length > 0) take(event.dataTransfer.files);
        });
    }
}
