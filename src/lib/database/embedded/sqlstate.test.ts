import { describe, expect, test } from 'vitest';
import { ExecutorUnavailable, SqlError } from './executor.ts';
import { refusalOf, statusOf } from './sqlstate.ts';

describe('a SQLSTATE has the status PostgREST gives it', () => {
	test.each([
		['42501', true, 401],
		['42501', false, 403],
		['42883', false, 404],
		['42P01', false, 404],
		['42P17', false, 500],
		['23505', false, 409],
		['23503', false, 409],
		['23514', false, 400],
		['22P02', false, 400],
		['25006', false, 405],
		['28000', false, 403],
		['P0001', false, 400],
		['P0002', false, 500],
		['PT404', false, 404],
		['PT422', true, 422],
		['PT999', false, 500],
		['PTabc', false, 500],
		['57014', false, 500],
		['40001', false, 500],
		['53300', false, 503],
		['54000', false, 413],
		['21000', false, 400],
		['08006', false, 503],
		['XX000', false, 500]
	])('%s, without sign-in: %s → %i', (sqlstate, isAnon, status) => {
		expect(statusOf(sqlstate, isAnon)).toBe(status);
	});
});

test('a refused statement is told with its code, message, details and hint', () => {
	const error = new SqlError({ code: 'PT409', message: 'id_taken', detail: '{"id":"x"}' });
	expect(refusalOf(error, false)).toEqual({
		status: 409,
		body: { code: 'PT409', message: 'id_taken', details: '{"id":"x"}', hint: null }
	});
});

test('a database that did not get to answer says when to come back', () => {
	const refusal = refusalOf(new ExecutorUnavailable(503, 'busy', 2, 'The normal lane is full.'), false);
	expect(refusal).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
	expect(refusalOf(new ExecutorUnavailable(504, 'too_slow', 5, ''), true)).toMatchObject({
		status: 504,
		body: { code: '57014' }
	});
});

test('an error of our own is not dressed up as the database’s', () => {
	expect(() => refusalOf(new TypeError('x is not a function'), false)).toThrow(TypeError);
});
