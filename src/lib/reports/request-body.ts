import { ApiProblem } from '#lib/database/problem.ts';

/** How fast a body must come on average, once the first seconds are over. */
export interface Pace {
	graceSeconds: number;
	bytesPerSecond: number;
}

/** The body piece by piece. A sender that stalls, drips or hangs up gets a problem, not our time. */
export async function* bodyChunks(
	request: Request,
	seconds: number,
	pace?: Pace
): AsyncGenerator<Uint8Array> {
	if (!request.body) return;
	const reader = request.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
	let giveUp = () => {};
	const late = new Promise<never>((_, reject) => {
		giveUp = () => reject(new ApiProblem(408, 'too_slow'));
	});
	late.catch(() => {});
	const timer = setTimeout(giveUp, seconds * 1000);
	const started = performance.now();
	let received = 0;
	const isTooSlow = ({ graceSeconds, bytesPerSecond }: Pace) =>
		received < ((performance.now() - started) / 1000 - graceSeconds) * bytesPerSecond;
	const watch = pace && setInterval(() => isTooSlow(pace) && giveUp(), 1000);
	let isDone = false;
	try {
		for (;;) {
			const { done, value } = await Promise.race([reader.read(), late]);
			if (done) break;
			received += value?.byteLength ?? 0;
			if (value) yield value;
		}
		isDone = true;
	} catch (error) {
		if (error instanceof ApiProblem) throw error;
		// The entry point's own size limit breaks the stream with a status; anything else is a connection that broke off.
		if ((error as { status?: number })?.status === 413) throw new ApiProblem(413, 'too_large');
		throw new ApiProblem(400, 'body_broken');
	} finally {
		clearTimeout(timer);
		clearInterval(watch);
		if (!isDone) void drain(reader);
	}
}

const DRAIN_BYTES = 24 * 1024 * 1024;
const DRAIN_MS = 5000;

/**
 * Reads on and throws away for a moment. Under Node, cancelling a request's stream cuts the connection, and the sender
 * would see a broken pipe in place of the answer that says what was wrong.
 */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
	const end = setTimeout(() => void reader.cancel().catch(() => {}), DRAIN_MS);
	end.unref();
	try {
		for (let left = DRAIN_BYTES; left > 0;) {
			const { done, value } = await reader.read();
			if (done) return;
			left -= value.byteLength;
		}
		await reader.cancel();
	} catch {
		// The connection is gone; so is the need to be polite.
	} finally {
		clearTimeout(end);
	}
}
