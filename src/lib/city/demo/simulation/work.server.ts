// One step on one case at a time, by whoever may take it: decide, dispatch, begin, finish, verify.
import { createHash } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { keepOriginal } from '#lib/evidence/photos.server.ts';
import { simulatedText } from './citizens.server.ts';
import type { Hands } from './hands.server.ts';
import { qualityOf } from '../history/qualities.ts';
import { drawDemoPhotos, judgeDemoPhoto } from '../photos.server.ts';

interface InboxRow {
	id: string;
	description: string;
	recorded_at: string;
	possible_duplicates: number;
	lease: unknown;
}

interface CaseRow {
	id: string;
	status: string;
	unit: string | null;
	lng: number;
	lat: number;
	handling_at: string | null;
	due_at: string | null;
	has_proof?: boolean;
	reports?: { id: string | null; description: string | null }[];
}

/** What was done, for the log and the tests; null when nothing was to be done. */
export type Step =
	'decided' | 'judged' | 'dispatched' | 'begun' | 'finished' | 'returned' | 'closed' | 'answered' | null;

/** A simulated report is looked at after so long, so that a wall shows it waiting. */
const notBefore = 15_000;
const day = 86_400_000;

/** So many photos may wait at the desk before the town's own registrar looks at one. */
const photosMayWait = 8;

/** Covers or clears a photo of the simulation, so that what waits at the desk does not grow while nobody sits there. */
export async function judgeOne(hands: Hands): Promise<Step> {
	const registrar = await hands.of('registrar');
	const { total, photos } = await call<{
		total: number;
		photos: { sha256: string; role: string; case_id: string; revision: number }[];
	}>(registrar, 'photos_to_judge', { max_rows: 20 });
	if (total <= photosMayWait) return null;
	const known = new Map(
		Object.values(await drawDemoPhotos())
			.flat()
			.map((photo) => [photo.sha256, photo.covers])
	);
	for (const { sha256, role, case_id, revision } of photos) {
		if (revision > 0) continue;
		const covers =
			known.get(sha256) ?? (role === 'after' && (await isSimulated(registrar, case_id)) ? [] : null);
		if (!covers) continue;
		await judgeDemoPhoto(registrar, sha256, covers);
		return 'judged';
	}
	return null;
}

async function isSimulated(desk: Client, caseId: string): Promise<boolean> {
	const { reports } = await call<CaseRow>(desk, 'case_detail', { case_id: caseId });
	return reports?.every(({ description }) => description === simulatedText) ?? false;
}

export async function decideOne(hands: Hands, random: () => number, now = Date.now()): Promise<Step> {
	const registrar = await hands.of('registrar');
	const { reports } = await call<{ reports: InboxRow[] }>(registrar, 'inbox', {
		status: 'received',
		max_rows: 50
	});
	const ripe = reports.filter(
		({ description, recorded_at, lease }) =>
			// What a person has open is theirs to decide.
			!lease && description === simulatedText && now - Date.parse(recorded_at) > notBefore
	);
	// The inbox gives the newest first; desks work from the other end.
	const report = ripe.at(-1);
	if (!report) return null;
	const decide = (args: Record<string, unknown>) =>
		call(registrar, 'decide_report', { report_id: report.id, ...args });
	if (report.possible_duplicates > 0 && random() < 0.6) {
		const { duplicates } = await call<{ duplicates: { case_id: string }[] }>(registrar, 'report_detail', {
			report_id: report.id
		});
		if (duplicates[0]) {
			await decide({ decision: 'merge', case_id: duplicates[0].case_id });
			return 'decided';
		}
	}
	if (random() < 0.05) {
		await decide({ decision: 'decline', reason_code: 'not_enough_to_act_on' });
		return 'decided';
	}
	try {
		await decide({ decision: 'file' });
	} catch (refusal) {
		if (!(refusal instanceof ApiProblem) || refusal.code !== 'permitted_line_reason_needed') throw refusal;
		await decide({ decision: 'file', reason_code: 'permitted_line_crossed' });
	}
	return 'decided';
}

