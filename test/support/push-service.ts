import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PushAddress } from '#lib/notify/contact.ts';

export interface Pushed {
	path: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}
export type Respond = (status: number, headers?: Record<string, string>) => void;

export interface PushService {
	/** As PUSH_HOSTS takes it. */
	host: string;
	got: Pushed[];
	/** How it answers: 201 unless told otherwise. */
	reply: (respond: Respond) => void;
	close(): Promise<void>;
}

/** A push service on this machine that keeps what it is given. */
export async function openPushService(): Promise<PushService> {
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		service.got.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks) });
		service.reply((status, headers = {}) =>
			response.writeHead(status, headers).end('a sentence of the service')
		);
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	const service: PushService = {
		host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
		got: [],
		reply: (respond) => respond(201),
		close: () => {
			server.closeAllConnections();
			return new Promise((done) => server.close(() => done()));
		}
	};
	return service;
}

export interface PushedBrowser {
	address: PushAddress;
	/** What was encrypted for this browser, by the words of RFC 8188 and 8291 and not by the library that sealed it. */
	open(body: Buffer): string;
}

/** A browser that has subscribed: its keys, and its address at the service. */
export function subscribedAt(host: string, path = '/send/abc'): PushedBrowser {
	const keys = createECDH('prime256v1');
	keys.generateKeys();
	const own = keys.getPublicKey();
	const auth = randomBytes(16);
	return {
		address: {
			endpoint: `http://${host}${path}`,
			keys: { p256dh: own.toString('base64url'), auth: auth.toString('base64url') }
		},
		open(body) {
			const salt = body.subarray(0, 16);
			const keyEnds = 21 + body[20]!;
			const sender = body.subarray(21, keyEnds);
			const derive = (key: Buffer, salted: Buffer, info: string | Buffer, length: number) =>
				Buffer.from(hkdfSync('sha256', key, salted, info, length));
			const info = Buffer.concat([Buffer.from('WebPush: info\0'), own, sender]);
			const material = derive(keys.computeSecret(sender), auth, info, 32);
			const key = derive(material, salt, 'Content-Encoding: aes128gcm\0', 16);
			const nonce = derive(material, salt, 'Content-Encoding: nonce\0', 12);
			const sealed = body.subarray(keyEnds);
			const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16));
			const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
			// The last record ends with 2, and zeros after it.
			return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');
		}
	};
}
