import { call, serviceClient } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { codeHash, pinHash, readCode, readPin } from './codes.ts';
import type { Followed } from './follow.ts';

interface Proof {
	code_hash: string;
	pin_hash: string;
}

/** What a query code and PIN, as typed, prove. A typing mistake is told apart from a wrong pair, which code or PIN is wrong is not. */
function proofOf(typedCode: string, typedPin: string, home: Home): Proof {
	const code = readCode(typedCode);
	if (!code) throw new ApiProblem(422, 'bad_code', { field: 'code' });
	const pin = readPin(typedPin);
	if (!pin) throw new ApiProblem(422, 'bad_pin', { field: 'pin' });
	return { code_hash: codeHash(code), pin_hash: pinHash(home.secret, code, pin) };
}

async function asking(
	fn: 'follow' | 'answer_closure',
	args: Record<string, unknown>,
	home: Home
): Promise<Followed> {
	try {
		return (await call(serviceClient(home), fn, args)) as unknown as Followed;
	} catch (error) {
		if (error instanceof ApiProblem && error.status === 404) throw new ApiProblem(404, 'code_or_pin_wrong');
		throw error;
	}
}

/** Where a report stands, for whoever holds its code and PIN. */
export function followReport(code: string, pin: string, home: Home = getHome()): Promise<Followed> {
	return asking('follow', { ...proofOf(code, pin, home) }, home);
}

/** The citizen's word on a closure: "not solved" sends the case back to verification. The same request answers once. */
export function answerClosure(
	code: string,
	pin: string,
	isSolved: boolean,
	requestId: string,
	home: Home = getHome()
): Promise<Followed> {
	const args = { ...proofOf(code, pin, home), solved: isSolved, request_id: requestId };
	return asking('answer_closure', args, home);
}
