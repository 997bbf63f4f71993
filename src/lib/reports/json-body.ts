import { ApiProblem } from '#lib/database/problem.ts';
import { bodyChunks } from './request-body.ts';

export const MAX_JSON_BYTES = 64 * 1024;
const MAX_DEPTH = 16;

/** Reads a request's JSON, refusing everything that two readers might understand differently. */
export async function readJson(request: Request, seconds = 15): Promise<unknown> {
	requireIdentity(request);
	const type = request.headers.get('content-type') ?? '';
	if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) throw new ApiProblem(415, 'json_needed');
	const charset = /charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1];
	if (charset && !/^utf-?8$/i.test(charset)) throw new ApiProblem(415, 'json_needed');
	const bytes = await readBounded(request, MAX_JSON_BYTES, seconds);
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw new ApiProblem(400, 'not_utf8');
	}
	return parseJson(text);
}

export function requireIdentity(request: Request): void {
	const encoding = request.headers.get('content-encoding');
	if (encoding && encoding.toLowerCase() !== 'identity') throw new ApiProblem(415, 'encoding_unknown');
}

export function parseJson(text: string): unknown {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new ApiProblem(400, 'not_json');
	}
	refuseAmbiguous(text);
	return value;
}

/** The body's bytes, at most `limit` of them, within `seconds`; a body that breaks off is the sender's error. */
export async function readBounded(request: Request, limit: number, seconds: number): Promise<Uint8Array> {
	const declared = request.headers.get('content-length');
	if (declared !== null && Number(declared) > limit) throw new ApiProblem(413, 'too_large', { limit });
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of bodyChunks(request, seconds)) {
		size += chunk.byteLength;
		if (size > limit) throw new ApiProblem(413, 'too_large', { limit });
		chunks.push(chunk);
	}
	return Buffer.concat(chunks, size);
}

/**
 * `text` is JSON already accepted by JSON.parse; this walks it once more for what JSON.parse lets through:
 * a field named twice (the last would win silently) and nesting deeper than any report has.
 */
function refuseAmbiguous(text: string): void {
	const open: (Set<string> | null)[] = []; // one entry per open bracket: names seen in an object, null for a list
	let isName = false;
	for (let i = 0; i < text.length; i++) {
		const c = text[i];
		if (c === '"') {
			const start = i;
			for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
			const names = open.at(-1);
			if (isName && names) {
				const name = JSON.parse(text.slice(start, i + 1)) as string;
				if (names.has(name)) throw new ApiProblem(400, 'field_twice', { field: name.slice(0, 64) });
				names.add(name);
				isName = false;
			}
		} else if (c === '{' || c === '[') {
			if (open.length >= MAX_DEPTH) throw new ApiProblem(400, 'too_deep');
			open.push(c === '{' ? new Set() : null);
			isName = c === '{';
		} else if (c === '}' || c === ']') {
			open.pop();
			isName = false;
		} else if (c === ',') {
			isName = open.at(-1) instanceof Set;
		}
	}
}
