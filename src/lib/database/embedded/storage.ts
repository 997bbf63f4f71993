// The part of Supabase Storage that supabase-js needs: buckets, upload, download, signed links, list, information and
// removal. Rows of storage.objects say what exists and, under the caller's role, who may touch it; the bytes lie in
// files beside the database.

import { randomUUID } from 'node:crypto';
import { deriveKey, mintToken, TokenRefused, verifyToken, type Claims } from '../jwt.ts';
import { ExecutorUnavailable, type Executor, type Identity } from './executor.ts';
import { invalidRequest, noBucket, noObject, refusal, StorageRefused, tooLarge } from './storage-answers.ts';
import { checkBucketName, checkKey, openFiles } from './storage-files.ts';
import { openObjects, STORAGE_SERVER, type StoredObject, type Write } from './storage-objects.ts';
import {
	callerOf,
	checkType,
	decodeSegment,
	readJson,
	readKeys,
	readLimit,
	readListQuery,
	readPart,
	readTypes
} from './storage-requests.ts';

export interface StorageOptions {
	executor: Executor;
	/** Where the bytes lie: `<directory>/<bucket>/<key>`. */
	directory: string;
	/** What access tokens and API keys are signed with. */
	jwtKey: Buffer;
	now?: () => number;
}

export interface StorageServer {
	/** Answers requests whose path starts with /storage/v1. */
	fetch(request: Request): Promise<Response>;
}

export const MAX_OBJECT_BYTES = 20 * 1024 * 1024;
const LONGEST_LINK_SECONDS = 7 * 24 * 3600;

