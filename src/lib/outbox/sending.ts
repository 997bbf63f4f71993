// One try to bring one entry to the server: photos, proof of work, report. What it needs of the browser is handed in.
import { retryAfter } from './back-off.ts';
import { photoLosses, type OutboxEntry, type Problem, type Result, type SentReceipt } from './entry.ts';

/** Solves a challenge of the server; answers with what `proof` takes. */
export type Solve = (challenge: unknown) => Promise<string>;

export interface Line {
	fetch: typeof fetch;
	/** Null: nobody here can. */
	solve: Solve | null;
	/** The bytes of a photo; null when they are not on this device any more. */
	photo(sha256: string): Promise<Blob | null>;
	/** Remembers that the server has it. */
	arrived(sha256: string): Promise<void>;
	/** Remembers on the disk that the body may be out. False: the entry has been settled by somebody else. */
	offering(): Promise<boolean>;
	now(): number;
}

const PHOTO_MS = 180_000;
const ANSWER_MS = 60_000;

type Stop = Extract<Result, { kind: 'wait' | 'refused' }>;

/** An answer of ours, understood; or why there is none. */
type Heard = { kind: 'answer'; body: Record<string, unknown> } | { kind: 'level'; level: number } | Stop;

export async function sendEntry(entry: OutboxEntry, line: Line): Promise<Result> {
	const gone: string[] = [];
	let busy: Extract<Stop, { kind: 'wait' }> | null = null;
	for (const photo of entry.photos) {
		if (photo.isLost || photo.hasArrived) continue;
		const bytes = await line.photo(photo.sha256);
		if (!bytes) {
			gone.push(photo.sha256);
			continue;
		}
		if (busy) continue;
		const stop = await sendPhoto(photo.sha256, bytes, line);
		// That there is no room for photos at the moment does not hold up the report: its receipt asks for them again.
		if (stop?.kind === 'wait' && (stop.why === 'busy' || stop.why === 'server')) {
			busy = stop;
			continue;
		}
		if (stop) return stop;
		await line.arrived(photo.sha256);
	}
	if (gone.length && !entry.isOffered) return { kind: 'photos_gone', gone };

	const sent = await sendReport(entry, line);
	if (sent.kind !== 'sent') return sent;
	if (busy && sent.receipt.needs.length) return { ...busy, receipt: sent.receipt };
	return bringMissing(entry, sent.receipt, line);
}

async function sendPhoto(sha256: string, bytes: Blob, line: Line): Promise<Stop | null> {
	const heard = await ask(line, PHOTO_MS, `/api/photos/${sha256}`, {
		method: 'PUT',
		headers: { 'content-type': bytes.type || 'application/octet-stream' },
		body: bytes
	});
	if (heard.kind === 'level') return notOurs;
	if (heard.kind !== 'answer') return heard;
	return heard.body.sha256 === sha256 ? null : notOurs;
}

/** Without proof first: a report that is there already gets its receipt for nothing. 428 says how much work it takes. */
async function sendReport(entry: OutboxEntry, line: Line): Promise<Result> {
	let proof: string | undefined;
	let proven = 0;
	for (;;) {
		if (!(await line.offering())) return { kind: 'settled' };
		const heard = await post(line, '/snap/reports', {
			report: entry.report,
			sent_at: new Date(line.now()).toISOString(),
			...(proof !== undefined && { proof }),
			as: nameOf(entry)
		});
		if (heard.kind === 'answer') {
			const receipt = readReceipt(heard.body, entry);
			return receipt ? { kind: 'sent', receipt } : notOurs;
		}
		if (heard.kind !== 'level') return heard;
		// The work was done and not believed: later, then.
		if (heard.level <= proven) return { kind: 'wait', why: 'server', retryAfterMs: null };
		// Nobody has said yet how the work is done; whoever does starts the outbox, which tries again.
		if (!line.solve) return { kind: 'wait', why: 'sending', retryAfterMs: null };
		const challenge = await post(line, '/snap/challenge', { report_id: entry.id, level: heard.level });
		if (challenge.kind === 'level') return notOurs;
		if (challenge.kind !== 'answer') return challenge;
		try {
			proof = await line.solve(challenge.body);
		} catch {
			return { kind: 'wait', why: 'server', retryAfterMs: null };
		}
		proven = heard.level;
	}
}