export async function dispatchOne(hands: Hands, random: () => number): Promise<Step> {
	const dispatcher = await hands.of('dispatcher');
	const found = await oneOf(dispatcher, ['filed'], random);
	if (!found) return null;
	await call(dispatcher, 'move_case', { case_id: found.id, move: 'dispatch' });
	return 'dispatched';
}

export async function beginOne(hands: Hands, random: () => number): Promise<Step> {
	const found = await oneOf(await hands.of('dispatcher'), ['dispatched', 'returned'], random, ({ unit }) => {
		// Slow units leave more lying.
		return unit !== null && random() < 1 / Math.sqrt(1 + qualityOf(unit).toBegin);
	});
	if (!found) return null;
	const team = await hands.of('team', found.unit!);
	await call(team, 'move_case', { case_id: found.id, move: 'begin' });
	return 'begun';
}

export async function finishOne(home: Home, hands: Hands, random: () => number): Promise<Step> {
	const found = await oneOf(await hands.of('dispatcher'), ['handling'], random);
	if (!found?.unit) return null;
	const team = await hands.of('team', found.unit);
	if (random() < qualityOf(found.unit).proof) {
		await call(team, 'attach_evidence', {
			case_id: found.id,
			sha256: await takeAfterPhoto(home),
			role: 'after',
			lng: found.lng + (random() - 0.5) * 1e-4,
			lat: found.lat + (random() - 0.5) * 1e-4,
			accuracy_m: 6
		});
	}
	await call(team, 'move_case', { case_id: found.id, move: 'finish' });
	return 'finished';
}

export async function verifyOne(
	hands: Hands,
	random: () => number,
	onClosed: (reportIds: string[], unit: string) => void
): Promise<Step> {
	const closer = await hands.of('closer');
	const found = await oneOf(closer, ['handled'], random);
	if (!found?.unit) return null;
	const verifier = random() < 0.6 ? await hands.of('inspector') : closer;
	if (random() < qualityOf(found.unit).returned) {
		await call(verifier, 'move_case', { case_id: found.id, move: 'return', reason_code: 'not_fixed' });
		return 'returned';
	}
	await call(verifier, 'move_case', {
		case_id: found.id,
		move: 'close',
		...(found.has_proof ? {} : { details: { without_proof: true }, note: '演示：现场核实，未留照片' })
	});
	onClosed(found.reports?.flatMap(({ id }) => id ?? []) ?? [], found.unit);
	return 'closed';
}

/** A case in one of the states that the simulation may touch: nobody else's report is part of it. */
async function oneOf(
	desk: Client,
	status: string[],
	random: () => number,
	wants: (row: CaseRow) => boolean = () => true
): Promise<CaseRow | null> {
	const { cases } = await call<{ cases: CaseRow[] }>(desk, 'cases', { status, max_rows: 30 });
	// A town has cases that nobody gets to: most of the time, what is long overdue stays so.
	const takesOld = random() < 0.1;
	const isOld = ({ due_at }: CaseRow) => due_at !== null && Date.parse(due_at) < Date.now() - day;
	const candidates = cases.filter((row) => (takesOld || !isOld(row)) && wants(row));
	for (let tries = 0; tries < 3 && candidates.length > 0; tries += 1) {
		// Newest first: those are worked on more often than what has been lying for weeks.
		const [row] = candidates.splice(Math.floor(candidates.length * random() ** 1.6), 1) as [CaseRow];
		const detail = await call<CaseRow>(desk, 'case_detail', { case_id: row.id });
		if (detail.reports?.every(({ description }) => description === simulatedText)) return detail;
	}
	return null;
}

/** Proof must be younger than the handling: each is the same picture with a comment of its own, so none is like another. */
async function takeAfterPhoto(home: Home): Promise<string> {
	const client = serviceClient(home);
	const { small } = (await drawDemoPhotos()).after[0]!;
	const comment = Buffer.from(uuidv7());
	const head = Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, comment.length + 2]);
	const bytes = Buffer.concat([head, comment, small.subarray(2)]);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	await keepOriginal(client, sha256, bytes, 'image/jpeg');
	const record = {
		sha256,
		byte_size: bytes.length,
		media_type: 'image/jpeg',
		claims: { width: 640, height: 480 }
	};
	await call(client, 'record_photo', record);
	return sha256;
}
