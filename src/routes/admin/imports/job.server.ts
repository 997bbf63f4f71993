// An import from the pages, in the steps the command line takes too: read in a thread of its own, tried without writing,
// looked at by a person, then written. Each step goes on by itself; a page asks how far it is.
import { applyAreas } from '#lib/areas/areas.server.ts';
import type { AreaDraft } from '#lib/areas/area-draft.ts';
import { applyHistory } from '#lib/cases/history/history.server.ts';
import type { HistoryDraft } from '#lib/cases/history/history.ts';
import { readMapping } from '#lib/cases/history/mapping.ts';
import { applyCity, type CityDraft } from '#lib/city/import/city-import.ts';
import type { Applied, ApplyOptions, Draft, Finding, ImportKind } from '#lib/city/import/importer.ts';
import { loadKnown } from '#lib/city/import/known.server.ts';
import { readInWorker } from '#lib/city/import/reading.ts';
import { RefusedFile } from '#lib/city/import/refused-file.ts';
import {
	applyCalendar,
	applyCategories,
	applyFacilities,
	applyRetention,
	applyShifts,
	applyUnits
} from '#lib/city/office/office.server.ts';
import { applyStaff, type OneTimePassword } from '#lib/city/office/staff.server.ts';
import type { StaffDraft } from '#lib/city/office/staff.ts';
import { dropUpload, readUpload, type Upload } from '#lib/city/admin/uploads.server.ts';
import type { Client } from '#lib/database/client.server.ts';
import { getHome } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { errorFacts, log } from '#server/log.ts';

export type Phase = 'reading' | 'ready' | 'refused' | 'writing' | 'done' | 'failed';

/** How far an import is. Plain data: a page shows it. */
export interface Progress {
	/** The file's name, and what it is of. */
	name: string;
	kind: ImportKind;
	phase: Phase;
	done: number;
	of: number;
	findings: Finding[];
	summary: Draft['summary'];
	/** Rows that cannot be imported as they stand. */
	refused: number;
	/** What would happen, or has happened. */
	applied: Applied | null;
	/** Why it failed, as a problem's code. */
	problem: string | null;
	/** One-time passwords of new accounts: shown once, kept nowhere. */
	passwords: OneTimePassword[];
	startedAt: number;
}

interface Job extends Progress {
	/** Who brought the file: nobody else sees the job, least of all the passwords it may end with. */
	owner: string;
	draft: Draft | null;
}

/** By token. Only so many drafts are kept in memory; one that was let go is read again. */
const jobs = new Map<string, Job>();
const mostDrafts = 3;
const mostJobs = 60;

export function progressOf(token: string, owner: string): Progress | null {
	const job = jobs.get(token);
	if (job?.owner !== owner) return null;
	const { draft: _, owner: __, ...progress } = job;
	return progress;
}

export function previewOf(token: string): Draft['preview'] {
	return jobs.get(token)?.draft?.preview ?? null;
}

/** What a history file's columns were taken for; null for other files. */
export function mappingOf(token: string): HistoryDraft['mapping'] | null {
	const draft = jobs.get(token)?.draft;
	return draft?.kind === 'history' ? (draft as HistoryDraft).mapping : null;
}

/** Passwords are shown on one page and gone with it. */
export function takePasswords(token: string): OneTimePassword[] {
	const job = jobs.get(token);
	if (!job) return [];
	const { passwords } = job;
	job.passwords = [];
	return passwords;
}

/** Whether the file is being written, or has been: then it is looked at no more. */
export function isTaken(token: string): boolean {
	const phase = jobs.get(token)?.phase;
	return phase === 'writing' || phase === 'done';
}

/** Reads the file and tries it. Answers at once. */
export function look(client: Client, upload: Upload): void {
	if (isTaken(upload.token)) return;
	const job = start(upload, 'reading');
	void run(job, async () => {
		const draft = await read(client, upload);
		Object.assign(job, {
			draft,
			findings: draft.findings,
			summary: draft.summary,
			refused: draft.refused
		});
		letOldDraftsGo();
		job.applied = draft.refused > 0 ? null : await write(client, upload, draft, { dryRun: true });
		job.phase = draft.refused > 0 && !canLeaveOut(draft) ? 'refused' : 'ready';
	});
}

