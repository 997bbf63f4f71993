import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { AuthRefused, tooManyAttempts } from './auth-answers.ts';

/** scrypt's parameters; the work is 2^log2N · blockSize · parallelism. */
export interface PasswordCost {
	log2N: number;
	blockSize: number;
	parallelism: number;
}

// OWASP's equivalent of N=2^17, p=1 in a quarter of the memory (32 MB): about 0.2 s on a slow core.
export const PASSWORD_COST: PasswordCost = { log2N: 15, blockSize: 8, parallelism: 3 };

const MIN_LENGTH = 10;
const MAX_BYTES = 72; // GoTrue's bound (bcrypt), so that a password good here is good there
const KEY_BYTES = 32;
const AT_ONCE = 2;
const MAX_WAITING = 64;

export interface Passwords {
	/** `$scrypt$ln=15,r=8,p=3$<salt>$<key>`, or a refusal when the password is too short or too long. */
	hash(password: string): Promise<string>;
	/** Takes the same time for an account that does not exist (`stored` null) as for a wrong password. */
	matches(password: string, stored: string | null): Promise<boolean>;
}

export function openPasswords(cost: PasswordCost = PASSWORD_COST): Passwords {
	const take = boundedTurns(AT_ONCE, MAX_WAITING);
	// Nothing hashes to a random key, but the work is done all the same.
	const nobody = format(cost, randomBytes(16), randomBytes(KEY_BYTES));

	return {
		async hash(password) {
			checkLength(password);
			const salt = randomBytes(16);
			return format(cost, salt, await take(() => derive(password, salt, cost)));
		},
		async matches(password, stored) {
			const { cost: storedCost, salt, key } = parse(stored ?? nobody);
			const derived = await take(() => derive(password, salt, storedCost));
			return timingSafeEqual(derived, key) && stored !== null;
		}
	};
}

function checkLength(password: string): void {
	const problem =
		[...password].length < MIN_LENGTH
			? `Password should be at least ${MIN_LENGTH} characters.`
			: Buffer.byteLength(password) > MAX_BYTES
				? `Password cannot be longer than ${MAX_BYTES} bytes.`
				: null;
	if (problem) {
		throw new AuthRefused(422, 'weak_password', problem, {
			more: { weak_password: { reasons: ['length'] } }
		});
	}
}

function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
	const { log2N, blockSize, parallelism } = cost;
	const N = 2 ** log2N;
	const options = { N, r: blockSize, p: parallelism, maxmem: 256 * N * blockSize };
	return new Promise((resolve, reject) => {
		scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
			error ? reject(error) : resolve(key)
		);
	});
}

function format(cost: PasswordCost, salt: Buffer, key: Buffer): string {
	const { log2N, blockSize, parallelism } = cost;
	const fields = `ln=${log2N},r=${blockSize},p=${parallelism}`;
	return `$scrypt$${fields}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

function parse(stored: string): { cost: PasswordCost; salt: Buffer; key: Buffer } {
	const found = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(stored);
	if (!found) throw new Error('A stored password is not in the scrypt format.');
	const [, log2N, blockSize, parallelism, salt, key] = found as unknown as [
		string,
		string,
		string,
		string,
		string,
		string
	];
	return {
		cost: { log2N: Number(log2N), blockSize: Number(blockSize), parallelism: Number(parallelism) },
		salt: Buffer.from(salt, 'base64url'),
		key: Buffer.from(key, 'base64url')
	};
}

/** At most `atOnce` jobs run, at most `maxWaiting` wait, the rest are turned away: guessing must not eat the machine. */
function boundedTurns(atOnce: number, maxWaiting: number) {
	let running = 0;
	const waiting: (() => void)[] = [];
	return async <T>(job: () => Promise<T>): Promise<T> => {
		if (running >= atOnce) {
			if (waiting.length >= maxWaiting) throw tooManyAttempts(5);
			await new Promise<void>((resolve) => waiting.push(resolve));
		} else {
			running += 1;
		}
		try {
			return await job();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else running -= 1;
		}
	};
}
