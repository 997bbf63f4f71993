import { scrypt } from '@noble/hashes/scrypt.js';

/**
 * The work a phone does before its report is taken: try numbers until scrypt of one of them starts as the server asks.
 * For pages, workers and the service worker alike, so it needs nothing of any of them. The payload is altcha's.
 *
 * scrypt, because it is memory-hard and its core is 32-bit arithmetic: plain JavaScript takes twice what native code does,
 * so a flooder gains little by writing their own. And because `crypto.subtle`, which has nothing like it, is missing
 * on pages that an office serves over plain http.
 */

/** As altcha-lib makes it; the server signs it all, and it fits one report at one level only. */
export interface Challenge {
	parameters: {
		algorithm: string;
		nonce: string;
		salt: string;
		cost: number;
		memoryCost?: number;
		parallelism?: number;
		keyLength: number;
		keyPrefix: string;
		keySignature?: string;
		expiresAt?: number;
		data?: Record<string, string | number | boolean | null>;
	};
	signature?: string;
}

export type ProofLevel = 1 | 2;

/** How many numbers are tried at most; the right one is drawn evenly from these, so half of them on average. */
export const TRIES: Record<ProofLevel, number> = { 1: 256, 2: 2048 };
export const COST = 512;
export const BLOCK_SIZE = 8;

export interface SolveOptions {
	signal?: AbortSignal;
	/** How much of the longest possible work is done, 0 to 1. */
	onProgress?: (share: number) => void;
}

/** Milliseconds without giving way: a frame is not missed, and an abort is heard. */
const SLICE_MS = 12;
/** Nobody is made to work longer than this, whatever a challenge asks. */
const MOST_TRIES = 100_000;

/** Solves in slices on the thread it is called on; rejects with the signal's reason when it is aborted. */
export async function solve(
	challenge: Challenge,
	{ signal, onProgress }: SolveOptions = {}
): Promise<string> {
	const { algorithm, cost, memoryCost, parallelism, nonce, salt, keyLength, keyPrefix, data } =
		challenge.parameters;
	if (
		algorithm !== 'SCRYPT' ||
		!(cost > 1 && cost <= 8192 && (cost & (cost - 1)) === 0) ||
		!(memoryCost && memoryCost <= 16) ||
		(parallelism ?? 1) !== 1
	) {
		throw new Error(`A proof of work of this kind cannot be done: ${algorithm}, ${cost}, ${memoryCost}.`);
	}
	const shape = { N: cost, r: memoryCost, p: 1, dkLen: keyLength };
	const saltBytes = bytesOf(salt);
	const nonceBytes = bytesOf(nonce);
	const password = new Uint8Array(nonceBytes.length + 4);
	password.set(nonceBytes);
	const counterPlace = new DataView(password.buffer);
	const tries = Math.min(Number(data?.tries ?? 0) || MOST_TRIES, MOST_TRIES);
	const started = Date.now();
	let resumed = started;
	for (let counter = 1; counter <= tries; counter++) {
		counterPlace.setUint32(nonceBytes.length, counter);
		const key = hexOf(scrypt(password, saltBytes, shape));
		if (key.startsWith(keyPrefix)) {
			onProgress?.(1);
			const solution = { counter, derivedKey: key, time: Date.now() - started };
			return btoa(JSON.stringify({ challenge, solution }));
		}
		if (Date.now() - resumed >= SLICE_MS) {
			onProgress?.(counter / tries);
			await new Promise((resolve) => setTimeout(resolve));
			signal?.throwIfAborted();
			resumed = Date.now();
		}
	}
	throw new Error('This proof of work has no solution.');
}

function bytesOf(hex: string): Uint8Array {
	return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hexOf(bytes: Uint8Array): string {
	let hex = '';
	for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
	return hex;
}
