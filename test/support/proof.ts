import { parseArgs } from 'node:util';

/** How a proof was asked to run. */
export interface Proof {
	/** Small enough for every test run; otherwise the full claim. */
	isSample: boolean;
	/** Everything random comes from it, so that a failure can be had again. */
	seed: number;
	/** `full`, or `sample` in a sample, or what `--size` says. */
	size(sample: number, full: number): number;
	random(): number;
	/** What was asked for with `--home`: embedded, native, or both when absent. */
	home: string | undefined;
}

export const SKIPPED = 77;

export function readProof(): Proof {
	const { values } = parseArgs({
		options: {
			sample: { type: 'boolean' },
			seed: { type: 'string' },
			size: { type: 'string' },
			home: { type: 'string' }
		}
	});
	const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
	const isSample = values.sample ?? false;
	console.log(`seed ${seed}${isSample ? ', sample' : ''}`);
	return {
		isSample,
		seed,
		size: (sample, full) => (values.size ? Number(values.size) : isSample ? sample : full),
		random: mulberry32(seed),
		home: values.home
	};
}

/** Ends the proof: it cannot run on this machine. */
export function skipProof(reason: string): never {
	console.log(`SKIPPED: ${reason}.`);
	process.exit(SKIPPED);
}

/** Prints what was seen, and ends the process unhappily when the claim does not hold. */
export function conclude(claim: string, facts: Record<string, number | string>, holds: boolean): void {
	for (const [name, value] of Object.entries(facts)) console.log(`${name.padEnd(28)} ${value}`);
	console.log(`${holds ? 'HOLDS' : 'FAILS'}: ${claim}`);
	if (!holds) process.exitCode = 1;
}

/** A small generator with a seed: mulberry32, by Tommy Ettinger (public domain). */
export function mulberry32(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
