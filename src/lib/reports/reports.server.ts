import { call, anonClient, serviceClient, staffClient } from '#lib/database/client.server.ts';
import type { SpoolRecord } from '#lib/database/embedded/spool.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem, type Json } from '#lib/database/problem.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import type { SealedParticular } from '#lib/particulars/sealing.server.ts';
import { log } from '#server/log.ts';
import { admit, hasLimits, requireKnown, takeToken } from './admission.server.ts';
import { bodyHash } from './canonical.ts';
import { codeHash, codesFor, pinHash, showCode } from './codes.ts';
import { refusal, type IntakeCity } from './intake-rules.ts';
import { fieldProblem } from './problem-document.ts';
import { provenLevel } from './proof-of-work.server.ts';
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

/** What stood against abuse; the database lets a person look on site first at a report with 'none'. */
type Proof = 'work' | 'staff' | 'none' | 'trusted';

/** What `api.submit_report` is called with, and what the spool keeps until it was. */
interface Submission {
	report: Report & { source: ReportSource; proof: Proof; caller?: SealedParticular };
	code_hash: string;
	pin_hash: string;
	body_hash: string;
}

/** How a report comes in. */
export interface Intake {
	source: ReportSource;
	/** The sender's network address: their share is counted by it. */
	address: string;
	/** What is asked of a stranger who proves nothing: 0 is a small share of reports without proof, 1 to come back with a proof. */
	level: 0 | 1;
	/** The proof of work that came with it; null for none. Left out by those who cannot do the work, such as a form without scripts. */
	proof?: string | null;
	/** The sender's clock when sending, milliseconds. A clock that is wrong is put right by the difference to ours. */
	sentAt?: number;
	/** Sends for this member of staff, in their own name: there is no limit then. */
	accessToken?: string;
	/** The phone a call came from, sealed: kept for calling back, counted by its fingerprint. */
	caller?: SealedParticular;
}

interface Submitted {
	number: number;
	status: string;
	created: boolean;
	needs: string[];
	street: { name: string; name_en: string | null } | null;
}

/** A clock this much off is a wrong one; less is the time that sending takes. */
const CLOCK_MS = 2 * 60_000;

/**
 * Takes a report as it was sent, by a form or a machine. Answers once it cannot be lost: when the database has it, or
 * when it is synced to the spool and the database takes its time. Refusals name the fields they are about.
 */
export async function acceptReport(sent: unknown, intake: Intake, home: Home = getHome()): Promise<Receipt> {
	const now = Date.now();
	const behind = intake.sentAt === undefined ? 0 : now - intake.sentAt;
	const isClockWrong = Math.abs(behind) > CLOCK_MS;
	const { report, problem } = await judged(sent, isClockWrong ? now - behind : now, home);
	const hash = bodyHash(report);
	if (problem && !(await isKnown(report.id, hash, home))) throw problem;
	const proof = await admitted(report.id, hash, intake, home);
	const observed_at = isClockWrong
		? new Date(Date.parse(report.observed_at) + behind).toISOString()
		: report.observed_at;
	const { code, pin } = codesFor(home.secret, report.id);
	const submission: Submission = {
		report: {
			...{ ...report, observed_at, source: intake.source, proof },
			...(intake.caller && { caller: intake.caller })
		},
		code_hash: codeHash(code),
		pin_hash: pinHash(home.secret, code, pin),
		// Over what was sent: when it is sent again later, the corrected time differs and the report does not.
		body_hash: hash
	};
	const photos = photoIntake(home);
	const named = report.photos.map((photo) => photo.sha256);
	const arriving = await which(named, (sha256) => photos.isArriving(sha256));
	const submitted = await submit(submission, intake, home);
	const isRepeat = accepted(home).has(report.id, hash);
	accepted(home).note(report.id, hash);
	photos.named(named);
	// The database knows best what is missing, but not what is just coming in; without it, we know what came lately.
	const here = submitted
		? [...arriving, ...(await which(submitted.needs, (sha256) => photos.isArriving(sha256)))]
		: await which(named, (sha256) => photos.isHere(sha256));
	return {
		id: report.id,
		code: showCode(code),
		pin,
		...(submitted ? { number: submitted.number, status: submitted.status, street: submitted.street } : {}),
		needs: (submitted?.needs ?? named).filter((sha256) => !here.includes(sha256)),
		// The fragment stays in the browser: a query would end up in logs and histories of others.
		status_url: `/track#${showCode(code)}`,
		created: submitted?.created ?? !isRepeat
	};
}

/**
 * A report, and what speaks against taking it now. Of its time, category and place that may change after it was accepted;
 * whatever else is wrong with it is thrown.
 */
