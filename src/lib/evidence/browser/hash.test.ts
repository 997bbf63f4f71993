import { createHash, randomBytes } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { sha256Of } from './hash.ts';

afterEach(() => vi.unstubAllGlobals());

it.each([
	['the browser', () => {}],
	['script, on a page without a secure connection', () => vi.stubGlobal('crypto', {})]
])("a photo's name is its SHA-256, computed by %s", async (_, arrange) => {
	const bytes = randomBytes(300_001);
	const expected = createHash('sha256').update(bytes).digest('hex');
	arrange();
	expect(await sha256Of(new Blob([bytes]))).toBe(expected);
});
