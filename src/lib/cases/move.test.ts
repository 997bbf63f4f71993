import { describe, expect, it } from 'vitest';
import { fieldsOf, isMove, moves, readFix, readMove, whyNot } from './move.ts';

const zone = 'Asia/Shanghai';
const form = (fields: Record<string, string>) => {
	const data = new FormData();
	for (const [name, value] of Object.entries(fields)) data.set(name, value);
	return data;
};

describe("a move's form", () => {
	it('becomes what the database is asked', () => {
		const fields = {
			move: 'dispatch',
			expected_version: '3',
			unit_id: '7',
			area_id: '12',
			note: '  请尽快处理  ',
			request_id: '0197a000-0000-7000-8000-000000000001'
		};
		expect(readMove(form(fields), zone)).toEqual({
			move: 'dispatch',
			expected_version: 3,
			details: { unit_id: 7, area_id: 12 },
			reason_code: null,
			note: '请尽快处理',
			request_id: '0197a000-0000-7000-8000-000000000001'
		});
	});

	it.each([{}, { move: '' }, { move: 'delete' }, { move: 'constructor' }])(
		'that names no move is none: %j',
		(fields) => {
			expect(readMove(form(fields as Record<string, string>), zone)).toBeNull();
		}
	);

	it('reads a review date as the morning of that day in the city', () => {
		const request = readMove(form({ move: 'suspend', review_at: '2026-04-20' }), zone);
		expect(request?.details.review_at).toBe('2026-04-20T01:00:00.000Z');
	});

	it.each(['20 April', '2026-02-31', '2026-13-01'])(
		'leaves a date that is none for the database to refuse: %s',
		(text) => {
			expect(readMove(form({ move: 'suspend', review_at: text }), zone)?.details.review_at).toBe('');
		}
	);

	it('takes closing without proof only from the box that says so', () => {
		expect(readMove(form({ move: 'close' }), zone)?.details).toEqual({});
		expect(readMove(form({ move: 'close', without_proof: 'yes' }), zone)?.details).toEqual({
			without_proof: true
		});
	});

	it.each(['-1', '1e9', '7; drop', ' ', '٣'])('reads no number where there is none: %j', (text) => {
		expect(readMove(form({ move: 'dispatch', unit_id: text }), zone)?.details).toEqual({});
	});

	it('takes a fix only when it is whole', () => {
		expect(readFix(form({ lng: '119.95', lat: '32.17', accuracy_m: '8' }))).toEqual({
			lng: 119.95,
			lat: 32.17,
			accuracy_m: 8
		});
		expect(readFix(form({ lng: '119.95' }))).toBeNull();
		expect(readFix(form({ lng: 'NaN', lat: '32.17' }))).toBeNull();
	});
});

describe('the fields of a move', () => {
	it.each([
		['dispatch', ['unit'], false, ['unit', 'note']],
		['redispatch', ['unit', 'reason'], true, ['unit', 'reason', 'note']],
		['suspend', ['reason', 'review_at'], true, ['reason', 'review_at', 'note']],
		['close', ['proof'], true, ['reason', 'proof', 'note']],
		['begin', [], false, ['note']]
	] as const)('%s', (move, needs, hasReasons, expected) => {
		expect(fieldsOf(move, needs, hasReasons)).toEqual(expected);
	});
});

it('knows the moves by name', () => {
	expect(moves.every(isMove)).toBe(true);
	expect(isMove('toString')).toBe(false);
});

it('says something about every refusal, known or not', () => {
	expect(whyNot(null)).toBe('');
	const known = whyNot('handled_it');
	expect(known.length).toBeGreaterThan(5);
	expect(whyNot('something_new').length).toBeGreaterThan(3);
	expect(whyNot('something_new')).not.toBe(known);
});
