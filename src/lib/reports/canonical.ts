import { createHash } from 'node:crypto';

/** JSON with every object's fields in one order: two bodies that say the same have the same text. */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	if (value !== null && typeof value === 'object') {
		const fields = Object.entries(value)
			.filter(([, field]) => field !== undefined)
			.sort(([a], [b]) => (a < b ? -1 : 1));
		return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
	}
	return JSON.stringify(value);
}

/** SHA-256 (hex) of what a report says: it tells a repeated send from another report under the same id. */
export function bodyHash(report: unknown): string {
	return createHash('sha256').update(canonicalJson(report)).digest('hex');
}
