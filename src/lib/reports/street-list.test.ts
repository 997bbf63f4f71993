import { describe, expect, it } from 'vitest';
import { findStreets, onlyStreet, type StreetHit } from './street-list.ts';

const street = (id: number, name: string, name_en: string | null): StreetHit => ({
	id,
	name,
	name_en,
	point: { lng: 119.46, lat: 32.79 }
});
const streets = [
	street(1, '金桥路', 'Jinqiao Road'),
	street(2, '金桥北路', 'Jinqiao North Road'),
	street(3, '佳醇路', 'Jiachun Road'),
	street(4, '路', null)
];
const names = (typed: string) => findStreets(streets, typed).map(({ name }) => name);

describe('a typed street', () => {
	it.each([
		['金桥路', ['金桥路']],
		['金桥', ['金桥路', '金桥北路']],
		['jinqiao', ['金桥路', '金桥北路']],
		[' Ｊinqiao  road ', ['金桥路']],
		['金桥路23号门口', ['金桥路']],
		['醇', ['佳醇路']],
		['泰北路', []],
		['', []]
	])('%s may mean %j', (typed, expected) => {
		expect(names(typed)).toEqual(expected);
	});

	it('is chosen by itself when it can mean nothing else', () => {
		expect(onlyStreet(findStreets(streets, 'JINQIAO ROAD'), 'JINQIAO ROAD')?.id).toBe(1);
		expect(onlyStreet(findStreets(streets, '佳醇'), '佳醇')?.id).toBe(3);
		expect(onlyStreet(findStreets(streets, '金桥'), '金桥')).toBeNull();
	});
});
