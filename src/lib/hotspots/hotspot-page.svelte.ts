import { BrushAside } from './brush/brush-aside.ts';
import { sieveOf, type Choice } from './brush/address.ts';
import type { Asked, PlaceParts } from './brush/brush.ts';
import type {
	BusyStreet,
	Emerged,
	Grouped,
	Judged,
	NamedDoubt,
	Opened,
	PlaceView,
	Shapes,
	Shuffled,
	Step,
	Stepped,
	View
} from './brush/session.ts';

/** Milliseconds the hand must rest before a verdict is asked for. */
const restMs = 250;
/** What a page shows first: the last days of the history. */
const usualDays = 90;
const relabellings = 100;

type PlaceStep = Step & { view: PlaceView };
const isPlaceView = (view: View): view is PlaceView => view === 'hexagons' || view === 'segments';

/** One shuffle test under way or done. */
export interface Shuffling {
	done: number;
	times: number;
	/** Shuffled map of the moment: 1 where it has a false hotspot, and its counts; null once the test is over. */
	found: Uint8Array | null;
	counts: Uint32Array | null;
	result: Shuffled | null;
	/** False alarms of each relabelling so far. */
	alarms: number[];
}

/** Everything a hotspot page shows, in step with its worker: the newest choice wins, and the hand is never waited for. */
export class HotspotPage {
	state = $state<'reading' | 'ready' | 'failed'>('reading');
	read = $state(0);
	opened = $state.raw<Opened | null>(null);
	choice: Choice = $state.raw()!;
	/** Reports per day of the history under the filters. */
	days = $state.raw<Uint32Array>(new Uint32Array());
	stepped = $state.raw<Stepped | null>(null);
	shapes = $state.raw<Shapes | null>(null);
	/** The verdict on what is shown; null while the hand moves. */
	judged = $state.raw<Judged | null>(null);
	streets = $state.raw<BusyStreet[]>([]);
	/** Null while the hand moves; 'none' where there is too little, or too much, to say. */
	emerged = $state.raw<Emerged | 'none' | null>(null);
	grouped = $state.raw<Grouped | 'none' | null>(null);
	/** What is distrusted in the whole history; null until it was looked at. */
	doubts = $state.raw<NamedDoubt[] | null>(null);
	/** The place that is asked about. */
	chosen = $state<number | null>(null);
	parts = $state.raw<PlaceParts | null>(null);
	shuffling = $state.raw<Shuffling | null>(null);

	#aside: BrushAside | null = null;
	#isBusy = false;
	#isAgain = false;
	#shapesFor = '';
	#daysFor = '';
	#rest: ReturnType<typeof setTimeout> | undefined;
	/** Counts choices: an answer to an older one is dropped. */
	#turn = 0;
	readonly #onsettled: (choice: Choice) => void;

	/** `onsettled`: the hand rests on a choice. */
	constructor(choice: Choice, onsettled: (choice: Choice) => void) {
		this.choice = choice;
		this.#onsettled = onsettled;
	}

	/** First and last day shown, days since 2000-01-01. */
	get window(): { first: number; last: number } {
		const { firstDay = 0, days } = this.opened ?? {};
		const end = firstDay + Math.max(0, (days?.length ?? 1) - 1);
		const last = Math.min(end, Math.max(firstDay, this.choice.last ?? end));
		const first = Math.min(last, Math.max(firstDay, this.choice.first ?? end - usualDays + 1));
		return { first, last };
	}

	get asked(): Asked {
		const { first, last } = this.window;
		return {
			from: first * 24,
			to: (last + 1) * 24,
			sieve: sieveOf(this.choice, this.opened?.categories ?? [])
		};
	}

	get step(): Step {
		const { view, radius } = this.choice;
		const exposure =
			this.choice.exposure === 'patrol' && !this.opened?.hasPatrolHours ? 'street' : this.choice.exposure;
		return { view, radius, asked: this.asked, exposure, hasDoubtful: this.choice.hasDoubtful };
	}

	async open(): Promise<void> {
		try {
			this.#aside = new BrushAside();
			this.opened = await this.#aside.open(({ read }) => (this.read = read));
			this.days = this.opened.days;
			this.state = 'ready';
			await this.#run();
		} catch (error) {
			console.error(error);
			this.state = 'failed';
		}
	}

