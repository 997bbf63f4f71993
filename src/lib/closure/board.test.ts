import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankGroups, type Ranked } from './board-groups.ts';
import { fitPrior, shrunken } from './board-prior.ts';
import { readBoard, shareOf, sortLines, type BoardRow } from './board.ts';
import { overlap, rate, wilson } from './rates.ts';

const percent = (share: number | null, digits: number) =>
	share === null ? '—' : `${(share * 100).toFixed(digits)}`;

let nextId = 0;
function row(due: number, closed: number, more: Partial<BoardRow> = {}): BoardRow {
	nextId += 1;
	return {
		id: nextId,
		name: `街${nextId}`,
		name_en: null,
		length_m: null,
		due,
		closed,
		on_time: closed,
		verified: closed,
		returned: 0,
		open: due - closed,
		overdue: 0,
		suspended_due: 0,
		filed: due,
		window_over: 0,
		recurred: 0,
		by_source: [due],
		received: due,
		median_hours: 3,
		...more
	};
}
const read = (rows: BoardRow[], indicator: Parameters<typeof readBoard>[1] = 'closure') =>
	readBoard({ rows, minimum_sample: 10 }, indicator, 'standard');

describe('天门, December 2016', () => {
	const city = row(972, 911, { on_time: 737 });

	test('closes 93.72 % and 75.82 % on time', () => {
		expect(percent(rate(shareOf(city, 'closure')), 2)).toBe('93.72');
		expect(percent(rate(shareOf(city, 'on_time')), 2)).toBe('75.82');
	});

	test('events 94.35 %, components 56.25 % (33.2–76.9)', () => {
		const [events, components] = read([row(956, 902), row(16, 9)]).lines;
		expect(percent(events!.rate, 2)).toBe('94.35');
		expect(percent(components!.rate, 2)).toBe('56.25');
		expect(percent(components!.interval!.low, 1)).toBe('33.2');
		expect(percent(components!.interval!.high, 1)).toBe('76.9');
	});
});

describe('the Jinhua rule', () => {
	const counts = row(100, 80, { on_time: 70, suspended_due: 12 });

	test('takes approved suspensions out of what on-time closure is measured against', () => {
		expect(shareOf(counts, 'on_time', 'standard')).toEqual({ part: 70, of: 100 });
		expect(shareOf(counts, 'on_time', 'minus_suspended')).toEqual({ part: 70, of: 88 });
	});

	test('changes no other rate', () => {
		for (const indicator of ['closure', 'verified', 'rework'] as const)
			expect(shareOf(counts, indicator, 'minus_suspended')).toEqual(shareOf(counts, indicator));
	});

	test('leaves nothing to measure when all that was due is suspended', () => {
		expect(rate(shareOf(row(4, 0, { suspended_due: 4 }), 'on_time', 'minus_suspended'))).toBeNull();
	});
});

test('nothing due has no rate, too few is not ranked, and neither is 0 %', () => {
	const [none, few, enough] = read([row(0, 0), row(9, 9), row(10, 9)]).lines;
	expect([none!.standing, none!.rate, none!.group]).toEqual(['none', null, null]);
	expect([few!.standing, few!.group]).toEqual(['small', null]);
	expect([enough!.standing, enough!.group]).toEqual(['enough', { group: 1, from: 1, to: 1 }]);
});

describe('groups of ranks', () => {
	const ranked = (part: number, of: number): Ranked => ({
		id: part * 10_000 + of,
		rate: part / of,
		interval: wilson({ part, of })!
	});
	const groupsOf = (rows: Ranked[], isLowBetter = false) => {
		const groups = rankGroups(rows, isLowBetter);
		return rows.map(({ id }) => groups.get(id)!);
	};

	test('do not set 2 of 2 (34.2–100) above 180 of 200 (85.1–93.4)', () => {
		expect(groupsOf([ranked(2, 2), ranked(180, 200)])).toEqual([
			{ group: 1, from: 1, to: 2 },
			{ group: 1, from: 1, to: 2 }
		]);
	});

	//   A  ├───┤                 group 1
	//   B            ├──┤        group 2: clear of A
	//   C          ├────────┤    group 2: overlaps B
	test('part where the intervals do', () => {
		expect(groupsOf([ranked(195, 200), ranked(100, 200), ranked(11, 20)])).toEqual([
			{ group: 1, from: 1, to: 1 },
			{ group: 2, from: 2, to: 3 },
			{ group: 2, from: 2, to: 3 }
		]);
	});

	//   A ├──┤
	//   B      ├──┤       A and B are told apart, but C overlaps both: one group, and the spans say the rest
	//   C ├────────┤
	test('hang together by a chain, with the spans saying who may be before whom', () => {
		expect(groupsOf([ranked(180, 200), ranked(150, 200), ranked(10, 12)])).toEqual([
			{ group: 1, from: 1, to: 2 },
			{ group: 1, from: 2, to: 3 },
			{ group: 1, from: 1, to: 3 }
		]);
	});

	test('of rework begin with the lowest', () => {
		expect(groupsOf([ranked(100, 200), ranked(5, 200)], true).map(({ group }) => group)).toEqual([2, 1]);
	});

	const anyRow = fc
		.tuple(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0, max: 1, noNaN: true }))
		.map(([of, share]) => ({ part: Math.round(of * share), of }));

	test('never part what overlaps, and always part what is clear of everything between', () => {
		fc.assert(
			fc.property(fc.array(anyRow, { minLength: 1, maxLength: 14 }), fc.boolean(), (shares, isLowBetter) => {
				const rows = shares.map(({ part, of }, id) => ({
					id,
					rate: part / of,
					interval: wilson({ part, of })!
				}));
				const groups = rankGroups(rows, isLowBetter);
				for (const a of rows) {
					const mine = groups.get(a.id)!;
					let [better, worse] = [0, 0];
					for (const b of rows) {
						if (overlap(a.interval, b.interval)) {
							expect(groups.get(b.id)!.group).toBe(mine.group);
							continue;
						}
						const isBetter = isLowBetter
							? b.interval.high < a.interval.low
							: b.interval.low > a.interval.high;
						if (isBetter) better += 1;
						else worse += 1;
						expect(Math.sign(groups.get(b.id)!.group - mine.group)).not.toBe(isBetter ? 1 : -1);
					}
					expect([mine.from, mine.to]).toEqual([better + 1, rows.length - worse]);
				}
			})
		);
	});
});

