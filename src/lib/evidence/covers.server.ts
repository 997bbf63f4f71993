// Judging photos: which ones wait, what was said about one, and saying it. Every call runs as the person asking; the
// database knows who may judge, and keeps the history.
import { call, staffClient } from '#lib/database/client.server.ts';
import { once } from '#lib/database/once.ts';
import type { Cover, Verdict } from './covers.ts';
import type { Judged, PhotoJudgement, WaitingPhotos } from './judging.ts';

export function readWaiting(accessToken: string, maxRows: number): Promise<WaitingPhotos> {
	return call(staffClient(accessToken), 'photos_to_judge', { max_rows: maxRows }, { isRead: true });
}

// The same number for everybody who may judge, and every page of the desk shows it.
const counted = once<number>(10_000);

/** How many photos wait, give or take ten seconds. Only for those who may judge. */
export function countWaiting(accessToken: string): Promise<number> {
	return counted('waiting', async () => (await readWaiting(accessToken, 1)).total);
}

export function readJudgement(accessToken: string, sha256: string): Promise<PhotoJudgement> {
	return call(staffClient(accessToken), 'photo_judgement', { sha256 }, { isRead: true });
}

/** Says it. 409 `judged_meanwhile` when somebody else has, since `revision`. */
export async function judge(
	accessToken: string,
	sha256: string,
	verdict: Verdict,
	covers: readonly Cover[],
	revision: number
): Promise<Judged> {
	const judged = await call<Judged>(staffClient(accessToken), 'judge_photo', {
		sha256,
		verdict,
		covers,
		revision
	});
	counted.forgetAll();
	return judged;
}
