import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export interface Claims {
	role?: string;
	sub?: string;
	exp?: number;
	iat?: number;
	nbf?: number;
	[claim: string]: unknown;
}

/** Why a token was refused; PostgREST's words, which supabase-js shows. */
export class TokenRefused extends Error {
	readonly expired: boolean;

	constructor(message: string, expired = false) {
		super(message);
		this.name = 'TokenRefused';
		this.expired = expired;
	}
}

const MAX_TOKEN_LENGTH = 8192;
const CLOCK_SKEW_SECONDS = 30; // as PostgREST allows
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

/** A key of its own for each purpose, so that a leaked or misused one says nothing about the others. */
export function deriveKey(secret: Buffer, label: string): Buffer {
	return Buffer.from(hkdfSync('sha256', secret, 'kerbside', label, 32));
}

export function mintToken(claims: Claims, key: Buffer): string {
	const body = `${HEADER}.${encode(claims)}`;
	return `${body}.${sign(body, key).toString('base64url')}`;
}

/**
 * The claims of a token signed by `key` (HS256 only, whatever its header asks for), or `TokenRefused`.
 * The signature is judged before anything inside is read, in constant time.
 */
export function verifyToken(token: string, key: Buffer, nowSeconds = Date.now() / 1000): Claims {
	if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefused('JWSError (JSONDecodeError "Token too long")');
	const parts = token.split('.');
	if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) {
		throw new TokenRefused('JWSError (CompactDecodeError Invalid number of parts)');
	}
	const [header, payload, signature] = parts as [string, string, string];
	const given = Buffer.from(signature, 'base64url');
	const expected = sign(`${header}.${payload}`, key);
	// Re-encoding refuses the second spelling that spare bits in the last character would allow.
	const isGenuine =
		given.length === expected.length &&
		timingSafeEqual(given, expected) &&
		given.toString('base64url') === signature;
	if (!isGenuine || decode(header)?.alg !== 'HS256') throw new TokenRefused('JWSError JWSInvalidSignature');

	const claims = decode(payload) as Claims | null;
	if (!claims) throw new TokenRefused('JWTClaimsSetDecodeError');
	if (!isTime(claims.exp) || !isTime(claims.nbf) || !isTime(claims.iat)) {
		throw new TokenRefused('JWTClaimsSetDecodeError');
	}
	if (claims.exp !== undefined && nowSeconds > claims.exp + CLOCK_SKEW_SECONDS) {
		throw new TokenRefused('JWT expired', true);
	}
	if (claims.nbf !== undefined && nowSeconds < claims.nbf - CLOCK_SKEW_SECONDS) {
		throw new TokenRefused('JWTNotYetValid');
	}
	if (claims.iat !== undefined && nowSeconds < claims.iat - CLOCK_SKEW_SECONDS) {
		throw new TokenRefused('JWTIssuedAtFuture');
	}
	return claims;
}

function sign(body: string, key: Buffer): Buffer {
	return createHmac('sha256', key).update(body).digest();
}

function encode(value: object): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Record<string, unknown> | null {
	try {
		const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
		return value && typeof value === 'object' && !Array.isArray(value)
			? (value as Record<string, unknown>)
			: null;
	} catch {
		return null;
	}
}

function isTime(value: unknown): value is number | undefined {
	return value === undefined || (typeof value === 'number' && Number.isFinite(value));
}
