import { describe, expect, test } from 'vitest';
import type * as Problem from './problem.ts';
import { ApiProblem, problemFromRest } from './problem.ts';

describe('what the database answered becomes a word and a status', () => {
	const refused = { code: 'PT422', message: 'outside_city', details: '{"hint":"swapped"}' };
	test.each([
		['a refusal raised on purpose keeps its word', 422, refused, 422, 'outside_city'],
		[
			'a refusal whose word is a sentence gets a general one',
			409,
			{ code: 'PT409', message: 'Row 7 of A' },
			409,
			'refused'
		],
		['a missing privilege without sign-in asks for one', 401, { code: '42501' }, 401, 'sign_in_needed'],
		['a missing privilege after sign-in is a refusal', 403, { code: '42501' }, 403, 'not_allowed'],
		[
			'an expired token asks to sign in',
			401,
			{ code: 'PGRST301', message: 'JWT expired' },
			401,
			'sign_in_needed'
		],
		['an unreadable value is the sender’s', 400, { code: '22P02' }, 422, 'bad_value'],
		['an unknown function is not found', 404, { code: 'PGRST202' }, 404, 'not_found'],
		['a duplicate is a conflict', 409, { code: '23505' }, 409, 'conflict'],
		['a call cut off for its length is too slow', 504, { code: '57014' }, 504, 'too_slow'],
		['a full queue is busy', 503, { code: '53300' }, 503, 'busy'],
		['an answer that never came is unreachable', 0, { message: 'fetch failed' }, 503, 'unreachable'],
		['a gateway with nothing behind it is unreachable', 502, { message: 'upstream' }, 503, 'unreachable'],
		['a server that was shut down is unreachable', 500, { code: '57P01' }, 503, 'unreachable'],
		[
			'of two calls that met, the one that gave way may come again',
			500,
			{ code: '40P01' },
			503,
			'unreachable'
		],
		['anything else is ours', 500, { code: 'XX000', message: 'secret_table' }, 500, 'internal']
	])('%s', (_, status, body, expected, code) => {
		expect(problemFromRest(status, body)).toMatchObject({ status: expected, code });
	});

	test('with the facts the refusal carries', () => {
		expect(problemFromRest(422, refused).detail).toEqual({ hint: 'swapped' });
	});

	test('and with the seconds to wait', () => {
		expect(problemFromRest(503, { code: '53300', hint: 'Retry after 7 seconds.' }).detail).toEqual({
			retry_after: 7
		});
	});
});

test('a problem of the bundled pages is one for the code that runs from source, and an ordinary error is not', async () => {
	const copy = (await import('./problem.ts?copy' as './problem.ts')) as typeof Problem;
	expect(copy.ApiProblem).not.toBe(ApiProblem);
	expect(new copy.ApiProblem(409, 'id_taken')).toBeInstanceOf(ApiProblem);
	expect(new Error('id_taken')).not.toBeInstanceOf(ApiProblem);
});
