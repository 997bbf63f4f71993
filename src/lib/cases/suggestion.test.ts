import { describe, expect, it } from 'vitest';
import type { Suggestion } from './case.ts';
import { runnerUpText, suggestionReason } from './suggestion.ts';

const suggestion = (more: Partial<Suggestion> = {}): Suggestion => ({
	unit_id: 1,
	unit: '城管一中队',
	unit_en: 'Team 1',
	area_id: 5,
	area: '金桥网格',
	area_en: 'Jinqiao grid',
	rule: 'duty_area',
	border_m: 12.4,
	runner_up: null,
	ambiguous: false,
	...more
});

describe('why a unit is suggested', () => {
	it('names the duty area that holds the place and who answers for it', () => {
		expect(suggestionReason(suggestion(), 'en')).toContain('Jinqiao grid, which Team 1');
		expect(suggestionReason(suggestion(), 'zh-CN')).toContain('金桥网格');
	});

	it("names the category's usual unit where no duty area holds the place", () => {
		const text = suggestionReason(suggestion({ rule: 'category_default', area: null, area_en: null }), 'en');
		expect(text).toContain('by its category it goes to Team 1');
	});

	it('says when there is none', () => {
		expect(suggestionReason(suggestion({ rule: 'none', unit: null, unit_id: null }), 'en')).toMatch(
			/^No suggestion/
		);
	});

	it('names the next area and how far it is', () => {
		const runner_up = {
			area_id: 6,
			area: '泰北网格',
			area_en: 'Taibei grid',
			unit_id: 2,
			unit: '城管二中队',
			unit_en: 'Team 2',
			border_m: 17.8
		};
		expect(runnerUpText(suggestion({ runner_up }), 'en')).toBe('Next: Team 2 (Taibei grid, 18 m away)');
		expect(runnerUpText(suggestion(), 'en')).toBeNull();
	});
});
