import { ApiProblem } from '#lib/database/problem.ts';

/** The body piece by piece. A sender that stalls or hangs up gets a problem, not our time. */
export async function* bodyChunks(request: Request, seconds: number): AsyncGenerator<Uint8Array> {
	if (!request.body) return;
	const reader = request.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new ApiProblem(408, 'too_slow')), seconds * 1000);
	});
	late.catch(() => {});
	let isDone = false;
	try {
		for (;;) {
			const { done, value } = await Promise.race([reader.read(), late]);
			if (done) break;
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
