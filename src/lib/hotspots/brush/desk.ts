import { BrushSession, type Opened } from './session.ts';
import type { Ground } from './ground.ts';
import type { SpotsPage } from './spots.ts';

/** What a page may ask of its worker, and what it gets. */
export interface Deeds {
	days: Parameters<BrushSession['days']>;
	step: Parameters<BrushSession['step']>;
	shapes: Parameters<BrushSession['shapes']>;
	streets: Parameters<BrushSession['streets']>;
	judge: Parameters<BrushSession['judge']>;
	parts: Parameters<BrushSession['parts']>;
	doubts: Parameters<BrushSession['doubts']>;
	emerge: Parameters<BrushSession['emerge']>;
	group: Parameters<BrushSession['group']>;
	expect: Parameters<BrushSession['expect']>;
}
export type Deed = keyof Deeds;
export type Answer<D extends Deed> = ReturnType<BrushSession[D]>;

/** Over the wire: `open`, `shuffle` and `test` tell how far they are before they answer. */
export type Wish =
	| { id: number; deed: 'open' | 'test' }
	| { id: number; deed: 'shuffle'; args: [Parameters<BrushSession['shuffle']>[0], number] }
	| { [D in Deed]: { id: number; deed: D; args: Deeds[D] } }[Deed];
export type Said =
	{ id: number; told: unknown } | { id: number; answer: unknown } | { id: number; failed: string };

/** How far reading is. */
export interface Reading {
	read: number;
}

/** How far a backtest is, in weeks. */
export interface Testing {
	done: number;
	of: number;
}

/** One relabelling of the shuffle test. */
export interface Relabelled {
	done: number;
	/** 1 where the shuffled map has a hotspot, and the shuffled counts. */
	found: Uint8Array;
	counts: Uint32Array;
}

async function read<T>(path: string): Promise<T> {
	const response = await fetch(path, { headers: { accept: 'application/json' } });
	if (!response.ok) throw new Error(`${path} could not be read: ${response.status}`);
	return (await response.json()) as T;
}

/** The worker's side: keeps the session and does what is asked, one thing after the other. */
export class BrushDesk {
	#session: BrushSession | null = null;

	async open(tell: (reading: Reading) => void): Promise<Opened> {
		const ground = read<Ground>('/hotspots/ground');
		const pages: SpotsPage[] = [];
		let [after, count]: [number | null, number] = [0, 0];
		while (after !== null) {
			const page: SpotsPage = await read<SpotsPage>(`/hotspots/spots?after=${after}`);
			pages.push(page);
			tell({ read: (count += page.n) });
			after = page.next;
		}
		this.#session = new BrushSession(await ground, pages);
		return this.#session.opened;
	}

	async answer(wish: Wish, tell: (told: unknown) => void): Promise<unknown> {
		if (wish.deed === 'open') return this.open(tell);
		const session = this.#session;
		if (!session) throw new Error('Nothing has been read yet.');
		switch (wish.deed) {
			case 'shuffle':
				return session.shuffle(wish.args[0], wish.args[1], (done, found, counts) =>
					tell({ done, found, counts } satisfies Relabelled)
				);
			case 'test':
				return session.test((done, of) => tell({ done, of } satisfies Testing));
			case 'expect':
				return session.expect(...wish.args);
			case 'doubts':
				return session.doubts();
			case 'emerge':
				return session.emerge(...wish.args);
			case 'group':
				return session.group(...wish.args);
			case 'days':
				return session.days(...wish.args);
			case 'step':
				return session.step(...wish.args);
			case 'shapes':
				return session.shapes(...wish.args);
			case 'streets':
				return session.streets(...wish.args);
			case 'judge':
				return session.judge(...wish.args);
			case 'parts':
				return session.parts(...wish.args);
		}
	}
}
