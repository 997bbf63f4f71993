import {
	changedPlaces,
	deskFrame,
	fieldFrame,
	isImported,
	wallFrame,
	type Figures,
	type Frame,
	type LoggedEvent,
	type TailPage,
	type ViewerClass
} from './frame.ts';
import { encodeEvent, type ResetReason } from './message.ts';
import { Ring, type Stretch } from './ring.ts';

/** A frame in its sent form; without the wall's when no wall was watching. */
interface Sent extends Stretch {
	wall: Uint8Array | null;
	desk: Uint8Array;
	field: Uint8Array;
}

/** A stream that wants to know when there is more. It keeps its own place and takes as much as it can hold. */
export interface Viewer {
	readonly class: ViewerClass;
	more(): void;
	reset(reason: ResetReason): void;
	beat(): void;
	close(): void;
}

export interface TailerSource {
	/** The log after a position, in order, at most `max` entries. */
	tail(after: number, max: number): Promise<TailPage>;
	figures(streets: number[], areas: number[]): Promise<Figures>;
	/** Calls back after commits that may have logged something; returns the way to stop that. */
	onEvent(listener: () => void): () => void;
	/** Told once when reading begins to fail, and once when it works again. */
	onTrouble?(problem: unknown | null): void;
}

export interface TailerPace {
	/** Least time between two frames: the first of a burst goes at once, the rest are gathered. */
	frameEvery: number;
	pollEvery: number;
	beatEvery: number;
	/** Least time between two resets while an import goes on: each makes every screen read its snapshot again. */
	resetEvery: number;
	/** The wall's figures are still worked out for this long after its last viewer left, so that it can resume. */
	figuresLinger: number;
	/** How many bytes of recent frames are kept for viewers that come back. */
	ringBytes: number;
}

const usualPace: TailerPace = {
	frameEvery: 50,
	pollEvery: 1000,
	beatEvery: 15_000,
	resetEvery: 2000,
	figuresLinger: 60_000,
	ringBytes: 8 * 1024 * 1024
};
const pageSize = 200;
const ringItems = 1200;
/** A position after every entry, to ask only for the head. The largest whole number JSON carries exactly. */
const beyond = Number.MAX_SAFE_INTEGER;

/**
 * Reads the event log once for the whole web process and fans it out. One loop, so frames are in order and
 * their figures never go backwards; nothing is read while nothing has changed but one small poll a second.
 */
export class Tailer {
	readonly #source: TailerSource;
	readonly #pace: TailerPace;
	readonly #ring: Ring<Sent>;
	readonly #viewers = new Set<Viewer>();
	readonly #listeners = new Set<(kinds: readonly string[] | null) => void>();
	#epoch: string | null = null;
	#position = 0;
	#wallSeenAt = -Infinity;
	#skippedAt = -Infinity;
	#failures = 0;
	#stopped = false;
	#poked = false;
	#wake: (() => void) | null = null;
	#beating: NodeJS.Timeout | undefined;
	#unlisten: () => void = () => {};
	readonly #begun = Promise.withResolvers<void>();

	constructor(source: TailerSource, pace: Partial<TailerPace> = {}) {
		this.#source = source;
		this.#pace = { ...usualPace, ...pace };
		this.#ring = new Ring(ringItems, this.#pace.ringBytes);
	}

	start(): void {
		this.#unlisten = this.#source.onEvent(() => this.poke());
		this.#beating = setInterval(() => {
			// No beat while the log cannot be read: a screen must not be told that it is current.
			if (this.#failures === 0) for (const viewer of this.#viewers) viewer.beat();
		}, this.#pace.beatEvery);
		this.#beating.unref();
		void this.#run();
	}

