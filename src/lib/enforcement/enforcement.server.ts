import { call, staffClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { fingerprint, withMasks } from '#lib/particulars/particulars.server.ts';
import type { SealedParticular } from '#lib/particulars/sealing.server.ts';
import type { Enforcement, Notice, NoticeTemplates, SubjectHistory, SubjectList } from './enforcement.ts';

/** Each call under the identity of the person at the kerb or at the desk: the database judges what they may. */
export async function readEnforcement(accessToken: string, case_id: string): Promise<Enforcement> {
	const found = await call<Enforcement>(staffClient(accessToken), 'case_enforcement', { case_id });
	const everything = [...found.particulars, ...found.links.flatMap(({ particulars }) => particulars)];
	const masked = new Map((await withMasks(everything)).map((one) => [one.id, one]));
	const mask = (list: typeof everything) => list.map((one) => masked.get(one.id) ?? one);
	return {
		...found,
		particulars: mask(found.particulars),
		links: found.links.map((link) => ({ ...link, particulars: mask(link.particulars) }))
	};
}

export async function readSubject(
	accessToken: string,
	subject: { site_id: string } | { vehicle_id: string }
): Promise<SubjectHistory> {
	const found = await call<SubjectHistory>(staffClient(accessToken), 'subject_history', subject);
	return { ...found, particulars: await withMasks(found.particulars) };
}

/** Rows of a list of sites or vehicles at once. */
export const subjectsAtOnce = 50;

export async function readSubjects(
	accessToken: string,
	kind: 'site' | 'vehicle',
	words: string | null,
	after: number
): Promise<SubjectList> {
	const args = { kind, words: words ?? undefined, max_rows: subjectsAtOnce, after };
	const found = await call<SubjectList>(staffClient(accessToken), 'subjects', args);
	const masked = new Map(
		(await withMasks(found.subjects.flatMap(({ particulars }) => particulars))).map((one) => [one.id, one])
	);
	return {
		...found,
		subjects: found.subjects.map((subject) => ({
			...subject,
			particulars: subject.particulars.map((one) => masked.get(one.id) ?? one)
		}))
	};
}

/** The vehicle of a plate, by its fingerprint: the plate itself goes no further than here. That it was looked for is written down. */
export async function findVehicle(accessToken: string, plate: string | null): Promise<string | null> {
	const mark = plate && fingerprint('plate', plate);
	if (!mark) throw new ApiProblem(422, 'bad_particular', { field: 'plate' });
	const args = { fingerprint: mark };
	return (await call<{ vehicle_id: string | null }>(staffClient(accessToken), 'find_vehicle', args))
		.vehicle_id;
}

export async function readNotice(accessToken: string, notice_id: string): Promise<Notice> {
	const found = await call<Notice>(staffClient(accessToken), 'notice', { notice_id });
	return { ...found, particulars: await withMasks(found.particulars) };
}

export interface ActRequest {
	kind: string | null;
	site_id?: string;
	vehicle_id?: string;
	behaviour: string | null;
	before_photo: string | null;
	after_photo: string | null;
	lng?: number;
	lat?: number;
	accuracy_m?: number;
	deadline: string | null;
	skip_reason: string | null;
	note: string | null;
	notice: { found: string; addressee: SealedParticular | null } | null;
	/** Where others have gone on with the case meanwhile: keep it beside what they did. */
	keep_if_late: boolean;
}

export function recordAct(accessToken: string, case_id: string, act: ActRequest, request_id: string | null) {
	const args = { case_id, act, request_id: request_id ?? undefined };
	type Recorded = { act_id: string; notice_id: string | null; late: boolean; in_sight: boolean };
	return call<Recorded>(staffClient(accessToken), 'record_act', args);
}

export type NewSubject =
	| { site_id: string | null }
	| { site: { kind: string | null; name: string | null } }
	| { vehicle: { class: string | null; plate: SealedParticular | null } };

export function linkCase(accessToken: string, case_id: string, subject: NewSubject) {
	return call<{ link_id: string; known: boolean }>(staffClient(accessToken), 'link_case', {
		case_id,
		subject
	});
}

export function unlinkCase(accessToken: string, link_id: string) {
	return call<{ link_id: string }>(staffClient(accessToken), 'unlink_case', { link_id });
}

export function serveNotice(
	accessToken: string,
	notice_id: string,
	served: {
		way: string | null;
		served_at: string | null;
		photo: string | null;
		witness: SealedParticular | null;
	}
) {
	return call(staffClient(accessToken), 'serve_notice', { notice_id, served });
}

export function withdrawNotice(
	accessToken: string,
	notice_id: string,
	reason_code: string | null,
	note: string | null
) {
	return call(staffClient(accessToken), 'withdraw_notice', { notice_id, reason_code, note });
}

export function readTemplates(accessToken: string): Promise<NoticeTemplates> {
	return call<NoticeTemplates>(staffClient(accessToken), 'notice_templates');
}

export function setTemplate(
	accessToken: string,
	template: { kind: string; title: string; body: string; based_on: number | null }
) {
	return call<{ version: number }>(staffClient(accessToken), 'set_notice_template', { ...template });
}
