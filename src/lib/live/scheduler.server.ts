import { localDay } from './local-day.ts';

/**
 * Time passing is a change too: nobody writes when a time limit runs out or a day ends. Each ten seconds the
 * database is asked to log what time has changed; at local midnight, when every period on a screen slides,
 * the screens are told to read again.
 */
export interface SchedulerSource {
	/** Logs what time passing has changed; safe to call from several processes at once. */
	tick(): Promise<unknown>;
	/** IANA name of the city's time zone. */
	timeZone(): Promise<string>;
	onNewDay(): void;
	/** Told once when ticking begins to fail, and once when it works again. */
	onTrouble?(problem: unknown | null): void;
	now?(): Date;
}

export class Scheduler {
	readonly #source: SchedulerSource;
	readonly #every: number;
	#timer: NodeJS.Timeout | undefined;
	#timeZone: string | null = null;
	#day: string | null = null;
	#isBusy = false;
	#isTroubled = false;

	constructor(source: SchedulerSource, every = 10_000) {
		this.#source = source;
		this.#every = every;
	}

	start(): void {
		this.#timer = setInterval(() => void this.turn(), this.#every);
		this.#timer.unref();
		void this.turn();
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	/** One turn; skipped while the one before is still running, so a slow database is not asked twice. */
	async turn(): Promise<void> {
		if (this.#isBusy) return;
		this.#isBusy = true;
		try {
			await this.#source.tick();
			this.#timeZone ??= await this.#source.timeZone();
			const day = localDay(this.#source.now?.() ?? new Date(), this.#timeZone);
			if (this.#day !== null && this.#day !== day) this.#source.onNewDay();
			this.#day = day;
			if (this.#isTroubled) this.#source.onTrouble?.(null);
			this.#isTroubled = false;
		} catch (problem) {
			if (!this.#isTroubled) this.#source.onTrouble?.(problem);
			this.#isTroubled = true;
		} finally {
			this.#isBusy = false;
		}
	}
}
