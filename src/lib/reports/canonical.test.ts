import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyHash, canonicalJson } from './canonical.ts';

describe('the hash of what a report says', () => {
	it('does not depend on the order of fields, at any depth', () => {
		expect(bodyHash({ a: 1, b: [{ x: 1, y: 2 }] })).toBe(bodyHash({ b: [{ y: 2, x: 1 }], a: 1 }));
	});

	it('depends on the order of a list', () => {
		expect(bodyHash([1, 2])).not.toBe(bodyHash([2, 1]));
	});

	it('keeps apart what only looks alike', () => {
		const texts = [{ a: '1' }, { a: 1 }, { a: [1] }, { a: null }, {}, [], ''].map(canonicalJson);
		expect(new Set(texts).size).toBe(texts.length);
	});

	it('reads back as what was hashed', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
			{ numRuns: 200, seed: 1 }
		);
	});
});
