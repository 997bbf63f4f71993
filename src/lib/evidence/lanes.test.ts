import { expect, it } from 'vitest';
import { ApiProblem } from '#lib/database/problem.ts';
import { shares } from './lanes.ts';

it('one key holds at most its share, and gives it back however the work ends', async () => {
	const inShare = shares(2, () => new ApiProblem(429, 'too_busy', { retry_after: 3 }));
	const ends: ((error?: Error) => void)[] = [];
	const work = () =>
		new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
	const first = inShare('a', work);
	const second = inShare('a', work);
	await expect(inShare('a', work)).rejects.toMatchObject({ status: 429, code: 'too_busy' });
	const others = [inShare('b', work), inShare('', work), inShare('', work), inShare('', work)];
	ends[0]!(new Error('broken off'));
	await expect(first).rejects.toThrow('broken off');
	const third = inShare('a', work);
	for (const end of ends) end();
	await Promise.all([second, third, ...others]);
});
