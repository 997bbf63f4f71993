import { createHmac } from 'node:crypto';
import { networkOf } from '#server/address.ts';

/** Whose tries are counted: keyed hashes, so that the database can tell neither who was tried nor from where. */
export function signInSubjects(
	secret: Buffer,
	email: string,
	address: string
): { account: string; network: string } {
	return {
		account: subject(secret, 'account', email),
		network: subject(secret, 'network', networkOf(address))
	};
}

/** Codes are counted apart from passwords: whoever is asked for one has given the password. */
export function codeSubject(secret: Buffer, staffId: string): string {
	return subject(secret, 'code', staffId);
}

function subject(secret: Buffer, kind: string, value: string): string {
	return createHmac('sha256', secret).update(`sign-in ${kind}\n${value}`).digest('base64url');
}
