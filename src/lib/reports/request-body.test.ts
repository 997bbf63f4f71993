import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bodyChunks } from './request-body.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A body of `bytes` each second for `seconds`. */
function dripping(bytes: number, seconds: number): Request {
	let left = seconds;
	const body = new ReadableStream({
		async pull(controller) {
			await new Promise((resolve) => setTimeout(resolve, 1000));
			if (left-- > 0) controller.enqueue(new Uint8Array(bytes));
			else controller.close();
		}
	});
	return new Request('http://localhost/', { method: 'PUT', body, duplex: 'half' } as RequestInit);
}

async function read(request: Request): Promise<{ bytes: number; code?: string; seconds: number }> {
	const started = performance.now();
	let bytes = 0;
	const pace = { graceSeconds: 10, bytesPerSecond: 1024 };
	const reading = (async () => {
		for await (const chunk of bodyChunks(request, 180, pace)) bytes += chunk.byteLength;
	})().then(
		() => ({}),
		(problem: { code: string }) => ({ code: problem.code })
	);
	const done = reading.then((end) => ({ ...end, bytes, seconds: (performance.now() - started) / 1000 }));
	await vi.advanceTimersByTimeAsync(200_000);
	return done;
}

it('a photo that comes slowly is read to its end', async () => {
	expect(await read(dripping(1100, 120))).toMatchObject({ bytes: 132_000 });
});

it('one that drips is given up after the first seconds, and so is one that stalls', async () => {
	const dripped = await read(dripping(1, 180));
	expect(dripped.code).toBe('too_slow');
	expect(dripped.seconds).toBeLessThan(13);
	const stalled = await read(dripping(0, 180));
	expect(stalled.code).toBe('too_slow');
});
