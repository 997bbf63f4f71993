import { describe, expect, it } from 'vitest';
import { onlyCategory } from './call.ts';

const categories = [
	{ code: '0551', name: '占道洗车', name_en: 'Car wash on the pavement' },
	{ code: '0505', name: '机动车乱停放', name_en: 'Badly parked motor vehicle' },
	{ code: '0506', name: '非机动车乱停放', name_en: 'Badly parked bicycle' }
];

describe('the category a call-taker means', () => {
	it.each([
		['0551', '0551'],
		['洗车', '0551'],
		['CAR WASH', '0551'],
		['机动车乱停放', '0505'],
		['非机动', '0506'],
		['乱停放', null],
		['', null],
		['电台', null]
	])('%j is %j', (typed, code) => {
		expect(onlyCategory(categories, typed)?.code ?? null).toBe(code);
	});
});
