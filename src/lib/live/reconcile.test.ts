import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from './frame.ts';
import type { LiveMessage } from './message.ts';
import { begin, receive, resume, silent, type Feed } from './reconcile.ts';

/** A small city: how many reports each street has. Frames carry absolute counts, as the wall's do. */
interface Counts {
	epoch: string;
	position: number;
	counts: Record<number, number>;
}
interface CountsFrame extends Frame {
	counts: Record<number, number>;
}
type CountsFeed = Feed<Counts, CountsFrame>;

const apply = (shown: Counts, frame: CountsFrame): Counts => ({
	...shown,
	counts: { ...shown.counts, ...frame.counts }
});

class City {
	epoch = 'a';
	log: number[] = [];
	sent = 0;

	report(street: number): void {
		this.log.push(street);
	}
	/** Rows that are not sent: the stream goes on behind them. */
	import(rows: number): void {
		for (let n = 0; n < rows; n += 1) this.log.push(n % 4);
		this.sent = this.log.length;
	}
	/** Puts an earlier state back under a new name, as after a restored backup. */
	restore(kept: number): void {
		this.epoch += 'x';
		this.log = this.log.slice(0, kept);
		this.sent = this.log.length;
	}
	snapshot(): Counts {
		const counts: Record<number, number> = {};
		for (const street of this.log) counts[street] = (counts[street] ?? 0) + 1;
		return { epoch: this.epoch, position: this.log.length, counts };
	}
	/** Everything logged since the last frame. */
	frame(): CountsFrame | null {
		if (this.sent === this.log.length) return null;
		const all = this.snapshot().counts;
		const counts = Object.fromEntries(this.log.slice(this.sent).map((street) => [street, all[street] ?? 0]));
		const frame = { epoch: this.epoch, from: this.sent, position: this.log.length, at: '', counts };
		this.sent = this.log.length;
		return frame;
	}
}

const frame = (
	from: number,
	position: number,
	counts: Record<number, number> = {}
): LiveMessage<CountsFrame> => ({
	kind: 'frame',
	frame: { epoch: 'a', from, position, at: '', counts }
});
const at = (position: number, counts: Record<number, number> = {}): Counts => ({
	epoch: 'a',
	position,
	counts
});
const heard = (feed: CountsFeed, ...messages: LiveMessage<CountsFrame>[]) =>
	messages.reduce((next, message) => receive(next, message, apply), feed);

describe('a feed', () => {
	it('applies the frame that continues what is shown', () => {
		const feed = heard(begin(at(4, { 1: 4 })), frame(4, 6, { 1: 5, 2: 1 }));
		expect(feed).toEqual({ shown: at(6, { 1: 5, 2: 1 }), need: null, waiting: [], least: null });
	});

	it('ignores a frame it has already shown', () => {
		const feed: CountsFeed = begin(at(6, { 1: 5 }));
		expect(heard(feed, frame(4, 6, { 1: 999 }))).toBe(feed);
	});

	it('applies a frame that overlaps what is shown, because its numbers are absolute', () => {
		expect(heard(begin(at(5, { 1: 5 })), frame(4, 6, { 1: 6 })).shown).toEqual(at(6, { 1: 6 }));
	});

	it('asks for a snapshot at a gap and changes nothing meanwhile', () => {
		const feed = heard(begin(at(4)), frame(5, 6, { 1: 6 }), frame(6, 7, { 1: 7 }));
		expect(feed.need).toBe('gap');
		expect(feed.shown).toEqual(at(4));
	});

	it('puts the frames that came during the wait behind the snapshot', () => {
		const waiting = heard(begin(at(4)), frame(6, 7, { 1: 7 }), frame(5, 6, { 1: 6 }));
		const feed = resume(waiting, at(5, { 1: 5 }), apply);
		expect(feed).toEqual({ shown: at(7, { 1: 7 }), need: null, waiting: [], least: null });
	});

	it('asks again when the frames that waited do not join the snapshot', () => {
		const feed = resume(heard(begin(at(4)), frame(8, 9)), at(6), apply);
		expect(feed.need).toBe('gap');
		expect(feed.shown).toEqual(at(6));
	});

	it('learns of a lost last frame from the beat', () => {
		const beat = (position: number) => ({ kind: 'beat', epoch: 'a', position }) as const;
		expect(heard(begin(at(4)), beat(4)).need).toBeNull();
		expect(heard(begin(at(4)), beat(5)).need).toBe('gap');
	});

	it.each([
		['hello', { kind: 'hello', epoch: 'b', position: 1, class: 'wall' }],
		['beat', { kind: 'beat', epoch: 'b', position: 1 }],
		['frame', { kind: 'frame', frame: { epoch: 'b', from: 4, position: 5, at: '', counts: {} } }]
	] as [string, LiveMessage<CountsFrame>][])(
		'asks for a snapshot when a %s comes from another log',
		(_, message) => {
			expect(heard(begin(at(4)), message).need).toBe('epoch');
		}
	);

	it('forgets the frames that waited when told to start over', () => {
		const reset = { kind: 'reset', epoch: 'a', position: 9, reason: 'too_old' } as const;
		expect(heard(begin(at(4)), frame(6, 7), reset)).toMatchObject({ need: 'gap', waiting: [] });
	});

	it('reads again when the snapshot that was on its way is older than the word to start over', () => {
		const reset = { kind: 'reset', epoch: 'a', position: 9, reason: 'imported' } as const;
		const early = resume(heard(begin(at(4)), reset), at(7), apply);
		expect(early.need).toBe('reset');
		expect(resume(early, at(9, { 1: 9 }), apply)).toMatchObject({ shown: at(9, { 1: 9 }), need: null });
		// Of another log its positions say nothing.
		expect(resume(early, { ...at(2), epoch: 'b' }, apply)).toMatchObject({ need: null });
	});

	it('takes an earlier snapshot for the truth, as after a restored backup', () => {
		expect(resume(silent(begin<Counts, CountsFrame>(at(9))), at(3), apply).shown).toEqual(at(3));
	});

	it('holds a bounded number of frames while the snapshot does not come', () => {
		const frames = Array.from({ length: 2000 }, (_, n) => frame(10 + n, 11 + n));
		expect(heard(begin(at(4)), ...frames).waiting.length).toBeLessThanOrEqual(256);
	});
});

