import { expect, test } from 'vitest';
import { countTap, countVitest, failedTests, lineOf, sum } from './counts.ts';

const report = (parts: Partial<Parameters<typeof countVitest>[0]>) => ({
	success: true,
	numPassedTests: 0,
	numFailedTests: 0,
	numPendingTests: 0,
	numTodoTests: 0,
	testResults: [],
	...parts
});

test('a run of vitest counts its tests', () => {
	const counts = countVitest(report({ numPassedTests: 3, numFailedTests: 1, numPendingTests: 2 }), 1);
	expect(counts).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test('failed tests are named', () => {
	const assertionResults = [
		{ status: 'passed', fullName: 'one' },
		{ status: 'failed', fullName: 'two' }
	];
	expect(failedTests({ testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults }] })).toEqual([
		'a.test.ts › two'
	]);
});

test('a file that breaks before its first test is a failure', () => {
	const testResults = [{ name: 'broken.test.ts', status: 'failed', assertionResults: [] }];
	expect(failedTests({ testResults })).toEqual(['broken.test.ts']);
	expect(countVitest(report({ numPassedTests: 3, testResults }), 1)).toEqual({
		passed: 3,
		failed: 1,
		skipped: 0
	});
});

test('a run that ends unhappily without a failed test is a failure', () => {
	expect(countVitest(report({ numPassedTests: 3 }), 1).failed).toBe(1);
	expect(countTap('ok 1 - a\nok 2 - b\n', 1)).toEqual({ passed: 2, failed: 1, skipped: 0 });
});

test('pgTAP’s lines are counted, whatever stands between them', () => {
	const output = [
		'supabase/tests/reports.sql ..',
		'1..5',
		'ok 1 - a report is numbered',
		'not ok 2 - it is snapped',
		'# Failed test 2: "it is snapped"',
		'ok 3 # SKIP no street here',
		'not ok 4 - later # TODO with the next issue',
		'    ok 1 - inside a subtest',
		'ok 5 - not ok is only a name'
	].join('\n');
	expect(countTap(output, 1)).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

test('the line at the end adds everything up', () => {
	const total = sum({ passed: 2, failed: 0, skipped: 1 }, { passed: 3, failed: 1, skipped: 0 });
	expect(lineOf(total)).toBe('5 passed, 1 failed, 1 skipped');
});
