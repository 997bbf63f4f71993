import { describe, expect, it } from 'vitest';
import { ApiProblem } from '#lib/database/problem.ts';
import { refusalOf } from './refusal.ts';

const sentence = (code: string, detail = {}, locale: 'zh-CN' | 'en' = 'en') =>
	refusalOf(new ApiProblem(422, code, detail), 'move:close', {}, locale).sentence;

describe('a refusal on its way back to the form', () => {
	it('keeps what was typed and names the field', () => {
		const problem = new ApiProblem(422, 'note_needed', { field: 'note' });
		expect(refusalOf(problem, 'move:close', { note: '', without_proof: 'yes' }, 'en')).toMatchObject({
			about: 'move:close',
			code: 'note_needed',
			field: 'note',
			typed: { without_proof: 'yes' }
		});
	});

	it.each([
		'role_needed',
		'not_your_unit',
		'handled_it',
		'dispatched_it',
		'verified_it',
		'case_changed',
		'case_not_open',
		'not_allowed_now',
		'reason_needed',
		'permitted_line_reason_needed',
		'note_needed',
		'unit_needed',
		'review_date_needed',
		'proof_needed',
		'photo_missing',
		'not_found'
	])('has a sentence of its own in both languages: %s', (code) => {
		expect(sentence(code)).toMatch(/^[A-Z].*\.$/s);
		expect(sentence(code, {}, 'zh-CN')).toMatch(/。$/);
		expect(sentence(code)).not.toContain('_');
	});

	it('says what is wrong with the photos there are', () => {
		const text = sentence('proof_needed', { faults: ['taken_too_far_away', 'taken_before_handling'] });
		expect(text).toContain('too far from the case');
		expect(text).toContain('before handling began');
	});

	it('still says something when the code is new', () => {
		expect(sentence('code_of_tomorrow').length).toBeGreaterThan(10);
	});
});
