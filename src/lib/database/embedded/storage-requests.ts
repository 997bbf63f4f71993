// Reading what storage-js sends. Everything is checked here; nothing past this point sees a raw value.

import { TokenRefused, verifyToken } from '../jwt.ts';
import type { Identity } from './executor.ts';
import { invalidRequest, StorageRefused, tooLarge } from './storage-answers.ts';
import type { ListQuery } from './storage-objects.ts';

const MAX_JSON = 262_144;
const MAX_KEYS = 1000;
const MAX_METADATA = 16_384;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Body = Record<string, unknown>;

/** Who asks: the bearer's role when there is one, else the role of the API key. */
export function callerOf(request: Request, jwtKey: Buffer, now: () => number): Identity {
	const key = request.headers.get('apikey');
	const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
	if (!key) throw new StorageRefused(401, 'Unauthorized', 'AccessDenied', 'No API key found in request');
	try {
		verifyToken(key, jwtKey, now() / 1000);
		const claims = verifyToken(bearer ?? key, jwtKey, now() / 1000);
		const { role } = claims;
		const isWellFormed = claims.sub === undefined || UUID.test(claims.sub);
		if (isWellFormed && (role === 'anon' || role === 'authenticated' || role === 'service_role')) {
			return { role, claims };
		}
	} catch (error) {
		if (!(error instanceof TokenRefused)) throw error;
		const message = error.expired ? '"exp" claim timestamp check failed' : 'Invalid Compact JWS';
		throw new StorageRefused(403, 'Unauthorized', 'AccessDenied', message);
	}
	throw new StorageRefused(403, 'Unauthorized', 'AccessDenied', 'The token names no role of this API');
}

export interface Part {
	body: ReadableStream<Uint8Array> | null;
	mimetype: string;
	cacheControl: string;
	userMetadata: Body | null;
}

/** storage-js sends buffers and streams as they are, and blobs as a form. */
export async function readPart(request: Request, maxBytes: number): Promise<Part> {
	const type = request.headers.get('content-type') ?? '';
	if (!type.startsWith('multipart/form-data')) {
		const encoded = request.headers.get('x-metadata');
		return {
			body: request.body,
			mimetype: readType(type),
			cacheControl: readCacheControl(request.headers.get('cache-control')),
			userMetadata: encoded ? readMetadata(Buffer.from(encoded, 'base64').toString('utf8')) : null
		};
	}
	const bounded = request.body?.pipeThrough(atMost(maxBytes + 65_536));
	const form = await new Response(bounded, { headers: { 'content-type': type } })
		.formData()
		.catch((error: unknown) => {
			if (error instanceof StorageRefused) throw error;
			if ((error as Error).cause instanceof StorageRefused) throw (error as Error).cause;
			throw invalidRequest('The form could not be read');
		});
	const file = [...form.values()].find((value) => typeof value !== 'string');
	if (!file) throw invalidRequest('The form holds no file');
	const [cacheControl, metadata] = [form.get('cacheControl'), form.get('metadata')];
	return {
		body: file.stream(),
		mimetype: readType(file.type || String(form.get('contentType') ?? '')),
		cacheControl: readCacheControl(typeof cacheControl === 'string' ? `max-age=${cacheControl}` : null),
		userMetadata: typeof metadata === 'string' ? readMetadata(metadata) : null
	};
}

function atMost(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
	let size = 0;
	return new TransformStream({
		transform(chunk, controller) {
			size += chunk.byteLength;
			if (size > maxBytes) controller.error(tooLarge());
			else controller.enqueue(chunk);
		}
	});
}

function readType(type: string): string {
	return /^[\w.+-]{1,60}\/[\w.+-]{1,100}(; ?charset=[\w-]{1,20})?$/i.test(type)
		? type
		: 'application/octet-stream';
}

function readCacheControl(value: string | null): string {
	return value && /^[\w=, -]{1,100}$/.test(value) ? value : 'no-cache';
}

function readMetadata(text: string): Body {
	const value = parse(text.slice(0, MAX_METADATA));
	const hasUnstorable = /\\u(0000|d[89a-f])/i.test(JSON.stringify(value));
	if (hasUnstorable) throw invalidRequest('The metadata holds text that cannot be stored');
	return value;
}

export function checkType(type: string, allowed: string[] | null): void {
	const plain = type.split(';')[0]!.trim();
	const isAllowed = !allowed || allowed.some((one) => one === plain || one === `${plain.split('/')[0]}/*`);
	if (!isAllowed) {
		const message = `mime type ${plain} is not supported`;
		throw new StorageRefused(415, 'invalid_mime_type', 'InvalidMimeType', message);
	}
}

export async function readJson(request: Request): Promise<Body> {
	const text = await request.text();
	if (text.length > MAX_JSON) throw tooLarge();
	return text ? parse(text) : {};
}

function parse(text: string): Body {
	try {
		const value: unknown = JSON.parse(text);
		if (value && typeof value === 'object' && !Array.isArray(value)) return value as Body;
	} catch {
		// Refused below like any other text that is no object.
	}
	throw invalidRequest('The body must be a JSON object');
}

export function readKeys(value: unknown): string[] {
	const isList =
		Array.isArray(value) && value.length <= MAX_KEYS && value.every((key) => typeof key === 'string');
	if (!isList) throw invalidRequest(`Name the objects in a list of at most ${MAX_KEYS}`);
	return value as string[];
}

export function readListQuery(body: Body): ListQuery {
	const sortBy = (body.sortBy ?? {}) as { column?: unknown; order?: unknown };
	const columns = ['name', 'updated_at', 'created_at', 'last_accessed_at'] as const;
	const column = columns.find((one) => one === (sortBy.column ?? 'name'));
	if (!column) throw invalidRequest(`Sort by one of ${columns.join(', ')}`);
	return {
		prefix: readText(body.prefix),
		search: readText(body.search),
		limit: readCount(body.limit, 100, MAX_KEYS),
		offset: readCount(body.offset, 0, 10_000_000),
		column,
		order: sortBy.order === 'desc' ? 'desc' : 'asc'
	};
}

function readText(value: unknown): string {
	const text = value ?? '';
	if (typeof text !== 'string' || text.length > 1024 || text.includes('\0')) {
		throw invalidRequest('A prefix is a text of at most 1024 characters');
	}
	return text;
}

function readCount(value: unknown, otherwise: number, most: number): number {
	const count = value ?? otherwise;
	if (!Number.isInteger(count) || (count as number) < 0 || (count as number) > most) {
		throw invalidRequest(`A limit or offset is a whole number up to ${most}`);
	}
	return count as number;
}

/** A number of bytes, or "20MB" as the client's documentation has it. */
export function readLimit(value: unknown): number | null {
	if (value === undefined || value === null) return null;
	const found = /^(\d{1,12})\s*(B|KB|MB|GB)?$/i.exec(String(value));
	if (!found) throw invalidRequest('file_size_limit is a number of bytes, or such as "20MB"');
	const unit = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }[(found[2] ?? 'B').toUpperCase() as 'B'];
	return Number(found[1]) * unit;
}

export function readTypes(value: unknown): string[] | null {
	if (value === undefined || value === null) return null;
	if (!Array.isArray(value)) throw invalidRequest('allowed_mime_types is a list');
	return value.map(String);
}

/** Path segments arrive percent-encoded or not; what cannot be decoded is no name of ours. */
export function decodeSegment(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
