import { createServer, request as proxy, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';

export interface GatewayOptions {
	port: number;
	keys: string[];
	/** The socket of PostgREST. */
	restSocket: string;
	auth: (request: Request) => Promise<Response>;
	storage: (request: Request) => Promise<Response>;
}

export interface Gateway {
	port: number;
	close(): Promise<void>;
}

/** What stands before a hosted project: it asks for an API key, then hands /rest/v1, /auth/v1 and /storage/v1 on. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
	const server = createServer((incoming, outgoing) => {
		route(options, incoming, outgoing).catch((error: unknown) => {
			process.stderr.write(`gateway: ${String((error as Error).stack ?? error)}\n`);
			// As a gateway answers when nothing stands behind it.
			if (!outgoing.headersSent) outgoing.writeHead(502, { 'content-type': 'application/json' });
			outgoing.end('{"message":"An invalid response was received from the upstream server"}');
		});
	});
	server.keepAliveTimeout = 30_000;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
	});
	const { port } = server.address() as { port: number };
	return {
		port,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

async function route(
	options: GatewayOptions,
	incoming: IncomingMessage,
	outgoing: ServerResponse
): Promise<void> {
	const path = incoming.url ?? '/';
	const isSignedLink = incoming.method === 'GET' && path.startsWith('/storage/v1/object/sign/');
	const key = incoming.headers.apikey;
	if (!isSignedLink && !(typeof key === 'string' && options.keys.includes(key))) {
		const message = key ? 'Invalid API key' : 'No API key found in request';
		outgoing.writeHead(401, { 'content-type': 'application/json' });
		outgoing.end(JSON.stringify({ message, hint: 'Send the project’s key in the header `apikey`.' }));
		return;
	}
	if (path.startsWith('/rest/v1')) return forward(options.restSocket, incoming, outgoing);
	if (path.startsWith('/auth/v1')) return answer(options.auth, incoming, outgoing);
	if (path.startsWith('/storage/v1')) return answer(options.storage, incoming, outgoing);
	outgoing.writeHead(404, { 'content-type': 'application/json' });
	outgoing.end('{"message":"no Route matched with those values"}');
}

async function forward(
	socketPath: string,
	incoming: IncomingMessage,
	outgoing: ServerResponse
): Promise<void> {
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		const { method, headers } = incoming;
		const path = incoming.url!.slice('/rest/v1'.length) || '/';
		const onward = proxy({ socketPath, path, method, headers }, resolve);
		onward.once('error', reject);
		incoming.pipe(onward);
	});
	outgoing.writeHead(response.statusCode ?? 502, response.headers);
	await pipeline(response, outgoing);
}

async function answer(
	handle: (request: Request) => Promise<Response>,
	incoming: IncomingMessage,
	outgoing: ServerResponse
): Promise<void> {
	const headers = new Headers();
	for (const [name, value] of Object.entries(incoming.headers)) {
		if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
	}
	const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
	const response = await handle(
		new Request(`http://127.0.0.1${incoming.url}`, {
			method: incoming.method,
			headers,
			...(hasBody && { body: Readable.toWeb(incoming) as WebStream as ReadableStream, duplex: 'half' })
		} as RequestInit)
	);
	outgoing.writeHead(response.status, Object.fromEntries(response.headers));
	if (response.body) await pipeline(Readable.fromWeb(response.body as WebStream), outgoing);
	else outgoing.end();
	incoming.resume();
}
