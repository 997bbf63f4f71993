import { hkdfSync, randomInt } from 'node:crypto';
import { createChallenge, verifySolution, type Challenge as AltchaChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/scrypt';
import { ApiProblem } from '#lib/database/problem.ts';
import { lanes, shares } from '#lib/evidence/lanes.ts';
import { BLOCK_SIZE, COST, TRIES, type Challenge, type ProofLevel } from './proof-of-work.ts';

/**
 * Challenges without memory: what was asked, for which report and until when, is signed into the challenge, and so is
 * the right answer. Checking a proof is three hashes; making a challenge is one round of scrypt.
 */

/** Long enough for the slowest phone at the harder level, and for one that sleeps in a pocket meanwhile. */
export const PROOF_SECONDS = 30 * 60;
const MAX_PROOF_CHARACTERS = 4096;

interface Keys {
	challenge: string;
	answer: string;
}
const keysOf = new WeakMap<Buffer, Keys>();

function keys(secret: Buffer): Keys {
	let found = keysOf.get(secret);
	if (!found) {
		const derive = (label: string) =>
			Buffer.from(hkdfSync('sha256', secret, '', `kerbside ${label}`, 32)).toString('hex');
		found = { challenge: derive('proof of work challenge 1'), answer: derive('proof of work answer 1') };
		keysOf.set(secret, found);
	}
	return found;
}

// One at a time: scrypt works in the thread pool that also syncs reports to the disk, and must leave threads for it.
const making = lanes(1, 200);
// One network cannot fill the queue: everybody else's report would have to wait.
const inShare = shares(8, () => new ApiProblem(429, 'too_many_tries', { retry_after: 2, minutes: 1 }));

/** The work that one report needs at one level. `network` is whose share it comes from; nobody's when there are no limits. */
export async function makeChallenge(
	secret: Buffer,
	reportId: string,
	level: ProofLevel,
	network = ''
): Promise<Challenge> {
	return inShare(network, () => makeInTurn(secret, reportId, level));
}

async function makeInTurn(secret: Buffer, reportId: string, level: ProofLevel): Promise<Challenge> {
	const { challenge, answer } = keys(secret);
	const made = making(() =>
		createChallenge({
			algorithm: 'SCRYPT',
			cost: COST,
			memoryCost: BLOCK_SIZE,
			parallelism: 1,
			counter: randomInt(1, TRIES[level] + 1),
			deriveKey,
			data: { report: reportId, level, tries: TRIES[level] },
			expiresAt: Math.floor(Date.now() / 1000) + PROOF_SECONDS,
			hmacSignatureSecret: challenge,
			hmacKeySignatureSecret: answer
		})
	);
	try {
		return (await made) as Challenge;
	} catch (error) {
		if (!(error instanceof ApiProblem)) throw error;
		throw new ApiProblem(503, 'busy', { retry_after: 2 }, { cause: error });
	}
}

/** The level of work a proof proves for this report; null when it proves none: forged, changed, late, or another's. */
export async function provenLevel(
	secret: Buffer,
	reportId: string,
	proof: string
): Promise<ProofLevel | null> {
	const payload = readPayload(proof);
	if (!payload) return null;
	const { challenge: signing, answer } = keys(secret);
	try {
		const { verified } = await verifySolution({
			challenge: payload.challenge as AltchaChallenge,
			solution: payload.solution as { counter: number; derivedKey: string },
			deriveKey: neverDerive,
			hmacSignatureSecret: signing,
			hmacKeySignatureSecret: answer
		});
		const { data, expiresAt } = payload.challenge.parameters;
		// Signed, so it is ours; that it has an end and an owner is checked all the same.
		if (!verified || !expiresAt || data?.report !== reportId) return null;
		return data.level === 1 || data.level === 2 ? data.level : null;
	} catch (error) {
		// The library throws on values no challenge of ours has.
		if (error instanceof ApiProblem) throw error;
		return null;
	}
}

/** Every challenge of ours carries its answer's signature; without one there is nothing to check against. */
async function neverDerive(): Promise<never> {
	throw new RangeError('A challenge without the signature of its answer is not ours.');
}

function readPayload(proof: string): { challenge: Challenge; solution: unknown } | null {
	if (proof.length > MAX_PROOF_CHARACTERS || !/^[A-Za-z0-9+/]+=*$/.test(proof)) return null;
	try {
		const payload = JSON.parse(Buffer.from(proof, 'base64').toString('utf8')) as {
			challenge?: Challenge;
			solution?: unknown;
		} | null;
		const { challenge, solution } = payload ?? {};
		if (typeof challenge?.parameters !== 'object' || challenge.parameters === null) return null;
		if (typeof challenge.signature !== 'string' || typeof solution !== 'object') return null;
		return { challenge, solution };
	} catch {
		return null;
	}
}
