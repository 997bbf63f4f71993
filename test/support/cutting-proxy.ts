// A thin line between a browser and the application: it can be dead, and it can be cut once at a chosen point.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Call = 'photo' | 'challenge' | 'report';
export type Moment = 'before' | 'within the request' | 'before the answer' | 'within the answer';

export interface Cut {
	call: Call;
	moment: Moment;
	/** Where within the bytes, 0 to 1. */
	share: number;
}

export interface CuttingProxy {
	url: string;
	/** Nothing gets through while it is dead. */
	isDead: boolean;
	/** Cuts the next call of that kind; null once it has. */
	cut: Cut | null;
	/** How often a report was sent, by its id. */
	sends: Map<string, number>;
	close(): Promise<void>;
}

/** A file the proxy serves itself. */
export interface OwnFile {
	type: string;
	bytes: Uint8Array;
}

/** `files`: what it serves itself, by address; null: not its own. `bodies`: notes every body that was sent for a report, by its id. */
export async function startCuttingProxy(
	target: string,
	files: (address: string) => Promise<OwnFile | null>,
	bodies: Map<string, Set<string>>
): Promise<CuttingProxy> {
	const proxy: Omit<CuttingProxy, 'url' | 'close'> = {
		isDead: false,
		cut: null,
		sends: new Map()
	};

	const server = createServer(async (incoming, outgoing) => {
		const own = await files(incoming.url ?? '');
		// A browser sends again by itself when a connection it has used before breaks: each is used once.
		outgoing.shouldKeepAlive = false;
		if (own) return void outgoing.writeHead(200, { 'content-type': own.type }).end(own.bytes);
		if (proxy.isDead) return void incoming.socket.destroy();
		const call = callOf(incoming);
		const cut = call !== null && proxy.cut?.call === call ? proxy.cut : null;
		if (cut) proxy.cut = null;
		forward(incoming, outgoing, call, cut).catch(() => incoming.socket.destroy());
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	const { port } = server.address() as AddressInfo;

	async function forward(
		incoming: IncomingMessage,
		outgoing: ServerResponse,
		call: Call | null,
		cut: Cut | null
	): Promise<void> {
		if (cut?.moment === 'before') return void incoming.socket.destroy();
		const sent = await readAll(incoming);
		if (call === 'report') note(sent);
		if (cut?.moment === 'within the request') {
			// What the server sees: headers that announce more than comes.
			const begun = request(target + incoming.url, {
				method: incoming.method!,
				headers: { ...incoming.headers, 'content-length': String(sent.length) }
			});
			begun.on('error', () => {});
			begun.write(sent.subarray(0, Math.floor(sent.length * cut.share)), () => begun.destroy());
			return void incoming.socket.destroy();
		}
		const answer = await ask(incoming, sent);
		const body = await readAll(answer);
		if (cut?.moment === 'before the answer') return void incoming.socket.destroy();
		const headers = { ...answer.headers, 'content-length': String(body.length), connection: 'close' };
		delete (headers as Record<string, unknown>)['transfer-encoding'];
		delete (headers as Record<string, unknown>)['keep-alive'];
		outgoing.writeHead(answer.statusCode ?? 502, headers);
		if (!cut) return void outgoing.end(body);
		outgoing.write(body.subarray(0, Math.floor(body.length * cut.share)), () => incoming.socket.destroy());
	}

	function ask(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
		return new Promise((resolve, reject) => {
			const { connection: _, ...headers } = incoming.headers;
			const sending = request(
				target + incoming.url,
				{ method: incoming.method!, agent: false, headers: { ...headers, 'accept-encoding': 'identity' } },
				resolve
			);
			sending.once('error', reject);
			sending.end(body);
		});
	}

	function note(sent: Buffer): void {
		const { report } = JSON.parse(sent.toString('utf8')) as { report: { id: string } };
		bodies.set(report.id, (bodies.get(report.id) ?? new Set()).add(JSON.stringify(report)));
		proxy.sends.set(report.id, (proxy.sends.get(report.id) ?? 0) + 1);
	}

	return Object.assign(proxy, {
		url: `http://127.0.0.1:${port}`,
		async close() {
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		}
	});
}

function callOf({ method, url = '' }: IncomingMessage): Call | null {
	if (method === 'PUT' && url.startsWith('/api/photos/')) return 'photo';
	if (method !== 'POST') return null;
	if (url === '/snap/challenge') return 'challenge';
	return url === '/snap/reports' ? 'report' : null;
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
