import { cityNow } from '#lib/database/city-now.server.ts';
import { call, serviceClient, staffClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import type {
	CaseDetail,
	CaseRow,
	CaseStatus,
	DispatchReason,
	PhotoRole,
	Reason,
	TrafficLight
} from './case.ts';
import { filterArgument, sortOf, type CaseFilter, type PartKey } from './case-filter.ts';
import type { CaseChoices } from './case-filter-words.ts';
import type { DecisionRequest } from './decision.ts';
import type { Filters } from './filters.ts';
import type { Around, Decided, Lease, ReportDetail, ReportRow } from './incoming.ts';
import type { Fix, MoveRequest } from './move.ts';

/**
 * The desk's calls, each under the identity of the person at the desk: what they may see and do is judged by the
 * database, row by row and move by move.
 */
function ask<T>(
	accessToken: string,
	name: Parameters<typeof call>[1],
	args: Record<string, unknown>
): Promise<T> {
	// An argument that is absent takes the function's own default.
	const given = Object.fromEntries(
		Object.entries(args).filter(([, value]) => value !== null && value !== undefined)
	);
	return call<T>(staffClient(accessToken), name, given);
}

export function readInbox(accessToken: string, pile: Filters['pile'], before: string | null, rows: number) {
	const args = { status: pile, max_rows: rows, after_number: before === null ? null : Number(before) };
	return ask<{ total: number; reports: ReportRow[] }>(accessToken, 'inbox', args);
}

export function readReport(accessToken: string, id: string) {
	return ask<ReportDetail>(accessToken, 'report_detail', { report_id: id });
}

export function decideReport(accessToken: string, id: string, request: DecisionRequest) {
	return ask<Decided>(accessToken, 'decide_report', { report_id: id, ...request });
}

export function undoDecision(accessToken: string, id: string, request_id: string | null) {
	return ask<Decided>(accessToken, 'undo_decision', { report_id: id, request_id });
}

export interface Unmerging {
	reason_code: string | null;
	note: string | null;
	request_id: string | null;
}

/** Takes a merged report out of its case again. */
export function unmergeReport(accessToken: string, id: string, request: Unmerging) {
	// A reason that is missing is the database's to refuse.
	const { reason_code = null, ...rest } = request;
	const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
	return call<Decided>(staffClient(accessToken), 'unmerge_report', { report_id: id, reason_code, ...given });
}

export interface Splitting {
	new_id: string;
	category: string;
	description: string;
	request_id: string | null;
}

/** Makes the second matter of a report a report of its own; answers what that one has become. */
export function splitReport(accessToken: string, id: string, request: Splitting) {
	return ask<Decided>(accessToken, 'split_report', { report_id: id, ...request });
}

/** Says which report is open here and which was left; answers who has which one open. */
export function keepLeases(accessToken: string, open: string | null, left: string | null) {
	return ask<{ leases: Lease[] }>(accessToken, 'keep_leases', { open_report: open, left_report: left });
}

/** Open cases around a place and the lines it is allowed in, while somebody is on the phone. */
export function readAround(accessToken: string, category: string, lng: number, lat: number) {
	return ask<Around>(accessToken, 'around', { category, lng, lat });
}

export interface CategoryTerms {
	category: string;
	name: string;
	name_en: string | null;
	terms: string[];
}

/** The words in a description that speak for each category. */
export async function readTerms(accessToken: string): Promise<CategoryTerms[]> {
	return (await ask<{ categories: CategoryTerms[] }>(accessToken, 'category_terms', {})).categories;
}

export async function writeTerms(accessToken: string, category: string, terms: string[]): Promise<void> {
	await ask(accessToken, 'set_category_terms', { category, terms });
}

export interface CaseList {
	/** Counted no further than a thousand; then there are more. */
	total: number;
	is_more: boolean;
	/** What a later page begins after; null on the last. */
	next: string | null;
	/** An empty list: the parts of the filter without any one of which it would not be. */
	emptied_by: PartKey[];
	cases: CaseRow[];
}

export function readCases(accessToken: string, filter: CaseFilter, rows: number) {
	return ask<CaseList>(accessToken, 'case_list', {
		filter: filterArgument(filter),
		sort: sortOf(filter),
		after: filter.after,
		max_rows: rows
	});
}

/** The list as dots on a map: [id, lng, lat, state, light], the first of it in its own order. */
export type CasePoint = [
	id: string,
	lng: number,
	lat: number,
	status: CaseStatus,
	light: TrafficLight | null
];

export function readCasePoints(accessToken: string, filter: CaseFilter) {
	return ask<{ is_more: boolean; points: CasePoint[] }>(accessToken, 'case_points', {
		filter: filterArgument(filter),
		sort: sortOf(filter)
	});
}

/** What the filter offers to choose from besides the city's own categories. */
export function readChoices(accessToken: string) {
	return ask<CaseChoices>(accessToken, 'case_choices', {});
}

export function readCase(accessToken: string, id: string) {
	return ask<CaseDetail>(accessToken, 'case_detail', { case_id: id });
}

export function moveCase(accessToken: string, id: string, request: MoveRequest) {
	return ask<CaseDetail | { id: string; out_of_sight: true }>(accessToken, 'move_case', {
		case_id: id,
		...request
	});
}

/** Why this unit, which ground decided, and what today's rules would say. */
export function readDispatchReason(accessToken: string, id: string) {
	return ask<DispatchReason>(accessToken, 'dispatch_reason', { case_id: id });
}

export interface PlaceCorrection {
	lng: number;
	lat: number;
	expected_version: number | null;
	reason_code: string | null;
	note: string | null;
	request_id: string | null;
}

/** Puts the pin of a case right that nobody handles yet; answers what the rules say of the new place. */
export function correctPlace(accessToken: string, id: string, { reason_code, ...rest }: PlaceCorrection) {
	return ask<DispatchReason>(accessToken, 'correct_place', {
		case_id: id,
		...rest,
		// Left out, the call itself would not be found: an empty reason is refused with a sentence.
		reason_code: reason_code ?? ''
	});
}

export async function readUnits(accessToken: string) {
	const { units } = await ask<{ units: { id: number; name: string; name_en: string | null }[] }>(
		accessToken,
		'units',
		{}
	);
	return units;
}

export interface NewEvidence {
	sha256: string;
	role: PhotoRole;
	/** When the camera took it, if the device says so; the photo's own metadata is read apart from this. */
	taken_at: string | null;
	fix: Fix | null;
}

export interface EvidenceAnswer {
	evidence_id: string;
	counts_as_proof: boolean;
	why_not: string | null;
}

/** How long a photo that was just received may take to reach the database's record. */
const photoPatience = 8000;

/** Adds a received photo to a case. */
export function attachEvidence(accessToken: string, id: string, evidence: NewEvidence) {
	return attach<EvidenceAnswer>(accessToken, 'attach_evidence', { case_id: id }, evidence);
}

/** Adds a received photo to a report that is not decided yet. */
export function attachToReport(accessToken: string, id: string, evidence: NewEvidence) {
	return attach<{ evidence_id: string }>(accessToken, 'attach_to_report', { report_id: id }, evidence);
}

/** The photo is recorded in the background, so a fresh one may need a moment. */
async function attach<Answer>(
	accessToken: string,
	name: 'attach_evidence' | 'attach_to_report',
	subject: Record<string, string>,
	evidence: NewEvidence,
	patience = photoPatience
): Promise<Answer> {
	const until = Date.now() + patience;
	for (;;) {
		try {
			const answer = await ask<Answer>(accessToken, name, {
				...subject,
				sha256: evidence.sha256,
				role: evidence.role,
				taken_at: evidence.taken_at,
				...evidence.fix
			});
			// A case names it now: it no longer counts among the photos nobody asked for.
			photoIntake().named([evidence.sha256]);
			return answer;
		} catch (problem) {
			const isEarly = problem instanceof ApiProblem && problem.code === 'photo_missing';
			if (!isEarly || Date.now() > until) throw problem;
			await new Promise((resolve) => setTimeout(resolve, 250));
		}
	}
}

/** Where the log stands: read before a list, so that the list is at least as new and no event falls between. */
export async function readPosition(): Promise<{ epoch: string; position: number }> {
	const args = { after: Number.MAX_SAFE_INTEGER, max_rows: 1 };
	const { epoch, head } = await call<{ epoch: string; head: number }>(serviceClient(), 'tail', args);
	return { epoch, position: head };
}

export interface DeskCity {
	name: string;
	name_en: string | null;
	center: [number, number];
	bbox: [number, number, number, number];
	time_zone: string;
	streets_version: string;
	categories: {
		code: string;
		parent: string | null;
		name: string;
		name_en: string | null;
		is_leaf: boolean;
	}[];
	reasons: (Reason & { move: string })[];
}

/** The city's names, categories and reasons. */
export function readCity(): Promise<DeskCity> {
	return cityNow<DeskCity>();
}

/** The case with exactly this number, as a person types it; a refusal when there is none they may see. */
export async function findCase(accessToken: string, typed: string): Promise<string> {
	const number = typed.normalize('NFKC').replace(/\s/g, '').toUpperCase();
	const { cases } = await ask<{ cases: CaseRow[] }>(accessToken, 'cases', {
		query: number || '-',
		max_rows: 5
	});
	const found = cases.find((row) => row.number === number);
	if (!found) throw new ApiProblem(422, 'case_needed', { field: 'case_id' });
	return found.id;
}

export interface AreaOutline {
	id: number;
	kind: string;
	name: string;
	name_en: string | null;
	geometry: unknown;
}

/** The outlines of the city's areas of every kind: duty grids, markets, key places, permitted lines. */
export async function readAreas(accessToken: string): Promise<AreaOutline[]> {
	const { areas } = await ask<{ areas: AreaOutline[] }>(accessToken, 'areas', {});
	return areas.map(({ id, kind, name, name_en, geometry }) => ({ id, kind, name, name_en, geometry }));
}
