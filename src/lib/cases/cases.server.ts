import { cityNow } from '#lib/database/city-now.server.ts';
import { call, serviceClient, staffClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import type { CaseDetail, CaseRow, PhotoRole, Reason } from './case.ts';
import type { DecisionRequest } from './decision.ts';
import type { Filters } from './filters.ts';
import type { Decided, ReportDetail, ReportRow } from './incoming.ts';
import type { Fix, MoveRequest } from './move.ts';
import { openStatuses } from './case.ts';

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

export function readCases(accessToken: string, filters: Filters, rows: number) {
	return ask<{ total: number; cases: CaseRow[] }>(accessToken, 'cases', {
		status: filters.status ? [filters.status] : openStatuses,
		max_rows: rows,
		after_filed: filters.list === 'cases' ? filters.before : null,
		only_overdue: filters.isOverdue,
		query: filters.query || null
	});
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

/** Adds a received photo to a case. The photo is recorded in the background, so a fresh one may need a moment. */
export async function attachEvidence(
	accessToken: string,
	id: string,
	evidence: NewEvidence,
	patience = photoPatience
): Promise<EvidenceAnswer> {
	const until = Date.now() + patience;
	for (;;) {
		try {
			const answer = await ask<EvidenceAnswer>(accessToken, 'attach_evidence', {
				case_id: id,
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
