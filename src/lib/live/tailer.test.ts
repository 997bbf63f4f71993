import { afterEach, describe, expect, it } from 'vitest';
import type { Figures, LoggedEvent, TailPage, ViewerClass } from './frame.ts';
import { decodeEvent, type LiveMessage } from './message.ts';
import { closeStreamsOf, liveStream, type StreamOptions } from './stream.server.ts';
import { Tailer, type TailerPace } from './tailer.server.ts';

/** An event log in memory that answers as `api.tail` does, and notes what it was asked. */
class Log {
	epoch = 'a';
	events: LoggedEvent[] = [];
	tails = 0;
	figuresAsked: { streets: number[]; areas: number[] }[] = [];
	isBroken = false;
	trouble: (unknown | null)[] = [];
	#listeners = new Set<() => void>();

	append(streets: number[], isPoked = true): void {
		for (const street_id of streets) {
			const position = this.events.length + 1;
			this.events.push({
				position,
				kind: 'report.received',
				at: `t${position}`,
				street_id,
				area_id: null
			} as LoggedEvent);
		}
		if (isPoked) for (const listener of this.#listeners) listener();
	}

	/** Rows of an import, as many as one likes: the log tells no more of them than this. */
	import(rows: number): void {
		for (let n = 0; n < rows; n += 1) {
			const kind = n % 2 === 0 ? 'report.imported' : 'case.imported';
			this.events.push({ position: this.events.length + 1, kind } as LoggedEvent);
		}
		for (const listener of this.#listeners) listener();
	}

	tail = async (after: number, max: number): Promise<TailPage> => {
		this.tails += 1;
		if (this.isBroken) throw new Error('no database');
		const events = this.events.filter((event) => event.position > after).slice(0, max);
		return { epoch: this.epoch, head: this.events.length, events };
	};
	figures = async (streets: number[], areas: number[]): Promise<Figures> => {
		this.figuresAsked.push({ streets, areas });
		return { totals: { received_total: this.events.length } } as Figures;
	};
	onEvent = (listener: () => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};
	onTrouble = (problem: unknown | null) => this.trouble.push(problem);
}

const stops: (() => void)[] = [];
afterEach(() => {
	for (const stop of stops.splice(0)) stop();
});

async function following(log: Log, pace: Partial<TailerPace> = {}): Promise<Tailer> {
	const tailer = new Tailer(log, { frameEvery: 5, pollEvery: 10, ...pace });
	stops.push(() => tailer.stop());
	tailer.start();
	await tailer.begun();
	return tailer;
}

/** A browser's end of a stream: reads only when told to. */
class Reader {
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	readonly messages: LiveMessage[] = [];
	text = '';
	#rest = '';
	isDone = false;

	constructor(tailer: Tailer, options: Partial<StreamOptions> = {}) {
		const stream = liveStream(tailer, {
			class: 'wall' as ViewerClass,
			session: 'wall-session',
			after: null,
			epoch: null,
			isAllowed: async () => true,
			onClose: () => {},
			...options
		});
		this.#reader = stream.getReader();
		stops.push(() => void this.#reader.cancel());
	}

	/** Reads until a message satisfies the condition; fails the test by running out of its time otherwise. */
	async until(isIt: (message: LiveMessage) => boolean): Promise<LiveMessage> {
		for (;;) {
			const found = this.messages.find(isIt);
			if (found) return found;
			await this.read();
			if (this.isDone) throw new Error('The stream ended first.');
		}
	}

	async read(): Promise<void> {
		const { done, value } = await this.#reader.read();
		if (done) {
			this.isDone = true;
			return;
		}
		const text = new TextDecoder().decode(value);
		this.text += text;
		const parts = (this.#rest + text).split('\n\n');
		this.#rest = parts.pop()!;
		for (const part of parts) {
			const name = /^event: (.*)$/m.exec(part)?.[1];
			const data = /^data: (.*)$/m.exec(part)?.[1];
			const message = name && data ? decodeEvent(name, data) : null;
			if (message) this.messages.push(message);
		}
	}

	close(): Promise<void> {
		return this.#reader.cancel();
	}

	frames(): { from: number; position: number; events: unknown[] }[] {
		return this.messages.flatMap((message) =>
			message.kind === 'frame'
				? [message.frame as unknown as { from: number; position: number; events: [] }]
				: []
		);
	}
}

const reaches = (position: number) => (message: LiveMessage) =>
	message.kind === 'frame' && message.frame.position >= position;

describe('the tailer', () => {
	it('sends what is logged after its start, each position once and without a hole', async () => {
		const log = new Log();
		log.append([1, 1, 1]);
		const tailer = await following(log);
		const reader = new Reader(tailer);
		for (let n = 0; n < 20; n += 1) {
			log.append([n, n + 1]);
			await new Promise((resolve) => setTimeout(resolve, n % 3));
		}
		await reader.until(reaches(43));
		let at = 3;
		for (const frame of reader.frames()) {
			expect(frame.from).toBe(at);
			expect(frame.events).toHaveLength(frame.position - frame.from);
			at = frame.position;
		}
	});

	it('gathers a burst into few frames after sending its first event at once', async () => {
		const log = new Log();
		const tailer = await following(log, { frameEvery: 100, pollEvery: 5000 });
		const reader = new Reader(tailer);
		const started = performance.now();
		log.append([1]);
		await reader.until(reaches(1));
		expect(performance.now() - started).toBeLessThan(50);
		for (let n = 0; n < 50; n += 1) log.append([n]);
		await reader.until(reaches(51));
		expect(reader.frames()).toHaveLength(2);
	});

	it('finds what nobody poked it about', async () => {
		const log = new Log();
		const reader = new Reader(await following(log, { pollEvery: 20 }));
		log.append([1], false);
		await reader.until(reaches(1));
	});

	it('asks once for the figures of the changed streets, however many walls there are', async () => {
		const log = new Log();
		const tailer = await following(log);
		const readers = [1, 2, 3].map(() => new Reader(tailer));
		log.append([4, 2, 4]);
		for (const reader of readers) await reader.until(reaches(3));
		expect(log.figuresAsked).toEqual([{ streets: [2, 4], areas: [] }]);
	});

	it('does not work out figures while only desks watch', async () => {
		const log = new Log();
		const reader = new Reader(await following(log), { class: 'desk' });
		log.append([4]);
		await reader.until(reaches(1));
		expect(log.figuresAsked).toEqual([]);
	});

	it('replays to a wall that comes back what it missed', async () => {
		const log = new Log();
		const tailer = await following(log);
		const first = new Reader(tailer);
		log.append([1, 2]);
		await first.until(reaches(2));
		await first.close();
		log.append([3]);
		await new Promise((resolve) => setTimeout(resolve, 30));
		const second = new Reader(tailer, { after: 2, epoch: 'a' });
		await second.until(reaches(3));
		expect(second.messages.map((message) => message.kind)).toEqual(['hello', 'frame']);
	});

	it.each([
		['an older position than is kept', { after: 0 }, 'too_old'],
		['another log', { after: 3, epoch: 'b' }, 'epoch']
	])('tells a viewer with %s to start over', async (_, options, reason) => {
		const log = new Log();
		log.append([1, 2, 3]);
		const reader = new Reader(await following(log), options);
		const reset = await reader.until((message) => message.kind === 'reset');
		expect(reset).toEqual({ kind: 'reset', epoch: 'a', position: 3, reason });
	});

	it('tells everyone to start over when the log was replaced or put back', async () => {
		const log = new Log();
		log.append([1, 2, 3]);
		const reader = new Reader(await following(log));
		log.events = log.events.slice(0, 1);
		const reset = await reader.until((message) => message.kind === 'reset');
		expect(reset).toMatchObject({ position: 1, reason: 'epoch' });
		log.append([9]);
		await reader.until(reaches(2));
	});

	it.each(['wall', 'desk', 'field'] as const)(
		'tells a %s to read again when rows were imported',
		async (kind) => {
			const log = new Log();
			const reader = new Reader(await following(log), { class: kind });
			log.append([1]);
			await reader.until(reaches(1));
			log.import(3);
			const reset = await reader.until((message) => message.kind === 'reset');
			expect(reset).toEqual({ kind: 'reset', epoch: 'a', position: 4, reason: 'imported' });
			log.append([2]);
			await reader.until(reaches(5));
			expect(reader.frames().at(-1)).toMatchObject({ from: 4, position: 5 });
		}
	);

	it('passes a hundred thousand imported rows in a few readings, and tells of them every so often only', async () => {
		const log = new Log();
		const tailer = await following(log, { resetEvery: 100 });
		const reader = new Reader(tailer);
		const before = log.tails;
		const startedAt = performance.now();
		for (let batch = 0; batch < 50; batch += 1) {
			log.import(2000);
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		const imports = performance.now() - startedAt;
		await reader.until((message) => message.kind === 'reset' && message.position === 100_000);
		const resets = reader.messages.filter(({ kind }) => kind === 'reset').length;
		expect(resets).toBeLessThanOrEqual(Math.ceil(imports / 100) + 2);
		expect(log.tails - before).toBeLessThanOrEqual(3 * resets + 3);
		expect(log.figuresAsked).toEqual([]);
	});

	it('tells of reports before, between and after imported rows, or has a snapshot taken that holds them', async () => {
		const log = new Log();
		const reader = new Reader(await following(log, { resetEvery: 20 }));
		let known = 0;
		const held = new Set<number>();
		const note = () => {
			for (const message of reader.messages) {
				// A snapshot taken on a reset holds everything up to the reset's position.
				if (message.kind === 'reset') for (let at = 1; at <= message.position; at += 1) held.add(at);
				if (message.kind !== 'frame') continue;
				for (const { position } of (message.frame as unknown as { events: LoggedEvent[] }).events)
					held.add(position);
			}
			known = held.size;
		};
		for (let n = 0; n < 30; n += 1) {
			log.append([n]);
			if (n % 3 === 0) log.import(5);
			log.append([n]);
			await new Promise((resolve) => setTimeout(resolve, n % 7));
		}
		const end = log.events.length;
		await reader.until(
			(message) =>
				(message.kind === 'frame' && message.frame.position === end) ||
				(message.kind === 'reset' && message.position === end)
		);
		note();
		expect(known).toBe(end);
	});

	it('gives a wall that comes back after an import nothing but the word to start over', async () => {
		const log = new Log();
		const tailer = await following(log);
		log.append([1, 2]);
		await expect.poll(() => tailer.position).toBe(2);
		log.import(10);
		await expect.poll(() => tailer.position).toBe(12);
		const reader = new Reader(tailer, { after: 1, epoch: 'a' });
		const reset = await reader.until((message) => message.kind === 'reset');
		expect(reset).toMatchObject({ position: 12, reason: 'too_old' });
	});

	it('reads on after the database was away, says so once, and sends no beat meanwhile', async () => {
		const log = new Log();
		const reader = new Reader(await following(log, { beatEvery: 20 }));
		await reader.until((message) => message.kind === 'beat');
		log.isBroken = true;
		await new Promise((resolve) => setTimeout(resolve, 150));
		log.append([1]);
		log.isBroken = false;
		const before = reader.messages.length;
		await reader.until(reaches(1));
		const beats = reader.messages.slice(before).filter((message) => message.kind === 'beat');
		expect(beats.length).toBeLessThan(4);
		expect(log.trouble).toEqual([expect.any(Error), null]);
	});

	it('ends the streams of a session that signs out at once, one being opened too, and no others', async () => {
		const tailer = await following(new Log());
		const closed: string[] = [];
		const open = (session: string) =>
			new Reader(tailer, { session, onClose: () => void closed.push(session) });
		const [leaver, stayer] = [open('leaving'), open('staying')];
		await leaver.until((message) => message.kind === 'hello');
		closeStreamsOf('leaving');
		await leaver.read();
		expect(leaver.isDone).toBe(true);
		const late = open('leaving');
		await late.read();
		expect(late.isDone).toBe(true);
		expect(closed).toEqual(['leaving', 'leaving']);
		await stayer.until((message) => message.kind === 'hello');
		expect(tailer.viewerCount).toBe(1);
	});

	it('ends all streams when it stops', async () => {
		const tailer = await following(new Log());
		const reader = new Reader(tailer);
		await reader.until((message) => message.kind === 'hello');
		tailer.stop();
		await reader.read();
		expect(reader.isDone).toBe(true);
		expect(tailer.viewerCount).toBe(0);
	});
});

describe('a viewer that reads slowly', () => {
	it('is not buffered without bound, and gets everything once it reads again', async () => {
		const log = new Log();
		const tailer = await following(log, { frameEvery: 1 });
		const slow = new Reader(tailer, { class: 'desk' });
		const quick = new Reader(tailer, { class: 'desk' });
		const streets = Array.from({ length: 200 }, (_, n) => n);
		for (let n = 1; n <= 30; n += 1) {
			log.append(streets);
			await quick.until(reaches(n * 200));
		}
		await slow.until(reaches(6000));
		let at = 0;
		for (const frame of slow.frames()) {
			expect(frame.from).toBe(at);
			at = frame.position;
		}
		expect(at).toBe(6000);
	});

	it('is told to start over when it comes back too late', async () => {
		const log = new Log();
		const tailer = await following(log, { frameEvery: 1, ringBytes: 200_000 });
		const slow = new Reader(tailer, { class: 'desk' });
		const quick = new Reader(tailer, { class: 'desk' });
		const streets = Array.from({ length: 200 }, (_, n) => n);
		// About 1.5 MB of frames: more than the reader's buffer and the ring hold together.
		for (let n = 1; n <= 20; n += 1) {
			log.append(streets);
			await quick.until(reaches(n * 200));
		}
		const reset = await slow.until((message) => message.kind === 'reset');
		expect(reset).toMatchObject({ position: 4000, reason: 'too_old' });
		expect(slow.text.length).toBeLessThan(512 * 1024);
	});

	it('is taken for dead when it does not read at all', async () => {
		const log = new Log();
		const tailer = await following(log, { frameEvery: 1, beatEvery: 10 });
		let wasCalledDead = false;
		new Reader(tailer, { class: 'desk', deadAfter: 30, onDead: () => (wasCalledDead = true) });
		const quick = new Reader(tailer, { class: 'desk' });
		for (let n = 1; n <= 6; n += 1) {
			log.append(Array.from({ length: 200 }, (_, street) => street));
			await quick.until(reaches(n * 200));
		}
		await expect.poll(() => wasCalledDead).toBe(true);
		expect(tailer.viewerCount).toBe(1);
	});
});

describe("a viewer's session", () => {
	it('ends the stream when it is over', async () => {
		let isAllowed = true;
		let closed = 0;
		const tailer = await following(new Log());
		const reader = new Reader(tailer, {
			isAllowed: async () => isAllowed,
			checkEvery: 10,
			onClose: () => (closed += 1)
		});
		await reader.until((message) => message.kind === 'hello');
		isAllowed = false;
		await reader.read();
		expect(reader.isDone).toBe(true);
		expect(closed).toBe(1);
	});

	it('does not end it while the question cannot be asked', async () => {
		const log = new Log();
		const tailer = await following(log);
		const reader = new Reader(tailer, { isAllowed: () => Promise.reject(new Error('busy')), checkEvery: 5 });
		await new Promise((resolve) => setTimeout(resolve, 40));
		log.append([1]);
		await reader.until(reaches(1));
	});
});