	stop(): void {
		this.#stopped = true;
		clearInterval(this.#beating);
		this.#unlisten();
		this.#wake?.();
		this.#begun.resolve();
		this.closeAll();
	}

	/** Resolves once the log has been reached for the first time. */
	begun(): Promise<void> {
		return this.#begun.promise;
	}

	poke(): void {
		this.#poked = true;
		this.#wake?.();
	}

	get epoch(): string {
		return this.#epoch ?? '';
	}

	get position(): number {
		return this.#position;
	}

	get viewerCount(): number {
		return this.#viewers.size;
	}

	get isWell(): boolean {
		return this.#epoch !== null && this.#failures === 0;
	}

	join(viewer: Viewer): void {
		if (viewer.class === 'wall') this.#wallSeenAt = Date.now();
		this.#viewers.add(viewer);
	}

	leave(viewer: Viewer): void {
		if (viewer.class === 'wall') this.#wallSeenAt = Date.now();
		this.#viewers.delete(viewer);
	}

	/** What a viewer at `cursor` gets next; null: it is up to date; 'gone': it must start over. */
	next(viewerClass: ViewerClass, cursor: number): { bytes: Uint8Array; position: number } | null | 'gone' {
		// Behind the head with an empty ring: the log moved on before we began to keep it.
		if (this.#ring.length === 0) return cursor < this.#position ? 'gone' : null;
		const sent = this.#ring.next(cursor);
		if (sent === null || sent === 'gone') return sent;
		const bytes = sent[viewerClass];
		return bytes === null ? 'gone' : { bytes, position: sent.position };
	}

	/** Tells what kinds of events were read, whoever watches; null: some were passed over unread. */
	listen(listener: (kinds: readonly string[] | null) => void): void {
		this.#listeners.add(listener);
	}

	resetAll(reason: ResetReason): void {
		for (const viewer of this.#viewers) viewer.reset(reason);
	}

	closeAll(): void {
		for (const viewer of this.#viewers) viewer.close();
		this.#viewers.clear();
	}

	async #run(): Promise<void> {
		while (!this.#stopped) {
			const started = performance.now();
			this.#poked = false;
			let isMore = false;
			try {
				isMore = await this.#step();
				if (this.#failures > 0) this.#source.onTrouble?.(null);
				this.#failures = 0;
			} catch (problem) {
				if (this.#failures === 0 && !this.#stopped) this.#source.onTrouble?.(problem);
				this.#failures += 1;
			}
			if (this.#stopped) return;
			if (this.#failures > 0) {
				await this.#sleep(Math.min(5000, 250 * 2 ** Math.min(this.#failures, 5)), false);
				continue;
			}
			// A slow database is asked less often: reading the log never takes more than half of the time.
			const cost = performance.now() - started;
			if (isMore) await this.#sleep(Math.max(this.#pace.frameEvery - cost, Math.min(cost, 500)), false);
			else if (!this.#poked) await this.#sleep(this.#pace.pollEvery, true);
		}
	}

	/** Reads one page and sends one frame. True when a frame was sent, so that the next one waits its turn. */
	async #step(): Promise<boolean> {
		if (this.#epoch === null) {
			const { epoch, head } = await this.#source.tail(beyond, 1);
			this.#epoch = epoch;
			this.#position = head;
			this.#begun.resolve();
			return false;
		}
		const page = await this.#source.tail(this.#position, pageSize);
		// Another log, or the same one put back to an earlier state: nothing we hold joins up with it.
		if (page.epoch !== this.#epoch || page.head < this.#position) {
			this.#ring.clear();
			this.#epoch = page.epoch;
			this.#position = page.head;
			this.#tell(null);
			this.resetAll('epoch');
			return false;
		}
		const imported = page.events.findIndex(isImported);
		if (imported === 0) return this.#skip();
		const told = imported < 0 ? page.events : page.events.slice(0, imported);
		const last = told.at(-1);
		if (!last) return false;
		this.#tell(told.map(({ kind }) => kind));
		await this.#send(told, last);
		return true;
	}

	/**
	 * Imported rows are not sent: the place moves to the log's head in one step, however many there are, and every screen is
	 * told to read again. Its snapshot is younger than this head, so nothing between is lost. While an import goes on this
	 * happens every two seconds; what people report meanwhile is seen by then.
	 */
	async #skip(): Promise<true> {
		const wait = this.#skippedAt + this.#pace.resetEvery - performance.now();
		if (wait > 0) await this.#sleep(wait, false);
		if (this.#stopped) return true;
		const { epoch, head } = await this.#source.tail(beyond, 1);
		this.#skippedAt = performance.now();
		// Another log meanwhile: the next step finds it and says so.
		if (epoch !== this.#epoch || head < this.#position) return true;
		this.#ring.clear();
		this.#position = head;
		this.#tell(null);
		this.resetAll('imported');
		return true;
	}

	async #send(all: LoggedEvent[], last: LoggedEvent): Promise<void> {
		// Whose account something happened to is no screen's business; its place in the log is taken all the same.
		const events = all.filter(({ kind }) => !kind.startsWith('account.'));
		const frame: Frame = { epoch: this.epoch, from: this.#position, position: last.position, at: last.at };
		const desk = encodeEvent('frame', deskFrame(frame, events), frame.position);
		const field = encodeEvent('frame', fieldFrame(frame, events), frame.position);
		let wall: Uint8Array | null = null;
		if (this.#isWallWatched()) {
			const { streets, areas } = changedPlaces(events);
			// Read after the page, so the numbers hold at least everything up to its last entry.
			const figures = await this.#source.figures(streets, areas);
			wall = encodeEvent('frame', wallFrame(frame, events, figures), frame.position);
		}
		const size = desk.byteLength + field.byteLength + (wall?.byteLength ?? 0);
		this.#ring.push({ from: frame.from, position: frame.position, size, wall, desk, field });
		this.#position = frame.position;
		for (const viewer of this.#viewers) viewer.more();
	}

	#tell(kinds: readonly string[] | null): void {
		for (const listener of this.#listeners) listener(kinds);
	}

	#isWallWatched(): boolean {
		for (const viewer of this.#viewers) if (viewer.class === 'wall') return true;
		return Date.now() - this.#wallSeenAt < this.#pace.figuresLinger;
	}

	#sleep(ms: number, isPokeable: boolean): Promise<void> {
		return new Promise((resolve) => {
			const done = () => {
				clearTimeout(timer);
				this.#wake = null;
				resolve();
			};
			const timer = setTimeout(done, ms);
			this.#wake = () => {
				if (isPokeable || this.#stopped) done();
			};
		});
	}
}
