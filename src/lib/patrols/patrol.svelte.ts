import type { PlannedPatrol } from './patrols.server.ts';
import type { Leg } from './plan.ts';
import { lengthOf, reorder, scheduleOf, serviceSeconds, type Length, type Schedule } from './route.ts';
import type { Stop } from './stop.ts';

type Line = [number, number][];

/** A leg as it is drawn: along the streets, or straight while the streets cannot be asked for. */
export interface DrawnLeg {
	line: Line;
	isGuess: boolean;
}

/** Asks for the lines of legs; throws while there is no network. */
export type AskLines = (legs: Leg[]) => Promise<Line[]>;

/**
 * A planned route in a team's hands: its order can be changed, stops locked and dropped, all without a network; only the
 * lines of new legs are asked for.
 */
export class PatrolRoute {
	readonly patrol: PlannedPatrol;
	readonly #ask: AskLines;
	/** Numbers of stops, in the order they are visited. */
	order = $state.raw<number[]>([]);
	locked = $state.raw<readonly number[]>([]);
	/** Left out by hand; the latest last. */
	dropped = $state.raw<readonly number[]>([]);
	#lines = $state.raw<Readonly<Record<string, Line>>>({});
	/** Some legs are drawn straight because the streets could not be asked for. */
	isWithoutLines = $state(false);

	readonly schedule: Schedule = $derived.by(() =>
		scheduleOf(this.patrol.plan.matrix, this.order, (stop) => this.#service(stop))
	);
	readonly isChanged: boolean = $derived.by(
		() => this.dropped.length > 0 || this.order.some((stop, i) => stop !== this.patrol.plan.order[i])
	);
	/** The same stops in the order of their limits: what any order is measured against. */
	readonly due: Length = $derived.by(() => {
		const { stops, matrix } = this.patrol.plan;
		return lengthOf(
			matrix,
			[...this.order].sort(
				(a, b) => rank(stops[a]!) - rank(stops[b]!) || (stops[a]!.key < stops[b]!.key ? -1 : 1)
			)
		);
	});
	readonly legs: DrawnLeg[] = $derived.by(() =>
		this.#keys().map(([key, leg]) => {
			const line = this.#lines[key];
			if (line) return { line, isGuess: this.patrol.plan.isStraight };
			return { line: [leg.from, leg.to].map(({ lng, lat }): [number, number] => [lng, lat]), isGuess: true };
		})
	);

	constructor(patrol: PlannedPatrol, ask: AskLines) {
		this.patrol = patrol;
		this.#ask = ask;
		this.order = [...patrol.plan.order];
		this.#lines = Object.fromEntries(this.#keys().map(([key], i) => [key, patrol.lines[i]!]));
	}

	stop(number: number): Stop {
		return this.patrol.plan.stops[number]!;
	}

	#service(stop: number): number {
		return serviceSeconds(this.stop(stop), this.patrol.plan.shift.serviceMinutes);
	}

	move(place: number, by: 1 | -1): void {
		const to = place + by;
		if (to < 0 || to >= this.order.length) return;
		const order = [...this.order];
		[order[place], order[to]] = [order[to]!, order[place]!];
		this.#take(order);
	}

	toggleLock(stop: number): void {
		this.locked = this.locked.includes(stop)
			? this.locked.filter((other) => other !== stop)
			: [...this.locked, stop];
	}

	drop(stop: number): void {
		this.locked = this.locked.filter((other) => other !== stop);
		this.dropped = [...this.dropped, stop];
		this.#take(this.order.filter((other) => other !== stop));
	}

	/** Puts a dropped stop back where it lengthens the route least; answers its place. */
	restore(stop: number): number {
		let best: { order: number[]; seconds: number; place: number } | null = null;
		for (let place = 0; place <= this.order.length; place += 1) {
			const order = this.order.toSpliced(place, 0, stop);
			const { seconds } = lengthOf(this.patrol.plan.matrix, order);
			if (!best || seconds < best.seconds) best = { order, seconds, place };
		}
		this.dropped = this.dropped.filter((other) => other !== stop);
		this.#take(best!.order);
		return best!.place;
	}

	/** Puts the free stops in a good order around the locked ones. */
	reorder(): void {
		this.#take(
			reorder(this.patrol.plan.matrix, this.order, { locked: this.locked, seed: this.patrol.plan.seed })
		);
	}

	reset(): void {
		this.locked = [];
		this.dropped = [];
		this.#take([...this.patrol.plan.order]);
	}

	/** Takes up changes that were kept on this device; stops are named by their keys. */
	takeUp(order: readonly string[], locked: readonly string[], dropped: readonly string[]): void {
		const numbersOf = (keys: readonly string[]) =>
			keys.map((key) => this.patrol.plan.stops.findIndex((stop) => stop.key === key)).filter((at) => at >= 0);
		this.locked = numbersOf(locked);
		this.dropped = numbersOf(dropped);
		this.#take(numbersOf(order));
	}

	#take(order: number[]): void {
		this.order = order;
		void this.askLines();
	}

	/** Asks for the lines that are missing. Called again when the network is back. */
	async askLines(): Promise<void> {
		const missing = this.#keys().filter(([key]) => !(key in this.#lines));
		if (missing.length === 0) {
			this.isWithoutLines = false;
			return;
		}
		try {
			const lines = await this.#ask(missing.map(([, leg]) => leg));
			this.#lines = {
				...this.#lines,
				...Object.fromEntries(missing.map(([key], i) => [key, lines[i]!]))
			};
			this.isWithoutLines = this.#keys().some(([key]) => !(key in this.#lines));
		} catch {
			this.isWithoutLines = true;
		}
	}

	/** The legs of the present order, each with a name that stays the same whatever comes before it. */
	#keys(): [key: string, leg: Leg][] {
		const { start, matrix } = this.patrol.plan;
		const places = this.order.map((number) => ({
			key: this.stop(number).key,
			at: this.stop(number) as Leg['from']
		}));
		if (start) places.unshift({ key: 'start', at: start });
		if (matrix.isClosed && places.length > 1) places.push(places[0]!);
		return places.slice(1).map(({ key, at }, i) => {
			const before = places[i]!;
			const place = ({ lng, lat }: Leg['from']) => ({ lng, lat });
			return [`${before.key} > ${key}`, { from: place(before.at), to: place(at) }];
		});
	}
}

function rank({ due_at }: Stop): number {
	return due_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(due_at);
}
