// How much room this device has for what waits, and in which steps photos give way before they are given up.

import { isNoRoom, writing } from './database.ts';

export type Room = 'plenty' | 'little' | 'none' | 'unknown';

const LITTLE_BYTES = 8 * 1024 * 1024;
const NONE_BYTES = 1024 * 1024;

/**
 * Whether a report with its photos will fit: asked when the form opens, not after typing. Some browsers hide how much is
 * left, so as not to tell devices apart; where they say that there is plenty, it is tried out.
 */
export async function room(): Promise<Room> {
	const bytes = await bytesLeft();
	const said = bytes === null ? 'unknown' : roomFor(bytes);
	if (said === 'none' || said === 'little') return said;
	try {
		if (await fits(TWO_PHOTOS_BYTES)) return said;
		return (await fits(ONE_SMALL_PHOTO_BYTES)) ? 'little' : 'none';
	} catch {
		return 'unknown';
	}
}

const TWO_PHOTOS_BYTES = 520_000;
const ONE_SMALL_PHOTO_BYTES = 60_000;
const PROBE = 'probe';

/** Writes as much, and takes it away again. */
async function fits(bytes: number): Promise<boolean> {
	try {
		await writing(['notes'], (transaction) =>
			transaction.objectStore('notes').put(new Uint8Array(bytes), PROBE)
		);
		await writing(['notes'], (transaction) => transaction.objectStore('notes').delete(PROBE));
		return true;
	} catch (error) {
		if (isNoRoom(error)) return false;
		throw error;
	}
}

/** What the browser says is left for us; null when it does not say. */
export async function bytesLeft(): Promise<number | null> {
	try {
		const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
		return quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
	} catch {
		return null;
	}
}

export function roomFor(bytes: number): Room {
	if (bytes < NONE_BYTES) return 'none';
	return bytes < LITTLE_BYTES ? 'little' : 'plenty';
}

/** Asks the browser not to clear what waits when space runs short. Some grant it silently, some ask, some refuse. */
export async function askToPersist(): Promise<boolean> {
	try {
		if (!navigator.storage?.persist) return false;
		return (await navigator.storage.persisted()) || (await navigator.storage.persist());
	} catch {
		return false;
	}
}

export interface DegradeStep {
	longestSide: number;
	maxBytes: number;
}

/** Step 0 is the photo as it was given; each following one is smaller. */
export const STEPS: readonly DegradeStep[] = [
	{ longestSide: 2048, maxBytes: 250_000 },
	{ longestSide: 1600, maxBytes: 170_000 },
	{ longestSide: 1280, maxBytes: 110_000 },
	{ longestSide: 1024, maxBytes: 75_000 },
	{ longestSide: 800, maxBytes: 45_000 }
];

/** Steps still worth trying for a photo of so many bytes: those that would make it smaller. 1 is the first. */
export function stepsFor(bytes: number): number[] {
	return STEPS.flatMap(({ maxBytes }, at) => (maxBytes < bytes ? [at + 1] : []));
}

export interface Attempt {
	/** For every photo in its order: the step it is kept at, or null when there is no room for it. */
	steps: (number | null)[];
	/** What it takes at most. */
	bytes: number;
}

/**
 * Whether an attempt is worth the work of shrinking, with so much left: browsers round what they say, so only what would
 * need twice as much is left out.
 */
export function isHopeful({ bytes }: Attempt, left: number | null): boolean {
	return left === null || bytes <= 2 * left + 50_000;
}

/**
 * What to try in turn when photos do not fit: all of them a step smaller, and again; then the most telling one alone,
 * smallest; then none. `photos`: bytes and whether it is the close view, which tells most.
 */
export function degradePlan(photos: readonly { bytes: number; role: string }[]): Attempt[] {
	const all = photos.map(({ bytes }) => [0, ...stepsFor(bytes)]);
	const longest = Math.max(1, ...all.map((steps) => steps.length));
	const plan: (number | null)[][] = [];
	for (let at = 0; at < longest; at += 1)
		plan.push(all.map((steps) => steps[Math.min(at, steps.length - 1)] ?? 0));
	const last = plan.at(-1)!;
	if (photos.length > 1) {
		const near = Math.max(
			0,
			photos.findIndex(({ role }) => role === 'near')
		);
		plan.push(last.map((step, at) => (at === near ? step : null)));
	}
	if (photos.length > 0) plan.push(photos.map(() => null));
	return plan.map((steps) => ({
		steps,
		bytes: steps.reduce<number>((sum, step, at) => sum + bytesAt(at, step), 0)
	}));

	function bytesAt(at: number, step: number | null): number {
		const own = photos[at]!.bytes;
		if (step === null) return 0;
		return step === 0 ? own : Math.min(own, STEPS[step - 1]!.maxBytes);
	}
}
