// What a file does not hold, as far as it can be seen from the file: months without a word of what is otherwise frequent,
// and numbers that were given out but are not in it.

export interface MonthGap {
	value: string;
	/** yyyy-mm. */
	month: string;
	/** Rows that the other months would lead to expect there. */
	expected: number;
}

/** Under this many expected rows an empty month is chance. */
const leastExpected = 15;

/** Counts rows by month and by a word of each (a category, a unit, a source). */
export class Months {
	readonly #all = new Map<string, number>();
	readonly #by = new Map<string, Map<string, number>>();

	add(month: string, value: string): void {
		this.#all.set(month, (this.#all.get(month) ?? 0) + 1);
		if (value === '') return;
		let counts = this.#by.get(value);
		if (!counts) this.#by.set(value, (counts = new Map()));
		counts.set(month, (counts.get(month) ?? 0) + 1);
	}

	/** Whole months, the first and the last left out: a file may begin and end within one. */
	#whole(): string[] {
		const months = [...this.#all.keys()].sort();
		const [first, last] = [months[0], months.at(-1)];
		if (!first || !last) return [];
		const whole: string[] = [];
		for (let month = first; month <= last; month = after(month)) whole.push(month);
		return whole.slice(1, -1);
	}

	/** Months in the middle of the file with no row at all. */
	empty(): string[] {
		return this.#whole().filter((month) => !this.#all.has(month));
	}

	/** Months in which something that is otherwise frequent is missing, though the file has rows of other kinds. */
	gaps(): MonthGap[] {
		const whole = this.#whole().filter((month) => this.#all.has(month));
		if (whole.length < 4) return [];
		const gaps: MonthGap[] = [];
		for (const [value, counts] of this.#by) {
			// The median of the months, so that a season does not make its opposite a gap.
			const usual = whole.map((month) => counts.get(month) ?? 0).sort((a, b) => a - b)[
				Math.floor(whole.length / 2)
			]!;
			if (usual < leastExpected) continue;
			for (const month of whole) if (!counts.has(month)) gaps.push({ value, month, expected: usual });
		}
		return gaps.sort((a, b) => b.expected - a.expected);
	}
}

function after(month: string): string {
	const [year, number] = month.split('-').map(Number) as [number, number];
	return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** Numbers given out one after another, of which the file holds only some: how many it should hold. */
export class Numbering {
	#first = Infinity;
	#last = -Infinity;
	#seen = 0;
	#others = 0;

	add(key: string): void {
		const number = /^\d{1,15}$/.test(key) ? Number(key) : NaN;
		if (Number.isNaN(number)) {
			this.#others += 1;
			return;
		}
		this.#seen += 1;
		this.#first = Math.min(this.#first, number);
		this.#last = Math.max(this.#last, number);
	}

	/** Null when the keys are no running numbers: words among them, or a span far wider than the rows. */
	missing(): { first: number; last: number; given: number; missing: number } | null {
		if (this.#others > 0 || this.#seen < 100) return null;
		const given = this.#last - this.#first + 1;
		const missing = given - this.#seen;
		if (given > this.#seen * 10 || missing < given * 0.1) return null;
		return { first: this.#first, last: this.#last, given, missing };
	}
}
