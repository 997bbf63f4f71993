// A command's side of the control socket: a home whose calls a running server answers.

import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { fingerprintOf, HELLO_PATH, MAX_TUNNELLED } from './control-server.ts';
import type { ControlHello } from './control-server.ts';

/** How long a server may take to say who it is: it answers without asking its database. */
const HELLO_MS = 2_000;

/** Nobody answers at that socket, or somebody else than the lock says. */
export class NobodyListens extends Error {
	constructor(path: string, options?: { cause?: unknown }) {
		super(`No server answers at ${path}.`, options);
		this.name = 'NobodyListens';
	}
}

/** The server that answers has another secret, so nothing it holds can be reached with our keys. */
export class AnotherSecret extends Error {
	constructor(dataDir: string) {
		super(
			`The server that uses ${dataDir} has another secret than this command. Set KERBSIDE_SECRET as the server has it. / ` +
				`正在使用 ${dataDir} 的服务与本命令的密钥不同，请设置与服务相同的 KERBSIDE_SECRET。`
		);
		this.name = 'AnotherSecret';
	}
}

/** Makes sure that the holder of the lock listens there and knows our key. Throws `NobodyListens`, `AnotherSecret`. */
export async function greet(path: string, token: string, serviceKey: string, dataDir: string): Promise<void> {
	let hello: ControlHello;
	try {
		const response = await send(path, new Request(`http://control${HELLO_PATH}`), HELLO_MS);
		hello = (await response.json()) as ControlHello;
	} catch (cause) {
		throw new NobodyListens(path, { cause });
	}
	if (hello.token !== token) throw new NobodyListens(path);
	if (hello.key !== fingerprintOf(serviceKey)) throw new AnotherSecret(dataDir);
}

/** `fetch` over the socket. One connection for each request, so that a stopping server leaves none half used. */
export function fetchThrough(path: string): typeof globalThis.fetch {
	return (input, init) => send(path, new Request(input, init));
}

async function send(path: string, asked: Request, limitMs?: number): Promise<Response> {
	const body = asked.body === null ? null : Buffer.from(await asked.arrayBuffer());
	if (body && body.length > MAX_TUNNELLED) throw new Error(`A request exceeds ${MAX_TUNNELLED} bytes.`);
	const { pathname, search } = new URL(asked.url);
	const answered = await new Promise<IncomingMessage>((resolve, reject) => {
		const request = httpRequest({
			socketPath: path,
			path: `${pathname}${search}`,
			method: asked.method,
			headers: { ...Object.fromEntries(asked.headers), ...(body ? { 'content-length': body.length } : {}) },
			agent: false,
			signal: limitMs ? AbortSignal.any([asked.signal, AbortSignal.timeout(limitMs)]) : asked.signal
		});
		request.once('response', resolve);
		request.once('error', reject);
		request.end(body ?? undefined);
	});
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of answered as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > MAX_TUNNELLED) throw new Error(`An answer exceeds ${MAX_TUNNELLED} bytes.`);
		chunks.push(chunk);
	}
	const status = answered.statusCode ?? 500;
	const hasBody = ![204, 205, 304].includes(status) && asked.method !== 'HEAD';
	return new Response(hasBody ? Buffer.concat(chunks) : null, { status, headers: headersOf(answered) });
}

function headersOf(answered: IncomingMessage): Headers {
	const headers = new Headers();
	for (const [name, value] of Object.entries(answered.headers))
		for (const one of [value].flat()) if (one !== undefined) headers.append(name, one);
	return headers;
}
