// The running server's second door: commands on the same machine cannot open its database beside it, so they speak to
// it through a socket in the data directory, with the same calls and the same keys as the pages.

import { createHash } from 'node:crypto';
import { chmod, lstat, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** What a request or an answer may hold, in bytes. */
export const MAX_TUNNELLED = 64 * 1024 * 1024;
/** A system call takes 107 bytes of path for a socket, on some systems 103. */
const MAX_SOCKET_PATH = 100;
/** Answers who listens; every other path is one of the home's. */
export const HELLO_PATH = '/control';

/** Says of whom and of which installation a socket is, without telling a key to somebody who has none. */
export interface ControlHello {
	/** Of the lock this process holds. */
	token: string;
	/** Of the service key: a command that derives another one has another secret. */
	key: string;
}

export interface ControlOptions {
	dataDir: string;
	/** The base that paths are joined to, and what answers them. */
	url: string;
	fetch(request: Request): Promise<Response>;
	hello: ControlHello;
}

export interface ControlDoor {
	path: string;
	/** Answers what has begun, for a moment; then the socket is gone. */
	close(): Promise<void>;
}

export function fingerprintOf(serviceKey: string): string {
	return createHash('sha256').update(serviceKey).digest('hex');
}

/** Listens in the data directory or, where that path is too long for a socket, in a new private folder for short-lived files. */
export async function openControl(options: ControlOptions): Promise<ControlDoor> {
	const usual = join(options.dataDir, 'control.sock');
	const isShort = Buffer.byteLength(usual) <= MAX_SOCKET_PATH;
	const folder = isShort ? null : await mkdtemp(join(tmpdir(), 'kerbside-control-'));
	const path = folder ? join(folder, 'control.sock') : usual;
	const server = createServer((request, response) => void answer(request, response, options));
	const sockets = new Set<Socket>();
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	try {
		await removeStale(path);
		await listenPrivately(server, path);
		await chmod(path, 0o600);
	} catch (error) {
		server.close();
		if (folder) await rm(folder, { recursive: true, force: true });
		throw error;
	}
	return {
		path,
		async close() {
			const closed = new Promise<void>((done) => server.close(() => done()));
			const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), 2_000);
			await closed;
			clearTimeout(cut);
			await rm(path, { force: true });
			if (folder) await rm(folder, { recursive: true, force: true });
		}
	};
}

/** Takes away the folder outside the data directory that a killed process had made for its socket. */
export async function removeLeftBehind(path: string): Promise<void> {
	const folder = dirname(path);
	if (
		dirname(folder) !== tmpdir() ||
		!/^kerbside-control-[A-Za-z0-9]{6}$/.test(folder.slice(tmpdir().length + 1))
	)
		return;
	await removeStale(path).catch(() => undefined);
	await rmdir(folder).catch(() => undefined);
}

/** A socket nobody can be listening on, since we hold the lock. Anything else of that name is not ours to remove. */
async function removeStale(path: string): Promise<void> {
	const there = await lstat(path).catch(() => null);
	if (!there) return;
	if (!there.isSocket()) throw new Error(`${path} is not a socket.`);
	await rm(path);
}

/** The socket is its owner's alone from the moment it is there: the directory may be open to others. */
async function listenPrivately(server: Server, path: string): Promise<void> {
	await new Promise<void>((ready, fail) => {
		server.once('error', fail);
		const before = isMainThread ? process.umask(0o177) : null;
		try {
			server.listen(path, ready);
		} finally {
			if (before !== null) process.umask(before);
		}
	});
}

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	{ url, fetch, hello }: ControlOptions
): Promise<void> {
	try {
		if (request.url === HELLO_PATH) return send(response, Response.json(hello));
		const body = await readBody(request);
		if (body === null)
			return await send(response, Response.json({ message: 'The body is too large.' }, { status: 413 }));
		const method = request.method ?? 'GET';
		const asked = new Request(new URL(request.url ?? '/', url), {
			method,
			headers: headersOf(request),
			...(method === 'GET' || method === 'HEAD' ? {} : { body })
		});
		await send(response, await fetch(asked));
	} catch (error) {
		if (response.headersSent) return void response.destroy();
		const message = error instanceof Error ? error.message : String(error);
		await send(response, Response.json({ code: 'XX000', message }, { status: 500 })).catch(() =>
			response.destroy()
		);
	}
}

async function send(response: ServerResponse, answered: Response): Promise<void> {
	const body = Buffer.from(await answered.arrayBuffer());
	response.writeHead(answered.status, {
		...Object.fromEntries(answered.headers),
		'content-length': body.length,
		connection: 'close'
	});
	response.end(body);
}

async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | null> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size <= MAX_TUNNELLED) chunks.push(chunk);
		else chunks.length = 0;
	}
	return size <= MAX_TUNNELLED ? Buffer.concat(chunks) : null;
}

function headersOf(request: IncomingMessage): Headers {
	const headers = new Headers();
	for (const [name, value] of Object.entries(request.headers)) {
		if (/^(connection|host|content-length|transfer-encoding)$/.test(name)) continue;
		for (const one of [value].flat()) if (one !== undefined) headers.append(name, one);
	}
	return headers;
}
