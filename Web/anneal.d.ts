/** How far programs are rewritten. */
export type Mode = "naive" | "compiled" | "annealed";

export interface EmbedOptions {
    /** "compiled" where nothing is said. */
    mode?: Mode;
    /** How many numbers of each vector are kept, from the first; all where nothing is said. */
    dimension?: number;
    /** Whether vectors are divided by their Euclidean norm: yes where nothing is said. */
    normalize?: boolean;
}

export interface LoadOptions {
    /** The module or its bytes; else `anneal.wasm` beside this file. */
    module?: WebAssembly.Module | BufferSource;
}

/** A token: its number in the vocabulary, and the bytes of the text in UTF-8 from `start` up to `end`. */
export interface Token {
    id: number;
    start: number;
    end: number;
}

/** What the engine has to say against a model, a text or an argument; `status` is a number of anneal.h. */
export class AnnealError extends Error {
    readonly status: number;
}

/** An open model. */
export class Anneal {
    private constructor();
    /** The numbers of a whole vector. */
    readonly dimension: number;
    /** The pieces of the vocabulary. */
    readonly tokens: number;
    readonly contentHash: string;
    /** The loops that run: "wasm128". */
    readonly kernel: string;
    readonly metadata: Readonly<Record<string, string>>;
    /** Bytes of memory that the module has. */
    readonly memoryBytes: number;

    /**
     * The vector of a text, or of texts row by row. A text without known content gives zeros.
     * @throws {AnnealError} for a mode or dimension that is none, out of memory, and after `close`.
     */
    embed(texts: string | Iterable<string>, options?: EmbedOptions): Float32Array;
    tokenize(text: string): Token[];
    /**
     * Everything between a text and its vector, as `anneal explain --json` prints it.
     * @param options.steps Stop after so many rewrites.
     */
    explain(text: string, options?: { mode?: Mode; steps?: number }): any;
    /** The cosine of two texts and the parts of it, as `anneal compare --json` prints it. */
    compare(left: string, right: string, options?: { mode?: Mode }): any;
    /** Lets go of the module and its memory. Later calls throw. */
    close(): void;
}

/**
 * Opens a model from its bytes, which are copied.
 * @throws {AnnealError} for what is no model, damaged or newer than this module.
 */
export function load(model: ArrayBuffer | ArrayBufferView, options?: LoadOptions): Promise<Anneal>;
