import { describe, expect, it } from 'vitest';
import { readDecision } from './decision.ts';

const form = (fields: Record<string, string>) => {
	const data = new FormData();
	for (const [name, value] of Object.entries(fields)) data.set(name, value);
	return data;
};
const id = '0197a000-0000-7000-8000-000000000001';

describe("a decision's form", () => {
	it('becomes what the database is asked', () => {
		expect(
			readDecision(form({ decision: 'decline', reason_code: 'nonsense', note: '重复', request_id: id }))
		).toEqual({
			decision: 'decline',
			case_id: null,
			category: null,
			reason_code: 'nonsense',
			note: '重复',
			request_id: id,
			despite_lease: null
		});
	});

	it('names a case only when it merges, a category only when it files', () => {
		const fields = { case_id: id, category: '0504' };
		expect(readDecision(form({ decision: 'merge', ...fields }))).toMatchObject({
			case_id: id,
			category: null
		});
		expect(readDecision(form({ decision: 'file', ...fields }))).toMatchObject({
			case_id: null,
			category: '0504'
		});
	});

	it.each(['', 'erase', '__proto__'])('that decides nothing we know is none: %j', (decision) => {
		expect(readDecision(form({ decision }))).toBeNull();
	});
});
