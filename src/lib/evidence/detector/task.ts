import type { SuggestedCover } from '../covers.ts';
import type { Manifest } from './manifest.ts';

/** What the detector's process is told once, at its start. */
export interface Setup {
	manifest: Manifest;
	/** Absolute paths. */
	model: string;
	runtime: string;
	limits: Limits;
}

/** What the process may take; beyond it, it is ended. */
export interface Limits {
	/** Resident memory of the process. */
	megabytes: number;
	/** Processor time for loading the model and for each picture, not wall time: pages come first on a busy machine. */
	cpuSeconds: number;
}

/** The runtime takes 130 MB, a model of 100 MB some four times its size. */
export const LIMITS: Limits = { megabytes: 2048, cpuSeconds: 60 };

export interface Job {
	id: number;
	picture: Uint8Array;
}

export type Message =
	| { kind: 'started' }
	| { kind: 'ready' }
	| { kind: 'faulty'; problem: string }
	| { kind: 'found'; id: number; covers: SuggestedCover[] }
	| { kind: 'failed'; id: number; problem: string };
