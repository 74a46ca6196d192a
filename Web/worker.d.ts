import type { EmbedOptions, Mode, Token } from "./anneal.js";

/** An open model in a worker: the calls of `Anneal`, each with a promise. */
export interface RemoteAnneal {
    readonly dimension: number;
    readonly tokens: number;
    readonly contentHash: string;
    readonly kernel: string;
    readonly metadata: Readonly<Record<string, string>>;
    embed(texts: string | Iterable<string>, options?: EmbedOptions): Promise<Float32Array>;
    tokenize(text: string): Promise<Token[]>;
    explain(text: string, options?: { mode?: Mode; steps?: number }): Promise<any>;
    compare(left: string, right: string, options?: { mode?: Mode }): Promise<any>;
    /** Ends the worker. */
    close(): void;
}

/**
 * Fetches and opens a model in a worker, so that the page stays responsive. The file is kept in the browser's cache under
 * its address: a second visit needs no network.
 * @param options.onProgress Bytes there, and bytes of the file; `total` is 0 where the server does not say.
 */
export function loadInWorker(
    address: string | URL,
    options?: { onProgress?: (there: number, total: number) => void },
): Promise<RemoteAnneal>;
