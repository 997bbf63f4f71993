import { describe, expect, it } from 'vitest';
import { once } from './once.ts';

describe('once', () => {
	it('does the work of many askers a single time', async () => {
		let done = 0;
		const ask = once<number>(1000);
		const work = () => new Promise<number>((resolve) => setTimeout(() => resolve(++done), 5));
		expect(await Promise.all([ask('a', work), ask('a', work), ask('a', work)])).toEqual([1, 1, 1]);
		expect(await ask('a', work)).toBe(1);
	});

	it('asks again when the answer is too old', async () => {
		let now = 0;
		let done = 0;
		const ask = once<number>(100, 10, () => now);
		await ask('a', async () => ++done);
		await Promise.resolve();
		now = 101;
		expect(await ask('a', async () => ++done)).toBe(2);
	});

	it('does not keep a failure', async () => {
		const ask = once<string>(1000);
		await expect(ask('a', () => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
		expect(await ask('a', async () => 'fine')).toBe('fine');
	});

	it('forgets the oldest when it holds too many', async () => {
		const ask = once<number>(1000, 2);
		for (const key of ['a', 'b', 'c']) await ask(key, async () => 1);
		expect(await ask('a', async () => 2)).toBe(2);
		expect(await ask('c', async () => 2)).toBe(1);
	});
});