export function openStorage({ executor, directory, jwtKey, now = Date.now }: StorageOptions): StorageServer {
	const objects = openObjects(executor);
	const files = openFiles(directory);
	const linkKey = deriveKey(jwtKey, 'storage-link');
	const oneAtATime = perKeyTurns();

	async function route(request: Request): Promise<Response> {
		const { pathname, searchParams } = new URL(request.url);
		const path = pathname
			.replace(/^\/storage\/v1\//, '')
			.split('/')
			.map(decodeSegment);
		const [kind, ...rest] = path as [string, ...string[]];
		if (kind === 'object' && rest[0] === 'sign' && (request.method === 'GET' || request.method === 'HEAD')) {
			return openLink(rest.slice(1), searchParams.get('token') ?? '', request.method);
		}
		const caller = callerOf(request, jwtKey, now);
		if (kind === 'bucket') return buckets(caller, request, rest);
		if (kind === 'object') return objectRoute(caller, request, rest);
		throw unanswered(request);
	}

	async function buckets(caller: Identity, request: Request, [id]: string[]): Promise<Response> {
		if (request.method === 'GET' && !id) return Response.json(await objects.buckets(caller));
		if (request.method === 'GET') {
			const found = (await objects.buckets(caller)).find((bucket) => bucket.id === id);
			if (!found) throw noBucket();
			return Response.json(found);
		}
		if (request.method === 'POST' && !id) {
			const body = await readJson(request);
			const name = checkBucketName(body.id ?? body.name);
			// A public bucket would hand bytes to anybody who guesses a name; the web server is the only door.
			if (body.public) throw invalidRequest('Buckets are private here');
			await objects.createBucket(caller, {
				id: name,
				name,
				public: false,
				file_size_limit: readLimit(body.file_size_limit),
				allowed_mime_types: readTypes(body.allowed_mime_types)
			});
			return Response.json({ name });
		}
		throw unanswered(request);
	}

	async function objectRoute(caller: Identity, request: Request, path: string[]): Promise<Response> {
		const { method } = request;
		const [first, second, ...others] = path;
		if (method === 'POST' && first === 'list' && second) return list(caller, second, await readJson(request));
		if (method === 'POST' && first === 'sign' && second)
			return sign(caller, second, others, await readJson(request));
		if (first === 'info' && second && method === 'GET') {
			const key = checkKey(others.join('/'));
			return Response.json(infoOf(await objects.find(caller, checkBucketName(second), key)));
		}
		// "authenticated" is the older address of the same thing.
		const [bucket, ...segments] = first === 'authenticated' || first === 'info' ? path.slice(1) : path;
		checkBucketName(bucket);
		if (method === 'DELETE') {
			const keys = segments.length ? [segments.join('/')] : readKeys((await readJson(request)).prefixes);
			return remove(caller, bucket!, keys, segments.length > 0);
		}
		const key = checkKey(segments.join('/'));
		if (method === 'POST' || method === 'PUT') return upload(caller, request, bucket!, key);
		if (method === 'GET' || method === 'HEAD') {
			return download(await objects.find(caller, bucket!, key), method);
		}
		throw unanswered(request);
	}

	async function upload(
		caller: Identity,
		request: Request,
		bucketId: string,
		key: string
	): Promise<Response> {
		const bucket = await objects.bucket(bucketId);
		const maxBytes = Math.min(MAX_OBJECT_BYTES, bucket.file_size_limit ?? MAX_OBJECT_BYTES);
		const declared = Number(request.headers.get('content-length') ?? 0);
		// Boundaries and fields of a multipart body may add a little.
		if (declared > maxBytes + 65_536) throw tooLarge();
		const write: Write =
			request.method === 'PUT' ? 'update' : request.headers.get('x-upsert') === 'true' ? 'upsert' : 'create';

		const part = await readPart(request, maxBytes);
		checkType(part.mimetype, bucket.allowed_mime_types);
		const incoming = await files.receive(part.body, maxBytes);
		try {
			const at = new Date(now()).toISOString();
			const object = {
				bucket: bucketId,
				key,
				version: randomUUID(),
				metadata: {
					eTag: incoming.etag,
					size: incoming.size,
					mimetype: part.mimetype,
					cacheControl: part.cacheControl,
					lastModified: at,
					contentLength: incoming.size,
					httpStatusCode: 200
				},
				userMetadata: part.userMetadata,
				write
			};
			// First whether the policies allow it, then the bytes, then the row: a row never promises bytes that are not there.
			const stored = await oneAtATime(`${bucketId}/${key}`, async () => {
				await objects.rehearse(caller, object);
				await files.place(incoming, bucketId, key);
				return objects.write(caller, object);
			});
			return Response.json({ Id: stored.id, Key: `${bucketId}/${key}` });
		} finally {
			await files.discard(incoming);
		}
	}

	async function download(object: StoredObject, method: string): Promise<Response> {
		const { size, body } = await files.read(object.bucket_id, object.name);
		const { mimetype, cacheControl, eTag, lastModified } = object.metadata;
		return new Response(method === 'HEAD' ? null : body, {
			headers: {
				'content-type': mimetype,
				'content-length': String(size),
				'cache-control': cacheControl,
				etag: eTag,
				'last-modified': new Date(lastModified).toUTCString(),
				'x-content-type-options': 'nosniff'
			}
		});
	}

	async function openLink(path: string[], token: string, method: string): Promise<Response> {
		let claims: Claims;
		try {
			claims = verifyToken(token, linkKey, now() / 1000);
		} catch (error) {
			if (!(error instanceof TokenRefused)) throw error;
			const message = error.expired ? '"exp" claim timestamp check failed' : 'Invalid signature';
			throw new StorageRefused(400, 'InvalidJWT', 'InvalidJWT', message);
		}
		const [bucket, ...segments] = path;
		const key = checkKey(segments.join('/'));
		// The clock skew that sign-in tokens are allowed does not lengthen a link.
		const isOver = typeof claims.exp !== 'number' || claims.exp <= now() / 1000;
		if (isOver)
			throw new StorageRefused(400, 'InvalidJWT', 'InvalidJWT', '"exp" claim timestamp check failed');
		if (claims.url !== `${bucket}/${key}`) {
			throw new StorageRefused(400, 'InvalidSignature', 'InvalidSignature', 'Invalid signature');
		}
		return download(await objects.find(STORAGE_SERVER, checkBucketName(bucket), key), method);
	}

	async function sign(caller: Identity, bucket: string, segments: string[], body: Record<string, unknown>) {
		checkBucketName(bucket);
		const seconds = Number(body.expiresIn);
		if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_LINK_SECONDS) {
			throw invalidRequest(`expiresIn must be 1 to ${LONGEST_LINK_SECONDS} seconds`);
		}
		const issuedAt = Math.floor(now() / 1000);
		const linkTo = async (key: string) => {
			await objects.find(caller, bucket, checkKey(key));
			const token = mintToken({ url: `${bucket}/${key}`, iat: issuedAt, exp: issuedAt + seconds }, linkKey);
			return `/object/sign/${bucket}/${key}?token=${token}`;
		};
		if (segments.length) return Response.json({ signedURL: await linkTo(segments.join('/')) });
		const answers = [];
		for (const path of readKeys(body.paths)) {
			try {
				answers.push({ path, error: null, signedURL: await linkTo(path) });
			} catch (error) {
				if (!(error instanceof StorageRefused)) throw error;
				const reason = 'Either the object does not exist or you do not have access to it';
				answers.push({ path, error: reason, signedURL: null });
			}
		}
		return Response.json(answers);
	}

	async function list(caller: Identity, bucket: string, body: Record<string, unknown>): Promise<Response> {
		return Response.json(await objects.list(caller, checkBucketName(bucket), readListQuery(body)));
	}

	async function remove(
		caller: Identity,
		bucket: string,
		keys: string[],
		isSingle: boolean
	): Promise<Response> {
		const removed = await objects.remove(caller, bucket, keys.map(checkKey));
		for (const { name } of removed) {
			// A new upload under the same name waits for its turn, and must not lose its bytes to this removal.
			await oneAtATime(`${bucket}/${name}`, async () => {
				const isBack = await objects.find(STORAGE_SERVER, bucket, name).catch(() => null);
				if (!isBack) await files.remove(bucket, name);
			});
		}
		if (isSingle && !removed.length) throw noObject();
		return Response.json(isSingle ? { message: 'Successfully deleted' } : removed);
	}

	return {
		async fetch(request) {
			try {
				return await route(request);
			} catch (error) {
				if (error instanceof StorageRefused) return refusal(error);
				if (error instanceof ExecutorUnavailable) {
					const { status, code, message } = error;
					const headers = { 'retry-after': String(error.retryAfterSeconds) };
					return Response.json(
						{ statusCode: String(status), error: code, code, message },
						{ status, headers }
					);
				}
				throw error;
			}
		}
	};
}

function unanswered(request: Request): StorageRefused {
	const { pathname } = new URL(request.url);
	return new StorageRefused(404, 'not_found', 'NotFound', `Nothing answers ${request.method} ${pathname}`);
}

function infoOf(object: StoredObject) {
	const { id, name, version, bucket_id, created_at, user_metadata, metadata } = object;
	return {
		id,
		name,
		version,
		bucket_id,
		created_at,
		size: metadata.size,
		content_type: metadata.mimetype,
		cache_control: metadata.cacheControl,
		etag: metadata.eTag,
		last_modified: metadata.lastModified,
		metadata: user_metadata ?? {}
	};
}

/** Jobs of one key wait for each other; those of different keys do not. */
function perKeyTurns() {
	const last = new Map<string, Promise<unknown>>();
	return async <T>(key: string, job: () => Promise<T>): Promise<T> => {
		const turn = (last.get(key) ?? Promise.resolve()).catch(() => undefined).then(job);
		last.set(key, turn);
		try {
			return await turn;
		} finally {
			if (last.get(key) === turn) last.delete(key);
		}
	};
}
