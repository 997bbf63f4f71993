import { call, serviceClient } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { codeHash, pinHash, readCode, readPin } from './codes.ts';
import type { Followed } from './follow.ts';
import { guarding, type Asker } from './follow-tries.server.ts';

/** What a query code and PIN, as typed, prove. */
export interface Proof {
	code: string;
	code_hash: string;
	pin_hash: string;
}

/** A typing mistake is told apart from a wrong pair, which code or PIN is wrong is not. */
function proofOf(typedCode: string, typedPin: string, home: Home): Proof {
	const code = readCode(typedCode);
	if (!code) throw new ApiProblem(422, 'bad_code', { field: 'code' });
	const pin = readPin(typedPin);
	if (!pin) throw new ApiProblem(422, 'bad_pin', { field: 'pin' });
	return { code, code_hash: codeHash(code), pin_hash: pinHash(home.secret, code, pin) };
}

/** Runs a call for whoever holds code and PIN. Wrong ones are counted, and answered the same whichever is wrong. */
export async function proving<Answer>(
	asker: Asker,
	fn: 'follow' | 'answer_closure' | 'add_contact' | 'erase_contacts',
	args: (proof: Proof) => Record<string, unknown> = () => ({}),
	home: Home = getHome()
): Promise<Answer> {
	const proof = proofOf(asker.code, asker.pin, home);
	const { code_hash, pin_hash } = proof;
	return guarding(asker.address, code_hash, home, () =>
		call<Answer>(serviceClient(home), fn, { code_hash, pin_hash, ...args(proof) })
	);
}

/** Where a report stands. */
export function followReport(asker: Asker, home: Home = getHome()): Promise<Followed> {
	return proving(asker, 'follow', undefined, home);
}

/** The citizen's word on a closure: "not solved" sends the case back to verification. The same request answers once. */
export function answerClosure(
	asker: Asker,
	answer: { isSolved: boolean; requestId: string; photo: string | null },
	home: Home = getHome()
): Promise<Followed> {
	const { isSolved: solved, requestId: request_id } = answer;
	const photo_sha256 = solved ? null : answer.photo;
	return proving(asker, 'answer_closure', () => ({ solved, request_id, photo_sha256 }), home);
}