/** In an earlier version's entry nobody is named; the server then lets it wait. */
function nameOf({ as, by }: OutboxEntry): 'citizen' | 'staff' | { staff: string } {
	return as === 'staff' && by ? { staff: by.id } : as;
}

/** The report is in. Photos the server has not got are sent, and it is asked again, until it needs nothing more. */
async function bringMissing(entry: OutboxEntry, receipt: SentReceipt, line: Line): Promise<Result> {
	let last = receipt;
	const given: string[] = [];
	for (let round = 0; round < 2 && last.needs.some((sha256) => !given.includes(sha256)); round += 1) {
		for (const sha256 of last.needs) {
			if (given.includes(sha256)) continue;
			const bytes = await line.photo(sha256);
			const stop = bytes && (await sendPhoto(sha256, bytes, line));
			if (stop?.kind === 'wait') return { ...stop, receipt: last };
			if (!bytes || stop) given.push(sha256);
		}
		// Sending the same report again asks for its receipt.
		const again = await sendReport(entry, line);
		if (again.kind === 'wait') return { ...again, receipt: last };
		if (again.kind !== 'sent') break;
		last = again.receipt;
	}
	const waits = last.needs.filter((sha256) => !given.includes(sha256));
	if (waits.length) return { kind: 'wait', why: 'server', retryAfterMs: null, receipt: last };
	const lost = (last.photos_lost ?? 0) + given.length;
	return { kind: 'sent', receipt: { ...last, ...(lost && { photos_lost: lost }) } };
}

function readReceipt(body: Record<string, unknown>, entry: OutboxEntry): SentReceipt | null {
	const { id, code, pin, needs } = body;
	if (id !== entry.id || typeof code !== 'string' || typeof pin !== 'string') return null;
	return {
		...(body as unknown as SentReceipt),
		needs: Array.isArray(needs) ? needs.filter((sha256) => typeof sha256 === 'string') : [],
		...photoLosses(entry.photos)
	};
}

/** Somebody answered, but it was not us: the sign-in page of a wireless network, a proxy, a server being replaced. */
const notOurs: Stop = { kind: 'wait', why: 'offline', retryAfterMs: null };

function post(line: Line, path: string, body: unknown): Promise<Heard> {
	return ask(line, ANSWER_MS, path, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body)
	});
}

async function ask(line: Line, ms: number, path: string, init: RequestInit): Promise<Heard> {
	const limit = new AbortController();
	const timer = setTimeout(() => limit.abort(), ms);
	try {
		const answer = await line.fetch(path, {
			...init,
			cache: 'no-store',
			credentials: 'same-origin',
			redirect: 'error',
			signal: limit.signal
		});
		return await understand(answer, line.now());
	} catch {
		return { kind: 'wait', why: 'offline', retryAfterMs: null };
	} finally {
		clearTimeout(timer);
	}
}

/** Exported for its table of cases. */
export async function understand(answer: Response, now: number): Promise<Heard> {
	const { status } = answer;
	const type = answer.headers.get('content-type') ?? '';
	const body = /json/.test(type) ? await readObject(answer) : null;
	if (answer.ok) return body ? { kind: 'answer', body } : notOurs;

	const retryAfterMs = retryAfter(answer.headers.get('retry-after'), now);
	if (status === 429) return { kind: 'wait', why: 'busy', retryAfterMs };
	if (status >= 500) return { kind: 'wait', why: status === 503 ? 'busy' : 'server', retryAfterMs };
	// Only our own refusals are final; 404 and 405 are those of a server that is being replaced.
	if (!body || !type.startsWith('application/problem+json')) return notOurs;
	const problem = readProblem(body);
	if (status === 428) return { kind: 'level', level: Number(body.level) || 2 };
	if (status === 409 && problem.code === 'signed_out')
		return { kind: 'wait', why: 'signed_out', retryAfterMs };
	if ([404, 405, 408, 425].includes(status)) return { kind: 'wait', why: 'server', retryAfterMs };
	return { kind: 'refused', problem };
}

async function readObject(answer: Response): Promise<Record<string, unknown> | null> {
	const value = JSON.parse(await answer.text()) as unknown;
	return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
}

function readProblem({ code, detail, title, errors }: Record<string, unknown>): Problem {
	return {
		code: typeof code === 'string' ? code : 'refused',
		detail: typeof detail === 'string' ? detail : typeof title === 'string' ? title : '',
		...(Array.isArray(errors) && { fields: errors as NonNullable<Problem['fields']> })
	};
}
