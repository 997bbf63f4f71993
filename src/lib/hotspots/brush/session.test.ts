import { describe, expect, test } from 'vitest';
import type { Ground } from './ground.ts';
import { BrushSession, everything, type Step } from './session.ts';
import type { SpotsPage } from './spots.ts';

/** Twelve streets in a row, 250 m each. */
const ground: Ground = {
	version: 'row',
	segments: Array.from({ length: 12 }, (_, s) => ({
		...{ id: s + 1, street_id: s + 1, name: `路${s}`, name_en: null, length_m: 250 },
		line: [
			[119.4 + s * 0.00267, 32.7],
			[119.4 + (s + 1) * 0.00267, 32.7]
		],
		...{ from_junction: s, to_junction: s + 1 }
	})),
	patrol: { segments: [], hours: [] }
};

interface Told {
	segment: number;
	/** Share of the segment's length. */
	part: number;
	hour: number;
}

function pageOf(told: readonly Told[]): SpotsPage {
	const packed = (bytes: 2 | 4, value: (one: Told) => number) => {
		const buffer = Buffer.alloc(told.length * bytes);
		told.forEach((one, i) =>
			bytes === 4 ? buffer.writeInt32BE(value(one), 4 * i) : buffer.writeUInt16BE(value(one), 2 * i)
		);
		return buffer.toString('base64');
	};
	return {
		...{ taken_at: '2026-11-22T00:00:00Z', origin: [119.4, 32.7], time_zone: 'Asia/Shanghai' },
		...{ seed: 1, false_rate: 0.05, least_count: 3, sources: ['citizen'] },
		categories: [{ code: '0501', parent: null, name: '游商', name_en: null }],
		...{ n: told.length, next: null },
		lng: packed(4, ({ segment, part }) => Math.round((segment - 1 + part) * 2670)),
		lat: packed(4, () => 0),
		hour: packed(4, ({ hour }) => hour),
		segment: packed(4, ({ segment }) => segment),
		category: packed(2, () => 0),
		flags: packed(2, () => 0)
	};
}

const firstHour = 48 + 168 * 1000;
/** Three reports a week on each street but the last, never twice on one spot. */
const scattered = (weeks: number): Told[] =>
	Array.from({ length: weeks * 33 }, (_, i) => ({
		segment: 1 + (i % 11),
		part: 0.05 + 0.9 * ((i * 0.618) % 1),
		hour: firstHour + Math.floor((i / 33) * 168)
	}));

describe('a forecast', () => {
	test('sends nobody to the place a system writes when it knows none', () => {
		const nowhere = Array.from({ length: 20 * 50 }, (_, i) => ({
			...{ segment: 12, part: 0.5 },
			hour: firstHour + Math.floor((i * 168) / 50)
		}));
		const weeks = 20;
		const session = new BrushSession(ground, [pageOf([...scattered(weeks + 1), ...nowhere])]);
		expect(session.doubts()[0]).toMatchObject({ reason: 'default_place', count: 1000 });
		const all = { days: [0, 1, 2, 3, 4, 5, 6], slots: Array.from({ length: 12 }, (_, slot) => slot) };
		const forecasted = session.expect({ ...all, categories: null, share: 0.1 });
		if ('tooShort' in forecasted) throw new Error('There are enough weeks.');
		expect(forecasted.best.map(({ segment }) => segment)).not.toContain(11);
		expect(forecasted.city.mean).toBeLessThan(45);
		expect(forecasted.reports).toBeLessThanOrEqual(33 * weeks);
	});
});

describe('groups', () => {
	test('of very many reports are made in one pass over them', () => {
		const many = Array.from({ length: 150_000 }, (_, i) => ({
			...{ segment: 1 + (i % 12), part: ((i * 7) % 100) / 100 },
			hour: firstHour + Math.floor(i / 200)
		}));
		const session = new BrushSession(ground, [pageOf(many)]);
		const step: Step = {
			...{ view: 'groups', radius: 150, exposure: 'street', hasDoubtful: true },
			asked: { from: firstHour, to: firstHour + 1000, sieve: everything }
		};
		const begun = performance.now();
		expect(session.group(step)!.groups.map(({ count }) => count)).toEqual([150_000]);
		expect(performance.now() - begun).toBeLessThan(4000);
	});
});
