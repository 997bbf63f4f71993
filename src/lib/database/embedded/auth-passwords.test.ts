import { expect, test } from 'vitest';
import { openPasswords } from './auth-passwords.ts';

const WEAK = { log2N: 10, blockSize: 8, parallelism: 1 };

test('a password is kept as scrypt at full strength, never twice the same', async () => {
	const passwords = openPasswords();
	const [one, two] = await Promise.all([
		passwords.hash('correct horse battery'),
		passwords.hash('correct horse battery')
	]);
	expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
	expect(two).not.toBe(one);
	expect(await passwords.matches('correct horse battery', one)).toBe(true);
	expect(await passwords.matches('correct horse batterz', one)).toBe(false);
});

test('what was hashed at another strength still opens', async () => {
	const stored = await openPasswords(WEAK).hash('correct horse battery');
	expect(await openPasswords().matches('correct horse battery', stored)).toBe(true);
});

test('two ways to type one character are one password', async () => {
	const passwords = openPasswords(WEAK);
	expect(
		await passwords.matches('cafe\u0301 on the kerb', await passwords.hash('caf\u00e9 on the kerb'))
	).toBe(true);
});

test('nobody’s account matches nothing', async () => {
	expect(await openPasswords(WEAK).matches('', null)).toBe(false);
});

test('beyond two at work and sixty-four waiting, guesses are turned away', async () => {
	const passwords = openPasswords(WEAK);
	const tries = await Promise.allSettled(Array.from({ length: 100 }, () => passwords.matches('guess', null)));
	expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(66);
	expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { status: 429 } });
	expect(await passwords.matches('guess', null)).toBe(false);
});
