import { expect, it } from 'vitest';
import { refusal, type IntakeCity } from './intake-rules.ts';
import type { Report } from './report.ts';

const city = {
	bbox: [119.44, 32.77, 119.48, 32.8],
	categories: [{ code: '0551', parent: '05', is_leaf: true }]
} as unknown as IntakeCity;
const at = (lng: number, lat: number) =>
	refusal({ category: '0551', lng, lat } as unknown as Report, city)?.code;

it('takes a kerb at the edge of the city, as far out as a street would still be found', () => {
	expect(at(119.48, 32.79)).toBeUndefined();
	expect(at(119.4805, 32.79)).toBeUndefined();
	expect(at(119.46, 32.8015)).toBeUndefined();
});

it('refuses what lies further out, and says when the axes are swapped', () => {
	expect(at(119.4825, 32.79)).toBe('outside_city');
	expect(at(32.79, 119.46)).toBe('coordinates_swapped');
});
