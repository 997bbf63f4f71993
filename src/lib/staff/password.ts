import { randomInt } from 'node:crypto';

/** Letters and digits nobody mixes up when reading them out: 20 of them are 99 bits. Shown once and stored nowhere. */
export function makePassword(): string {
	const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
	const groups = Array.from({ length: 4 }, () =>
		Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')
	);
	return groups.join('-');
}
