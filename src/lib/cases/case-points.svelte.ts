import type { CaseRow, TrafficLight } from './case.ts';
import { writeFilters, type Filters } from './filters.ts';

/** A case on the map. */
export interface Dot {
	id: string;
	lng: number;
	lat: number;
	light: TrafficLight | null;
}

/** The map is asked for again at most this often while the list changes. */
const readEvery = 10_000;

export const dotOf = ({ id, lng, lat, traffic_light: light }: CaseRow): Dot => ({ id, lng, lat, light });

/** The whole list of cases as dots, by the same filter; until they are there the map shows the page that is open. */
export class CasePoints {
	#key = $state.raw('');
	#dots = $state.raw<Dot[]>([]);
	#isMore = $state.raw(false);
	#asked = '';
	#askedAt = 0;

	of(filters: Filters): Dot[] | null {
		return this.#key !== '' && this.#key === keyOf(filters) ? this.#dots : null;
	}

	/** There are more cases than the map shows. */
	isMore(filters: Filters): boolean {
		return this.of(filters) !== null && this.#isMore;
	}

	/** Reads the dots when the filter is another, or when the list was read again a while after them. */
	follow(filters: Filters, listReadAt: number, isShown: boolean): void {
		const key = keyOf(filters);
		if (!isShown || key === '') return;
		if (key === this.#asked && listReadAt - this.#askedAt < readEvery) return;
		this.#asked = key;
		this.#askedAt = Math.max(listReadAt, Date.now());
		// The list beside it says what is wrong when nobody answers; the map keeps what it shows.
		void this.#read(key).catch(() => (this.#asked = ''));
	}

	async #read(key: string): Promise<void> {
		const response = await fetch(`/desk/points?${key}`, { headers: { accept: 'application/json' } });
		if (!response.ok) throw new Error(`The map's points answered ${response.status}.`);
		const { points, is_more } = (await response.json()) as {
			is_more: boolean;
			points: [string, number, number, string, TrafficLight | null][];
		};
		if (key !== this.#asked) return;
		this.#dots = points.map(([id, lng, lat, , light]) => ({ id, lng, lat, light }));
		this.#isMore = is_more;
		this.#key = key;
	}
}

/** Which dots these are: of all pages of the list alike. */
function keyOf(filters: Filters): string {
	if (filters.list !== 'cases') return '';
	return writeFilters({ ...filters, cases: { ...filters.cases, after: null } });
}
