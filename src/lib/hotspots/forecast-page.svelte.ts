import { BrushAside } from './brush/brush-aside.ts';
import type { Testing } from './brush/desk.ts';
import type { Expecting, Forecasted, TooShort } from './brush/forecasting.ts';
import type { BrushSession, Named, Opened, Shapes } from './brush/session.ts';

/** What a forecast page shows, in step with its worker. */
export class ForecastPage {
	state = $state<'reading' | 'ready' | 'failed'>('reading');
	read = $state(0);
	opened = $state.raw<Opened | null>(null);
	lines = $state.raw<Shapes | null>(null);
	asked: Expecting = $state.raw()!;
	answer = $state.raw<(Forecasted & { names: Named[] }) | TooShort | null>(null);
	testing = $state.raw<Testing | null>(null);
	tested = $state.raw<ReturnType<BrushSession['test']> | null>(null);

	#aside: BrushAside | null = null;
	#turn = 0;

	constructor(asked: Expecting) {
		this.asked = asked;
	}

	async open(): Promise<void> {
		try {
			this.#aside = new BrushAside();
			this.opened = await this.#aside.open(({ read }) => (this.read = read));
			this.state = 'ready';
			if (this.opened.total === 0) return;
			this.lines = await this.#aside.ask('shapes', 'segments', 0);
			await this.ask({});
			this.tested = await this.#aside.test((testing) => (this.testing = testing));
		} catch (error) {
			console.error(error);
			this.state = 'failed';
		}
	}

	async ask(part: Partial<Expecting>): Promise<void> {
		this.asked = { ...this.asked, ...part };
		const turn = ++this.#turn;
		const answer = await this.#aside!.ask('expect', this.asked);
		if (turn === this.#turn) this.answer = answer;
	}

	close(): void {
		this.#aside?.close();
	}
}