describe('the estimate drawn to the city’s own', () => {
	test('with a prior of mean 0.90 and weight 20: 2 of 2 is 90.9 %, 180 of 200 is 90.0 %', () => {
		const prior = { mean: 0.9, weight: 20 };
		expect(percent(shrunken({ part: 2, of: 2 }, prior), 1)).toBe('90.9');
		expect(percent(shrunken({ part: 180, of: 200 }, prior), 1)).toBe('90.0');
	});

	test('the prior is found again from rows drawn with it', () => {
		// Beta(18, 2) by its quantiles at (i + ½)/400, and of each rate the expected count out of n: no luck involved but
		// the binomial's, added as a spread of ± one standard deviation.
		const shares = betaQuantiles(18, 2, 400).flatMap((p, i) => {
			const of = 20 + (i % 5) * 40;
			const spread = Math.sqrt(of * p * (1 - p));
			return [-1, 1].map((sign) => ({ part: Math.min(of, of * p + sign * spread), of }));
		});
		const prior = fitPrior(shares)!;
		expect(prior.mean).toBeCloseTo(0.9, 2);
		expect(prior.weight).toBeGreaterThan(16);
		expect(prior.weight).toBeLessThan(25);
	});

	test('rows that differ only by chance are drawn almost wholly to the mean', () => {
		const prior = fitPrior(Array.from({ length: 40 }, () => ({ part: 45, of: 50 })))!;
		expect(prior.mean).toBeCloseTo(0.9, 9);
		expect(shrunken({ part: 30, of: 50 }, prior)).toBeGreaterThan(0.89);
	});

	test('too few rows, or rows all at the end of the scale, give no prior', () => {
		expect(
			fitPrior([
				{ part: 1, of: 2 },
				{ part: 2, of: 2 }
			])
		).toBeNull();
		expect(fitPrior(Array.from({ length: 9 }, () => ({ part: 7, of: 7 })))).toBeNull();
		expect(fitPrior(Array.from({ length: 9 }, () => ({ part: 0, of: 0 })))).toBeNull();
	});

	test('lies between the row’s own rate and the mean', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 500 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0.01, max: 0.99, noNaN: true }),
				fc.double({ min: 0.1, max: 500, noNaN: true }),
				(of, share, mean, weight) => {
					const part = Math.round(of * share);
					const drawn = shrunken({ part, of }, { mean, weight });
					const [low, high] = [Math.min(part / of, mean), Math.max(part / of, mean)];
					return drawn >= low - 1e-12 && drawn <= high + 1e-12;
				}
			)
		);
	});
});

/** Quantiles of a beta distribution with whole parameters, by adding up its density. */
function betaQuantiles(a: number, b: number, count: number): number[] {
	const steps = 20_000;
	const density = Array.from({ length: steps }, (_, i) => {
		const x = (i + 0.5) / steps;
		return x ** (a - 1) * (1 - x) ** (b - 1);
	});
	const whole = density.reduce((sum, value) => sum + value, 0);
	const found: number[] = [];
	let below = 0;
	density.forEach((value, i) => {
		below += value / whole;
		while (found.length < count && below >= (found.length + 0.5) / count) found.push((i + 0.5) / steps);
	});
	return found;
}

describe('the order of the lines', () => {
	const collator = new Intl.Collator('zh-CN');
	const lines = () =>
		read([
			row(5, 5, { id: 1 }),
			row(200, 100, { id: 2 }),
			row(0, 0, { id: 3 }),
			row(200, 195, { id: 4 }),
			row(12, 11, { id: 5 })
		]).lines;
	const ids = (...args: Parameters<typeof sortLines>) => sortLines(...args).map(({ id }) => id);

	test('by rate: groups first, then what may not be ranked, most cases first', () => {
		expect(ids(lines(), 'rate', 'closure', collator)).toEqual([4, 5, 2, 1, 3]);
	});

	test('by rework the lowest leads', () => {
		const { lines: rework } = read([row(100, 90, { returned: 40 }), row(100, 90, { returned: 2 })], 'rework');
		expect(sortLines(rework, 'rate', 'rework', collator)[0]!.returned).toBe(2);
	});

	test('by hours: what closed nothing comes last', () => {
		const { lines: hours } = read([
			row(20, 0, { id: 11, median_hours: null }),
			row(20, 20, { id: 12, median_hours: 9 }),
			row(20, 20, { id: 13, median_hours: 2 })
		]);
		expect(ids(hours, 'hours', 'closure', collator)).toEqual([13, 12, 11]);
	});
});