/** Writes what was looked at. Rows at fault are left out only when the person said so. */
export function confirm(client: Client, upload: Upload, leaveOut: boolean): void {
	const before = jobs.get(upload.token);
	if (before?.phase === 'writing' || before?.phase === 'done') return;
	const job = start(upload, 'writing', before);
	void run(job, async () => {
		const draft = before?.draft ?? (await read(client, upload));
		job.applied = await write(client, upload, draft, {
			skipFaulty: leaveOut,
			onProgress: (done, of) => Object.assign(job, { done, of }),
			onPassword: (handed) => job.passwords.push(handed)
		});
		job.draft = null;
		job.phase = 'done';
		await dropUpload(upload.token);
	});
}

function canLeaveOut({ kind }: Draft): boolean {
	return kind !== 'city';
}

function start({ token, name, kind, owner }: Upload, phase: Phase, before?: Job): Job {
	const job: Job = {
		name,
		kind,
		owner,
		phase,
		done: 0,
		of: 0,
		findings: before?.findings ?? [],
		summary: before?.summary ?? [],
		refused: before?.refused ?? 0,
		applied: null,
		problem: null,
		passwords: [],
		startedAt: Date.now(),
		draft: before?.draft ?? null
	};
	jobs.delete(token);
	jobs.set(token, job);
	for (const [old, { phase: at }] of jobs) {
		if (jobs.size <= mostJobs) break;
		if (at !== 'reading' && at !== 'writing') jobs.delete(old);
	}
	return job;
}

async function run(job: Job, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		if (error instanceof RefusedFile) {
			Object.assign(job, { phase: 'refused', findings: error.findings, refused: job.refused || 1 });
			return;
		}
		Object.assign(job, { phase: 'failed', problem: error instanceof ApiProblem ? error.code : 'internal' });
		if (!(error instanceof ApiProblem) || error.status >= 500) log.error('import_failed', errorFacts(error));
	}
}

function letOldDraftsGo(): void {
	const held = [...jobs.values()].filter(({ draft, phase }) => draft && phase !== 'writing');
	for (const job of held.slice(0, -mostDrafts)) job.draft = null;
}

async function read(client: Client, upload: Upload): Promise<Draft> {
	const [known, file] = await Promise.all([loadKnown(client), readUpload(upload)]);
	return readInWorker(upload.kind, file, optionsFor(upload), known);
}

/** The form's words as the reader of that kind takes them. */
function optionsFor({ kind, options }: Upload): Record<string, unknown> {
	const said = (name: string) => options[name]?.trim() || null;
	switch (kind) {
		case 'city':
			return { datum: said('datum') ?? 'wgs84' };
		case 'areas':
			return {
				kind: said('area_kind'),
				name: said('name_property'),
				unit: said('unit_property'),
				datum: said('datum'),
				partial: said('partial') !== null
			};
		case 'history':
			return { mapping: options.mapping ? readMapping(options.mapping) : null };
		default:
			return {};
	}
}

interface WriteOptions extends ApplyOptions {
	skipFaulty?: boolean;
	onPassword?: (handed: OneTimePassword) => void;
}

function write(client: Client, { options }: Upload, draft: Draft, how: WriteOptions): Promise<Applied> {
	switch (draft.kind) {
		case 'city':
			return applyCity(client, draft as CityDraft, {
				...how,
				partial: Boolean(options.partial),
				...(options.city_name ? { name: options.city_name } : {}),
				...(options.city_name_en ? { nameEn: options.city_name_en } : {})
			});
		case 'areas':
			return applyAreas(client, draft as AreaDraft, how);
		case 'history':
			return applyHistory(client, draft as HistoryDraft, how);
		case 'units':
			return applyUnits(client, draft as Parameters<typeof applyUnits>[1], how);
		case 'categories':
			return applyCategories(client, draft as Parameters<typeof applyCategories>[1], how);
		case 'calendar':
			return applyCalendar(client, draft as Parameters<typeof applyCalendar>[1], how);
		case 'facilities':
			return applyFacilities(client, draft as Parameters<typeof applyFacilities>[1], how);
		case 'shifts':
			return applyShifts(client, draft as Parameters<typeof applyShifts>[1], how);
		case 'retention':
			return applyRetention(client, draft as Parameters<typeof applyRetention>[1], how);
		case 'staff':
			// Accounts are the auth service's: the server makes them. The rights are given by the administrator, and the log says so.
			return applyStaff(getHome(), draft as StaffDraft, { ...how, client });
	}
}
