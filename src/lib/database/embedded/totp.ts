// Codes that change every half minute (RFC 6238), as every authenticator app makes them.
import { Secret, TOTP } from 'otpauth';

const PERIOD = 30;
/** One step to either side: a phone's clock may be half a minute off. */
const DRIFT_STEPS = 1;

export function makeSecret(): string {
	return new Secret({ size: 20 }).base32;
}

export function uriOf(secret: string, issuer: string, label: string): string {
	return totpOf(secret, issuer, label).toString();
}

/**
 * The time step whose code this is, or null. A step up to `spent` is refused: a code read over a shoulder is worth nothing
 * once its owner has used it, nor is an earlier one.
 */
export function stepOf(secret: string, code: string, now: number, spent: number | null): number | null {
	const token = code.replace(/\s/g, '');
	if (!/^\d{6}$/.test(token)) return null;
	const delta = totpOf(secret).validate({ token, timestamp: now, window: DRIFT_STEPS });
	if (delta === null) return null;
	const step = Math.floor(now / 1000 / PERIOD) + delta;
	return spent !== null && step <= spent ? null : step;
}

function totpOf(secret: string, issuer = '', label = ''): TOTP {
	return new TOTP({
		issuer,
		label,
		secret: Secret.fromBase32(secret),
		algorithm: 'SHA1',
		digits: 6,
		period: PERIOD
	});
}
