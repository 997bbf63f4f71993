import { fail, redirect } from '@sveltejs/kit';
import { readCity } from '#lib/cases/cases.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { staffClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { countWaiting, judge, readJudgement, readWaiting } from '#lib/evidence/covers.server.ts';
import { readCovers, type Cover, type Verdict } from '#lib/evidence/covers.ts';
import type { JudgedPhoto, PhotoJudgement } from '#lib/evidence/judging.ts';
import { photoForStaff } from '#lib/evidence/photos.server.ts';
import { forgetOlder } from '#lib/evidence/published.server.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { requireStaff, safeNext } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import { errorFacts, log } from '#server/log.ts';
import { isSha256, photoJudges } from './judges.ts';
import type { Refused } from './photo-queue.svelte.ts';
import type { Actions, PageServerLoad } from './$types';

const listedAtOnce = 60;
const furthest = 140;

export const load: PageServerLoad = async (event) => {
	const staff = requireStaff(event, photoJudges);
	const { accessToken } = staff;
	// A data officer judges photos and reads no cases.
	const readsCases = hasRole(staff, 'registrar', 'dispatcher', 'closer');
	event.depends('kerbside:photos');
	const { searchParams } = event.url;
	const named = searchParams.get('photo');
	const backHref = safeNext(searchParams.get('back'), readsCases ? '/desk' : '/admin');
	return reading(event.locals.language, async () => {
		if (named === null) {
			// Without scripts the way to the next photo is an address; with them it is a key.
			const skipped = Math.min(Math.max(Number(searchParams.get('skip')) || 0, 0), furthest);
			const [{ total, photos }, { time_zone: timeZone }] = await Promise.all([
				readWaiting(accessToken, listedAtOnce + skipped),
				readCity()
			]);
			const list = { total, photos: photos.slice(skipped) };
			return { isFull: true, list, skipped, named: null, backHref, readsCases, timeZone };
		}
		if (!isSha256(named)) throw new ApiProblem(404, 'not_found');
		const [judgement, total, { time_zone: timeZone }] = await Promise.all([
			readJudgement(accessToken, named),
			countWaiting(accessToken),
			readCity()
		]);
		const list: { total: number; photos: JudgedPhoto[] } = { total, photos: [judgement] };
		return { isFull: true, list, skipped: 0, named: judgement, backHref, readsCases, timeZone };
	});
};

const verdicts: readonly Verdict[] = ['covered', 'cleared', 'withheld', 'reopened'];

export const actions: Actions = {
	judge: async (event) => {
		const { accessToken } = requireStaff(event, photoJudges);
		const { language, requestId } = event.locals;
		let sha256 = '';
		let isTaken = false;
		try {
			const said = readVerdict(await readForm(event.request));
			({ sha256 } = said);
			// Nothing becomes public that cannot be looked at.
			if (said.verdict === 'covered' || said.verdict === 'cleared') {
				await photoForStaff(staffClient(accessToken), sha256, 'derivative', 'small');
			}
			const judged = await judge(accessToken, sha256, said.verdict, said.covers, said.revision);
			isTaken = true;
			// What was published before has lost its address; its bytes go as well, now or with the next judgement.
			await forgetOlder(sha256, judged.revision).catch((problem: unknown) =>
				log.warn('published_kept', { id: requestId, ...errorFacts(problem) })
			);
			if (event.request.headers.has('x-sveltekit-action')) return { judged };
		} catch (problem) {
			if (!(problem instanceof ApiProblem) || isTaken) throw problem;
			const { code, detail, status } = problem;
			const newer = code === 'judged_meanwhile' ? await newest(accessToken, sha256) : null;
			const refused: Refused = {
				problem: { sha256, code, sentence: problemSentence(code, language, detail) },
				newer
			};
			return fail(status, refused);
		}
		// Without scripts: the page again, with the next photo.
		const again = new URLSearchParams([...event.url.searchParams].filter(([name]) => !name.startsWith('/')));
		redirect(303, again.size > 0 ? `/desk/photos?${again}` : '/desk/photos');
	}
};

function readVerdict(form: FormData) {
	const sha256 = form.get('sha256');
	const verdict = verdicts.find((one) => one === form.get('verdict'));
	const revision = Number(form.get('revision'));
	if (typeof sha256 !== 'string' || !isSha256(sha256)) throw new ApiProblem(404, 'not_found');
	if (!verdict) throw new ApiProblem(422, 'unknown_verdict', { field: 'verdict' });
	if (!Number.isSafeInteger(revision) || revision < 0 || form.get('revision') === '')
		throw new ApiProblem(422, 'bad_request');
	const covers = verdict === 'cleared' ? ([] as Cover[]) : readCovers(form.get('covers') ?? '[]');
	if (!covers) throw new ApiProblem(422, 'bad_covers', { field: 'covers' });
	return { sha256, verdict, revision, covers };
}

/** How the photo stands now, for somebody who was not first; null when not even that can be read. */
async function newest(accessToken: string, sha256: string): Promise<PhotoJudgement | null> {
	try {
		return await readJudgement(accessToken, sha256);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		return null;
	}
}