	close(): void {
		clearTimeout(this.#rest);
		this.#aside?.close();
	}

	choose(part: Partial<Choice>): void {
		const before = this.choice;
		this.choice = { ...before, ...part };
		const isPlaceSame = before.view === this.choice.view && before.radius === this.choice.radius;
		if (!isPlaceSame) this.#forget();
		this.judged = null;
		this.emerged = null;
		this.grouped = null;
		this.shuffling = null;
		this.#turn += 1;
		void this.#run();
	}

	/** Asks why a place is what it is. */
	async why(place: number | null): Promise<void> {
		this.chosen = place;
		this.parts = null;
		if (place === null || !isPlaceView(this.step.view)) return;
		const turn = this.#turn;
		const parts = await this.#aside!.ask('parts', this.step as PlaceStep, place);
		if (turn === this.#turn && this.chosen === place) this.parts = parts;
	}

	async shuffle(): Promise<void> {
		if (!isPlaceView(this.step.view) || !this.judged) return;
		const turn = this.#turn;
		const start = { done: 0, times: relabellings, alarms: [], found: null, counts: null, result: null };
		this.shuffling = start;
		const result = await this.#aside!.shuffle(this.step as PlaceStep, relabellings, (told) => {
			if (turn !== this.#turn || !this.shuffling) return;
			const alarm = told.found.reduce((sum, one) => sum + one, 0);
			this.shuffling = {
				...{ done: told.done, times: relabellings, found: told.found, counts: told.counts },
				...{ alarms: [...this.shuffling.alarms, alarm], result: null }
			};
		});
		if (turn === this.#turn && this.shuffling)
			this.shuffling = { ...this.shuffling, found: null, counts: null, result };
	}

	#forget(): void {
		this.shapes = null;
		this.stepped = null;
		this.chosen = null;
		this.parts = null;
	}

	async #run(): Promise<void> {
		if (this.state !== 'ready') return;
		clearTimeout(this.#rest);
		if (this.#isBusy) {
			this.#isAgain = true;
			return;
		}
		this.#isBusy = true;
		try {
			do {
				this.#isAgain = false;
				const step = this.step;
				const stepped = await this.#aside!.ask('step', step);
				const shapes = await this.#shapesOf(step.view, step.radius);
				// Between asking and answer the view may have become another one.
				if (step.view !== this.choice.view || step.radius !== this.choice.radius) this.#isAgain = true;
				else [this.stepped, this.shapes] = [stepped, shapes];
			} while (this.#isAgain);
			this.#rest = setTimeout(() => void this.#settle(), restMs);
		} catch (error) {
			console.error(error);
			this.state = 'failed';
		} finally {
			this.#isBusy = false;
		}
	}

	async #shapesOf(view: View, radius: number): Promise<Shapes | null> {
		if (view === 'heat' || view === 'groups') return null;
		const shape = view === 'emerging' ? 'hexagons' : view;
		const key = shape === 'hexagons' ? `${shape} ${radius}` : shape;
		if (this.#shapesFor === key && this.shapes) return this.shapes;
		this.#shapesFor = key;
		return this.#aside!.ask('shapes', shape, radius);
	}

	async #settle(): Promise<void> {
		const turn = this.#turn;
		const step = this.step;
		try {
			this.#onsettled(this.choice);
			const sieve = JSON.stringify([step.asked.sieve, step.hasDoubtful]);
			if (sieve !== this.#daysFor) {
				const days = await this.#aside!.ask('days', step.asked.sieve, step.hasDoubtful);
				this.#daysFor = sieve;
				if (turn === this.#turn) this.days = days;
			}
			if (turn !== this.#turn) return;
			if (!this.doubts) this.doubts = await this.#aside!.ask('doubts');
			if (turn !== this.#turn) return;
			if (step.view === 'heat' || step.view === 'network') {
				const streets = await this.#aside!.ask('streets', step.asked, step.hasDoubtful);
				if (turn === this.#turn) this.streets = streets;
				return;
			}
			if (step.view === 'emerging') {
				const emerged = await this.#aside!.ask('emerge', step);
				if (turn === this.#turn) this.emerged = emerged ?? 'none';
				return;
			}
			if (step.view === 'groups') {
				const grouped = await this.#aside!.ask('group', step);
				if (turn === this.#turn) this.grouped = grouped ?? 'none';
				return;
			}
			const judged = await this.#aside!.ask('judge', step as PlaceStep);
			if (turn !== this.#turn) return;
			this.judged = judged;
			if (this.chosen !== null) await this.why(this.chosen);
		} catch (error) {
			console.error(error);
			this.state = 'failed';
		}
	}
}