async function judged(
	sent: unknown,
	now: number,
	home: Home
): Promise<{ report: Report; problem: ApiProblem | null }> {
	const parsed = parseReport(sent, now);
	if (!parsed.ok) {
		const problem = fieldProblem(parsed.errors);
		const { observed_at: observed } = Object(sent) as { observed_at?: unknown };
		const inItsTime = parseReport(sent, typeof observed === 'string' ? Date.parse(observed) : NaN);
		if (!inItsTime.ok) throw problem;
		return { report: inItsTime.report, problem };
	}
	const { report } = parsed;
	const wrong = refusal(report, await intakeCity(home));
	if (!wrong) return { report, problem: null };
	const { pointer, code, bbox } = wrong;
	const detail = { errors: [{ pointer, code }], ...(bbox ? { bbox } : {}) };
	return { report, problem: new ApiProblem(422, code, detail) };
}

/** Whether this very report was accepted before, although its sender may not have heard so: then it gets its receipt again. */
async function isKnown(id: string, hash: string, home: Home): Promise<boolean> {
	if (accepted(home).has(id, hash) || home.spool?.isPending(id)) return true;
	try {
		const asked = { report_id: id, body_hash: hash };
		return (await call<Json>(serviceClient(home), 'known_receipt', asked)) !== null;
	} catch (error) {
		// A refusal is final for the sender; while nobody can tell, they are asked to come back.
		if (error instanceof ApiProblem && error.status >= 500) throw error;
		return false;
	}
}

async function which(all: string[], isSo: (one: string) => Promise<boolean>): Promise<string[]> {
	const answers = await Promise.all(all.map(isSo));
	return all.filter((_, at) => answers[at]);
}

/** Lets the report in, or throws what it takes first. Answers what stood against abuse. */
async function admitted(id: string, hash: string, intake: Intake, home: Home): Promise<Proof> {
	const { level, proof, address, accessToken } = intake;
	if (accessToken !== undefined) return 'staff';
	if (!hasLimits()) return 'trusted';
	const proven = proof ? await provenLevel(home.secret, id, proof) : null;
	const isRepeat = accepted(home).has(id, hash) || home.spool?.isPending(id) === true;
	if (isRepeat) return proven ? 'work' : 'none';
	if (proven === null && (level === 1 || proof)) await requireKnown(id, hash, address, home);
	else await admit(id, hash, proven ?? 0, address, { canWork: proof !== undefined }, home);
	return proven ? 'work' : 'none';
}

/** What was accepted here lately, by id: it comes in again for nothing, also while the database is away. */
class Accepted {
	readonly #hashes = new Map<string, string>();

	note(id: string, hash: string): void {
		this.#hashes.set(id, hash);
		if (this.#hashes.size > 20_000) this.#hashes.delete(this.#hashes.keys().next().value as string);
	}

	has(id: string, hash: string): boolean {
		return this.#hashes.get(id) === hash;
	}
}

const acceptedIn = new WeakMap<Home, Accepted>();

function accepted(home: Home): Accepted {
	let found = acceptedIn.get(home);
	if (!found) acceptedIn.set(home, (found = new Accepted()));
	return found;
}

async function submit(submission: Submission, intake: Intake, home: Home): Promise<Submitted | null> {
	if (intake.accessToken !== undefined) return submitAsStaff(submission, intake.accessToken, home);
	if (!home.spool) return handOver(submission, home);
	startIntake(home);
	const record = { id: submission.report.id, kind: KIND, body: submission as unknown as Json };
	const result = await home.spool.submit(record, ACKNOWLEDGE_MS);
	return result.acknowledged ? null : (result.outcome as unknown as Submitted);
}

/** In their own name, so the database must hear it from them: there is no spool that could speak for them later. */
async function submitAsStaff(submission: Submission, accessToken: string, home: Home): Promise<Submitted> {
	try {
		return await call<Submitted>(staffClient(accessToken, home), 'submit_staff_report', { ...submission });
	} catch (error) {
		if (error instanceof ApiProblem && error.status === 401) throw new ApiProblem(409, 'signed_out');
		throw error;
	}
}

function handOver(submission: Submission, home: Home): Promise<Submitted> {
	return call<Submitted>(serviceClient(home), 'submit_report', { ...submission });
}

/**
 * Opens the intake of a home: what a former process acknowledged and did not get to hand over goes to the database
 * now. Called at start; doing it twice does no harm.
 */
export function startIntake(home: Home = getHome()): void {
	photoIntake(home).useLimits({
		areOn: hasLimits,
		take: (address) => takeToken('photo', address, home)
	});
	warnOfMissingLimits();
	if (!home.spool || home.spool.state().isAttached) return;
	home.spool.attach(
		async (record: SpoolRecord) => {
			if (record.kind !== KIND) throw new ApiProblem(422, 'bad_request');
			return (await handOver(record.body as unknown as Submission, home)) as unknown as Json;
		},
		(record) => (record.body as unknown as Submission).body_hash
	);
}

let isWarned = false;

function warnOfMissingLimits(): void {
	if (isWarned || hasLimits()) return;
	isWarned = true;
	log.warn('intake_limits_off', { meaning: 'Anybody may send any number of reports: for load tests only.' });
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
