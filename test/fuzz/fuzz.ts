import fc from 'fast-check';
import type { Endpoint } from './endpoints.ts';
import type { Sent } from './inputs.ts';

export interface Outcome {
	tried: number;
	/** Status → how many. A form that was accepted counts as 200. */
	statuses: Record<number, number>;
	worstMs: number;
	/** The first request that was answered as it must not be; null when none was. */
	fault: string | null;
}

/** The longest an answer may take, whatever was sent. */
export const LIMIT_MS = 1000;

/** Sends `runs` requests, one after another, through the endpoint's own handler. */
export async function fuzz({ sent, answer }: Endpoint, runs: number, seed: number): Promise<Outcome> {
	const outcome: Outcome = { tried: 0, statuses: {}, worstMs: 0, fault: null };
	const property = fc.asyncProperty(sent, async (one) => {
		const event = eventOf(one);
		const startedAt = performance.now();
		const response = await answered(answer, event);
		const took = performance.now() - startedAt;
		const fault = faultOf(response) ?? (await documentFault(response));
		outcome.tried += 1;
		outcome.worstMs = Math.max(outcome.worstMs, took);
		outcome.statuses[response.status] = (outcome.statuses[response.status] ?? 0) + 1;
		if (fault) throw new Error(fault);
	});
	const result = await fc.check(property, { numRuns: runs, seed, endOnFailure: true });
	if (result.failed) {
		const [request] = result.counterexample ?? [];
		outcome.fault = `${String(result.errorInstance)} with ${show(request as Sent)}`;
	}
	return outcome;
}

// Every request comes from another house, so that no sender's share of the room ends the trial.
let house = 0;
const getClientAddress = () =>
	`2001:db8:${((house += 1) >> 16).toString(16)}:${(house & 0xffff).toString(16)}::1`;

/** What SvelteKit would hand to a handler for this request. */
export function eventOf({ method, headers, body, isCut, param, query }: Sent) {
	const hasBody = body !== null && method !== 'GET' && method !== 'HEAD';
	const pieces = [...(body ?? [])];
	const stream = new ReadableStream<Uint8Array>({
		pull(controller) {
			const piece = pieces.shift();
			if (piece) controller.enqueue(piece);
			else if (isCut) controller.error(new Error('aborted'));
			else controller.close();
		}
	});
	const url = new URL(`http://localhost/${query}`);
	const init = { method, headers: kept(headers), ...(hasBody ? { body: stream, duplex: 'half' } : {}) };
	const locals = { requestId: 'fuzz', language: 'en', staff: null };
	return {
		request: new Request(url, init as RequestInit),
		url,
		params: { sha256: param },
		locals,
		setHeaders() {},
		getClientAddress
	};
}

function kept(headers: [string, string][]): Headers {
	const all = new Headers();
	for (const [name, value] of headers) all.set(name, value.trim());
	return all;
}

export async function answered(answer: Endpoint['answer'], event: unknown): Promise<Response> {
	try {
		const given = await answer(event as never);
		if (given instanceof Response) return given;
		// A form action answers with data, or with a failure that carries its status.
		const { status = 200 } = given as { status?: number };
		return new Response(null, { status });
	} catch (error) {
		const { status } = error as { status?: unknown };
		if (typeof status === 'number' && status < 500) return new Response(null, { status });
		return new Response(String((error as Error)?.stack ?? error), { status: 500 });
	}
}

function faultOf(response: Response): string | null {
	return response.status >= 500 ? `status ${response.status}` : null;
}

/** Every refusal with a body is a problem document that says what to do. */
async function documentFault(response: Response): Promise<string | null> {
	if (response.status < 400 || !response.body) return null;
	if (response.headers.get('content-type') !== 'application/problem+json')
		return 'a refusal that is no problem document';
	const problem = (await response.json()) as Record<string, unknown>;
	if (problem.status !== response.status)
		return `a document of status ${String(problem.status)} in a ${response.status}`;
	const isSaid =
		typeof problem.detail === 'string' && problem.detail.includes(' ') && typeof problem.title === 'string';
	return isSaid ? null : `no sentence for ${String(problem.code)}`;
}

function show(sent: Sent | undefined): string {
	if (!sent) return 'nothing';
	const body = Buffer.concat(sent.body ?? []);
	return JSON.stringify({ ...sent, body: body.toString('latin1').slice(0, 600), bytes: body.length });
}
