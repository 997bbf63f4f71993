import { solve, type Challenge, type ProofLevel } from '#lib/reports/proof-of-work.ts';

/** Gets the challenge for one report and does its work, as a phone's outbox does. */
export async function proofFor(
	reportId: string,
	level: ProofLevel,
	post: (path: string, body: unknown) => Promise<{ status: number; body: unknown }>
): Promise<string> {
	const { status, body } = await post('/snap/challenge', { report_id: reportId, level });
	if (status !== 200) throw new Error(`No challenge: ${status} ${JSON.stringify(body)}`);
	return solve(body as Challenge);
}
