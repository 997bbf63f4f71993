/** What a step found. A step that could not run at all is one failure, never silence. */
export interface Counts {
	passed: number;
	failed: number;
	skipped: number;
}

export const none = (): Counts => ({ passed: 0, failed: 0, skipped: 0 });
export const one = (outcome: keyof Counts): Counts => ({ ...none(), [outcome]: 1 });

export function sum(...all: Counts[]): Counts {
	const total = none();
	for (const counts of all) {
		total.passed += counts.passed;
		total.failed += counts.failed;
		total.skipped += counts.skipped;
	}
	return total;
}

export function lineOf({ passed, failed, skipped }: Counts): string {
	return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

interface VitestReport {
	success: boolean;
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	testResults: {
		name: string;
		status: string;
		assertionResults: { status: string; fullName: string }[];
	}[];
}

/** The names of the tests that failed, behind their file's; a file that broke before its first test stands for itself. */
export function failedTests({ testResults }: Pick<VitestReport, 'testResults'>): string[] {
	return testResults.flatMap(({ name, status, assertionResults }) => {
		const failed = assertionResults.filter((test) => test.status === 'failed');
		if (status === 'failed' && assertionResults.length === 0) return [name];
		return failed.map(({ fullName }) => `${name} › ${fullName}`);
	});
}

/** A file that broke before its first test, or an error outside any test, counts as a failure. */
export function countVitest(report: VitestReport, exitCode: number): Counts {
	const broken = report.testResults.filter(
		({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0
	).length;
	const failed = report.numFailedTests + broken;
	return {
		passed: report.numPassedTests,
		failed: failed === 0 && exitCode !== 0 ? 1 : failed,
		skipped: report.numPendingTests + report.numTodoTests
	};
}

/** The lines of `pg_prove --verbose`. A file that stopped before its plan was done has no line of its own for that. */
export function countTap(output: string, exitCode: number): Counts {
	const counts = none();
	for (const line of output.split('\n')) {
		const found = /^(not )?ok \d+(.*)$/.exec(line);
		if (!found) continue;
		if (/# skip/i.test(found[2]!)) counts.skipped += 1;
		else if (!found[1]) counts.passed += 1;
		else if (!/# todo/i.test(found[2]!)) counts.failed += 1;
	}
	if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
	return counts;
}