/** What may happen between the database and the screen. */
type Happening =
	| { what: 'report'; street: number }
	| { what: 'import'; rows: number }
	| { what: 'send' }
	| { what: 'restore'; kept: number }
	| { what: 'deliver'; which: number; keep: boolean }
	| { what: 'lose'; which: number }
	| { what: 'beat' }
	| { what: 'silence' }
	| { what: 'ask' }
	| { what: 'answer' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({ what: fc.constant('report' as const), street: fc.integer({ min: 1, max: 4 }) })
	},
	{
		weight: 1,
		arbitrary: fc.record({ what: fc.constant('import' as const), rows: fc.integer({ min: 1, max: 9 }) })
	},
	{ weight: 5, arbitrary: fc.record({ what: fc.constant('send' as const) }) },
	{
		weight: 6,
		arbitrary: fc.record({ what: fc.constant('deliver' as const), which: fc.nat(20), keep: fc.boolean() })
	},
	{ weight: 2, arbitrary: fc.record({ what: fc.constant('lose' as const), which: fc.nat(20) }) },
	{ weight: 1, arbitrary: fc.record({ what: fc.constant('restore' as const), kept: fc.nat(20) }) },
	{ weight: 1, arbitrary: fc.record({ what: fc.constant('beat' as const) }) },
	{ weight: 1, arbitrary: fc.record({ what: fc.constant('silence' as const) }) },
	{ weight: 3, arbitrary: fc.record({ what: fc.constant('ask' as const) }) },
	{ weight: 3, arbitrary: fc.record({ what: fc.constant('answer' as const) }) }
);

describe('any interleaving of duplicates, losses, reorders and epoch changes', () => {
	it('ends equal to the database', () => {
		fc.assert(
			fc.property(fc.array(happening, { maxLength: 120 }), (happenings) => {
				const city = new City();
				let feed: CountsFeed = begin(city.snapshot());
				const underway: LiveMessage<CountsFrame>[] = [];
				// One snapshot at a time is asked for; it shows the city as it was when it was read.
				let answer: Counts | null = null;

				for (const now of happenings) {
					const which = 'which' in now && underway.length > 0 ? now.which % underway.length : 0;
					if (now.what === 'report') city.report(now.street);
					else if (now.what === 'import') {
						city.import(now.rows);
						underway.push({ kind: 'reset', epoch: city.epoch, position: city.sent, reason: 'imported' });
					} else if (now.what === 'restore') {
						city.restore(Math.min(now.kept, city.log.length));
						underway.push({ kind: 'reset', epoch: city.epoch, position: city.log.length, reason: 'epoch' });
					} else if (now.what === 'send') {
						const next = city.frame();
						if (next) underway.push({ kind: 'frame', frame: next });
					} else if (now.what === 'beat') {
						underway.push({ kind: 'beat', epoch: city.epoch, position: city.sent });
					} else if (now.what === 'deliver' && underway[which]) {
						feed = receive(feed, underway[which], apply);
						if (!now.keep) underway.splice(which, 1);
					} else if (now.what === 'lose') underway.splice(which, 1);
					else if (now.what === 'silence') feed = silent(feed);
					else if (now.what === 'ask' && feed.need) answer ??= city.snapshot();
					else if (now.what === 'answer' && answer) {
						feed = resume(feed, answer, apply);
						answer = null;
					}
				}

				// The world comes to rest: the stream's next beat arrives, and snapshots are answered.
				const last = city.frame();
				if (last) feed = receive(feed, { kind: 'frame', frame: last }, apply);
				feed = receive(feed, { kind: 'beat', epoch: city.epoch, position: city.sent }, apply);
				for (let round = 0; feed.need && round < 3; round += 1) feed = resume(feed, city.snapshot(), apply);
				expect(feed.need).toBeNull();
				expect(feed.shown).toEqual(city.snapshot());
			}),
			{ numRuns: 2000 }
		);
	});

	it('never shows a state the database was not in', () => {
		fc.assert(
			fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
				const city = new City();
				const states = new Set([JSON.stringify(city.snapshot())]);
				let feed: CountsFeed = begin(city.snapshot());
				const underway: LiveMessage<CountsFrame>[] = [];
				for (const now of happenings) {
					if (now.what === 'report') city.report(now.street);
					else if (now.what === 'send') {
						const next = city.frame();
						if (next) underway.push({ kind: 'frame', frame: next });
					} else if (now.what === 'deliver') {
						const message = underway[now.which % Math.max(1, underway.length)];
						if (message) feed = receive(feed, message, apply);
					} else if (now.what === 'lose' && underway.length > 0)
						underway.splice(now.which % underway.length, 1);
					else if (now.what === 'answer' && feed.need) feed = resume(feed, city.snapshot(), apply);
					states.add(JSON.stringify(city.snapshot()));
					expect(states).toContain(JSON.stringify(feed.shown));
				}
			}),
			{ numRuns: 1000 }
		);
	});
});
