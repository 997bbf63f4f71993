import { call, serviceClient } from '#lib/database/client.server.ts';
import type { FunctionName } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { errorFacts, log } from '#server/log.ts';
import { getSettings } from '#server/settings.ts';
import type { ProofLevel } from './proof-of-work.ts';
import { senderHash } from './sender.ts';
import { TokenBuckets, type Allowance } from './token-buckets.ts';

/** Without proof (a form without scripts, a machine), with the usual work, with the hard one that a busy address needs. */
export type Level = 0 | ProofLevel;

/** What there is a share of, by network address; `pin` by the hash of the code that is tried. */
export type TokenKind = 'follow' | 'pin' | 'nearby' | 'contact' | 'photo';

/** How long a sender waits for the database to admit them; after that this process decides by itself. */
const ANSWER_MS = 2_000;
/** A database that has just not answered is not asked again by everybody who comes. */
const AWAY_MS = 5_000;

/** Shares while the database is away: of one process, and tighter than a city's usual ones. */
const STAND_IN: Record<TokenKind | Level, Allowance> = {
	0: { capacity: 3, perHour: 6 },
	1: { capacity: 20, perHour: 60 },
	2: { capacity: 20, perHour: 60 },
	follow: { capacity: 20, perHour: 120 },
	pin: { capacity: 5, perHour: 10 },
	nearby: { capacity: 60, perHour: 600 },
	contact: { capacity: 5, perHour: 20 },
	photo: { capacity: 60, perHour: 240 }
};
/** All addresses together, so that a crowd of addresses does not find an open door either. */
const EVERYBODY: Allowance = { capacity: 2_000, perHour: 36_000 };

interface Admitted {
	admitted: boolean;
	level: number | null;
	retry_after: number | null;
}
interface Taken {
	taken: boolean;
	retry_after: number | null;
}

interface StandIn {
	buckets: TokenBuckets;
	awayUntil: number;
}
const standIns = new WeakMap<Home, StandIn>();

function standInOf(home: Home): StandIn {
	let standIn = standIns.get(home);
	if (!standIn) standIns.set(home, (standIn = { buckets: new TokenBuckets(), awayUntil: 0 }));
	return standIn;
}

/** Whether senders are limited at all; not in a load test on one machine. */
export function hasLimits(): boolean {
	return getSettings().hasIntakeLimits;
}

/**
 * Lets a report in, or throws what it takes: 428 with the level of work to prove, or 429 with the seconds to wait; for
 * a sender who cannot do the work always the latter. A report that is known already, with the same body (a repeated send), comes in for nothing.
 */
export async function admit(
	reportId: string,
	bodyHash: string,
	level: Level,
	address: string,
	{ canWork }: { canWork: boolean },
	home: Home = getHome(),
	now = Date.now()
): Promise<void> {
	const hash = senderHash(home.secret, address, now);
	const asked = { report_id: reportId, address_hash: hash, level, body_hash: bodyHash };
	const answer = (await ask<Admitted>('admit', asked, home)) ?? standForAdmission(level, hash, home, now);
	if (answer.admitted) return;
	if (canWork && (answer.level === 1 || answer.level === 2)) throw workNeeded(answer.level);
	throw tooMany(level === 0 ? 'too_many_unproven' : 'too_many_reports', answer.retry_after);
}

/**
 * For a report that comes without valid proof where one is needed: passes when it is known already, else throws 428 with
 * the level that the sender's address needs at the moment, so that nobody does the usual work in vain.
 */
export async function requireKnown(
	reportId: string,
	bodyHash: string,
	address: string,
	home: Home = getHome(),
	now = Date.now()
): Promise<void> {
	const hash = senderHash(home.secret, address, now);
	const asked = { report_id: reportId, address_hash: hash, level: null, body_hash: bodyHash };
	const answer = await ask<Admitted>('admit', asked, home);
	if (answer?.admitted) return;
	throw workNeeded(answer?.level === 2 ? 2 : 1);
}

function workNeeded(level: ProofLevel): ApiProblem {
	return new ApiProblem(428, 'work_needed', { level });
}

/** Takes one from somebody's share, by network address, or throws 429 with the seconds until there is one again. */
export function takeToken(
	kind: Exclude<TokenKind, 'pin'>,
	address: string,
	home: Home = getHome()
): Promise<void> {
	return take(kind, senderHash(home.secret, address), home);
}

/**
 * One attempt to open a report with a code and a PIN. Counted by the address, which may try many codes, and by the code, which
 * many addresses may try PINs of; whether the code exists plays no part.
 */
export async function takeFollowAttempt(
	address: string,
	codeHash: string,
	home: Home = getHome()
): Promise<void> {
	await takeToken('follow', address, home);
	await take('pin', codeHash, home);
}

async function take(kind: TokenKind, key: string, home: Home): Promise<void> {
	if (!hasLimits()) return;
	const answer = await ask<Taken>('take_token', { kind, key }, home);
	if (answer?.taken) return;
	const wait = answer ? (answer.retry_after ?? 60) : standFor(kind, key, home, Date.now());
	if (wait !== null) throw tooMany('too_many_tries', wait);
}

/** Asks the database; null when it does not answer in time, or did not a moment ago. */
async function ask<Answer>(
	fn: FunctionName,
	args: Record<string, unknown>,
	home: Home
): Promise<Answer | null> {
	const standIn = standInOf(home);
	if (performance.now() < standIn.awayUntil) return null;
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), ANSWER_MS)));
	const asked = call<Answer>(serviceClient(home), fn, args);
	// It may still fail after nobody waits for it.
	asked.catch(() => {});
	try {
		const answer = await Promise.race([asked, late]);
		if (answer === null) noteAway(standIn, { code: 'late' });
		return answer;
	} catch (error) {
		// A value it cannot read would be our mistake; anything else means that it is not there to decide.
		if (error instanceof ApiProblem && error.status === 422) throw error;
		noteAway(standIn, errorFacts(error));
		return null;
	} finally {
		clearTimeout(timer);
	}
}

function noteAway(standIn: StandIn, facts: Record<string, unknown>): void {
	standIn.awayUntil = performance.now() + AWAY_MS;
	log.warn('limits_stand_in', facts);
}

/** Null when this process has one to give, else the seconds until it has. */
function standFor(kind: TokenKind | Level, key: string, home: Home, now: number): number | null {
	const { buckets } = standInOf(home);
	return buckets.take(`${kind} ${key}`, STAND_IN[kind], now) ?? buckets.take('everybody', EVERYBODY, now);
}

function standForAdmission(level: Level, hash: string, home: Home, now: number): Admitted {
	const wait = standFor(level, hash, home, now);
	const next = wait === null || level === 2 ? null : level + 1;
	return { admitted: wait === null, level: next, retry_after: wait };
}

function tooMany(code: string, seconds: number | null): ApiProblem {
	const wait = Math.min(Math.max(1, Math.ceil(seconds ?? 60)), 86_400);
	return new ApiProblem(429, code, { retry_after: wait, minutes: Math.ceil(wait / 60) });
}
