import { call, anonClient, serviceClient } from '#lib/database/client.server.ts';
import type { SpoolRecord } from '#lib/database/embedded/spool.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem, type Json } from '#lib/database/problem.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import { bodyHash } from './canonical.ts';
import { codeHash, codesFor, pinHash, showCode } from './codes.ts';
import { refusal, type IntakeCity } from './intake-rules.ts';
import { fieldProblem } from './problem-document.ts';
import { parseReport, type Report, type ReportSource } from './report.ts';

/** How long a sender waits for the database; after that the report is acknowledged from the disk. */
const ACKNOWLEDGE_MS = 250;
const KIND = 'report';

/** What a sender gets back. Number, state and street are there when the database has answered already. */
export interface Receipt {
	id: string;
	code: string;
	pin: string;
	number?: number;
	status?: string;
	street?: { name: string; name_en: string | null } | null;
	/** Photos that were named and have not arrived yet. */
	needs: string[];
	status_url: string;
	created: boolean;
}

/** What `api.submit_report` is called with, and what the spool keeps until it was. */
interface Submission {
	report: Report & { source: ReportSource };
	code_hash: string;
	pin_hash: string;
	body_hash: string;
}

interface Submitted {
	number: number;
	status: string;
	created: boolean;
	needs: string[];
	street: { name: string; name_en: string | null } | null;
}

/**
 * Takes a report as it was sent, by a form or a machine. Answers once it cannot be lost: when the database has it, or
 * when it is synced to the spool and the database takes its time. Refusals name the fields they are about.
 */
export async function acceptReport(
	sent: unknown,
	source: ReportSource,
	home: Home = getHome()
): Promise<Receipt> {
	const parsed = parseReport(sent, Date.now());
	if (!parsed.ok) throw fieldProblem(parsed.errors);
	const { report } = parsed;
	const wrong = refusal(report, await intakeCity(home));
	if (wrong) {
		const { pointer, code, bbox } = wrong;
		throw new ApiProblem(422, code, { errors: [{ pointer, code }], ...(bbox ? { bbox } : {}) });
	}
	const { code, pin } = codesFor(home.secret, report.id);
	const submission: Submission = {
		report: { ...report, source },
		code_hash: codeHash(code),
		pin_hash: pinHash(home.secret, code, pin),
		body_hash: bodyHash(report)
	};
	const submitted = await submit(submission, home);
	const photos = photoIntake(home);
	const named = report.photos.map((photo) => photo.sha256);
	photos.named(named);
	const needs = await Promise.all(
		(submitted?.needs ?? named).map(async (sha256) => ((await photos.isHere(sha256)) ? [] : [sha256]))
	);
	return {
		id: report.id,
		code: showCode(code),
		pin,
		...(submitted ? { number: submitted.number, status: submitted.status, street: submitted.street } : {}),
		needs: needs.flat(),
		// The fragment stays in the browser: a query would end up in logs and histories of others.
		status_url: `/track#${showCode(code)}`,
		created: submitted?.created ?? true
	};
}

async function submit(submission: Submission, home: Home): Promise<Submitted | null> {
	if (!home.spool) return handOver(submission, home);
	startIntake(home);
	const record = { id: submission.report.id, kind: KIND, body: submission as unknown as Json };
	const result = await home.spool.submit(record, ACKNOWLEDGE_MS);
	return result.acknowledged ? null : (result.outcome as unknown as Submitted);
}

function handOver(submission: Submission, home: Home): Promise<Submitted> {
	return call<Submitted>(serviceClient(home), 'submit_report', { ...submission });
}

/**
 * Opens the intake of a home: what a former process acknowledged and did not get to hand over goes to the database
 * now. Called at start; doing it twice does no harm.
 */
export function startIntake(home: Home = getHome()): void {
	photoIntake(home);
	if (!home.spool || home.spool.state().isAttached) return;
	home.spool.attach(async (record: SpoolRecord) => {
		if (record.kind !== KIND) throw new ApiProblem(422, 'bad_request');
		return (await handOver(record.body as unknown as Submission, home)) as unknown as Json;
	});
}

const CITY_MS = 5_000;
const cities = new WeakMap<Home, { city: IntakeCity; readAt: number; reading: Promise<IntakeCity> | null }>();

/**
 * What intake knows of the city. Read again in the background after a few seconds, so that nobody who sends a report
 * waits for it, except the very first.
 */
export async function intakeCity(home: Home = getHome()): Promise<IntakeCity> {
	const kept = cities.get(home);
	if (!kept) return readCity(home);
	if (Date.now() - kept.readAt > CITY_MS && !kept.reading) {
		// When reading fails, what is known stays; the next sender tries again.
		kept.reading = readCity(home).finally(() => (kept.reading = null));
		kept.reading.catch(() => {});
	}
	return kept.city;
}

async function readCity(home: Home): Promise<IntakeCity> {
	const city = await call<IntakeCity>(anonClient(home), 'city', {}, { isRead: true });
	cities.set(home, { city, readAt: Date.now(), reading: null });
	photoIntake(home).useTimeZone(city.time_zone);
	return city;
}
