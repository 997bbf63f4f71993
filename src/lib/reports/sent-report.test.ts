import { describe, expect, it } from 'vitest';
import { parseChallengeRequest, parseSentReport } from './sent-report.ts';

const sent = { report: {}, sent_at: '1970-01-01T08:00:00+08:00', as: 'citizen' };
const errorsOf = (input: unknown) => {
	const parsed = parseSentReport(input);
	return parsed.ok ? [] : parsed.errors;
};

describe('a report as the form sends it', () => {
	it('is read, whatever day the phone believes it is', () => {
		const value = { ...sent, sent_at: '1970-01-01T00:00:00.000Z' };
		expect(parseSentReport(sent)).toEqual({ ok: true, value });
	});

	it('names the member of staff in whose name it goes', () => {
		const as = { staff: '01990000-0000-4000-8000-000000000001' };
		expect(parseSentReport({ ...sent, as })).toMatchObject({ ok: true, value: { as } });
	});

	it('may bring a proof, or say that it has none', () => {
		expect(errorsOf({ ...sent, proof: 'e30=' })).toEqual([]);
		expect(errorsOf({ ...sent, proof: null })).toEqual([]);
	});

	it.each<[string, Record<string, unknown>, string, string]>([
		['a field it has not', { source: 'hotline' }, '/source', 'unknown_field'],
		['no time of sending', { sent_at: undefined }, '/sent_at', 'field_missing'],
		['a time without offset', { sent_at: '2026-06-01T12:00:00' }, '/sent_at', 'bad_time'],
		['a name that is not its own', { as: 'import' }, '/as', 'bad_value'],
		['a member of staff that is no id', { as: { staff: '7' } }, '/as/staff', 'bad_value'],
		['a proof that is a novel', { proof: 'A'.repeat(9000) }, '/proof', 'too_long'],
		['a proof that is no text', { proof: {} }, '/proof', 'not_text']
	])('is refused with %s', (_, change, pointer, code) => {
		const entries = Object.entries({ ...sent, ...change }).filter(([, value]) => value !== undefined);
		expect(errorsOf(Object.fromEntries(entries))).toEqual([{ pointer, code }]);
	});

	it.each([[null], ['text'], [7]])('is refused when it is %j', (input) => {
		expect(errorsOf(input)).toEqual([{ pointer: '', code: 'not_an_object' }]);
	});
});

describe('the question for work', () => {
	const id = '019F0000-0000-7000-8000-000000000001';

	it('names the report and the level', () => {
		const value = { report_id: id.toLowerCase(), level: 2 };
		expect(parseChallengeRequest({ report_id: id, level: 2 })).toEqual({ ok: true, value });
	});

	it.each([
		{ report_id: 'x', level: 1 },
		{ report_id: id, level: 0 },
		{ report_id: id, level: 3 },
		{ report_id: id }
	])('is refused as %o', (input) => {
		expect(parseChallengeRequest(input).ok).toBe(false);
	});
});
