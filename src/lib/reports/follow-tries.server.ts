// Six digits can be guessed by whoever may try often enough. Every look is one of an address' tries; a wrong PIN makes
// each further try for its code, from wherever it comes, one of a few. Whoever knows the PIN is not counted against it.
import type { Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { takeFollowAttempt, takeToken } from './admission.server.ts';

/** Who wants to know: what they typed, and where they speak from. */
export interface Asker {
	code: string;
	pin: string;
	address: string;
}

interface Suspect {
	/** Tries under way just now. */
	open: number;
	failedAt: number;
}

/** Codes somebody failed at lately, or is trying just now: there, the next try costs. One free try each at most. */
const suspects = new Map<string, Suspect>();
const MOST = 20_000;
const REMEMBER_MS = 6 * 3_600_000;

export async function guarding<Answer>(
	address: string,
	codeHash: string,
	home: Home,
	work: () => Promise<Answer>
): Promise<Answer> {
	const suspect = suspects.get(codeHash) ?? { open: 0, failedAt: -Infinity };
	const isSuspect = suspect.open > 0 || Date.now() - suspect.failedAt < REMEMBER_MS;
	suspect.open += 1;
	suspects.set(codeHash, suspect);
	if (suspects.size > MOST) suspects.delete(suspects.keys().next().value as string);
	try {
		if (isSuspect) await takeFollowAttempt(address, codeHash, home);
		else await takeToken('follow', address, home);
		return await work();
	} catch (error) {
		if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
		suspect.failedAt = Date.now();
		throw new ApiProblem(404, 'code_or_pin_wrong');
	} finally {
		suspect.open -= 1;
		if (suspect.open === 0 && suspect.failedAt === -Infinity) suspects.delete(codeHash);
	}
}
