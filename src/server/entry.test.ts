import { connect } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { privateHeaders } from './arrival.ts';
import { serve, type Running } from './entry.ts';
import { securityHeaders } from './headers.ts';
import { readSettings } from './settings.ts';

/** Stands for the built application: a page, a stream that never ends, an echo of what arrived. */
function application(request: IncomingMessage, response: ServerResponse, next: () => void) {
	if (request.url === '/stream') {
		response.writeHead(200, { 'content-type': 'text/event-stream' });
		response.write(': hello\n\n');
		return;
	}
	if (request.url === '/slow') return void setTimeout(() => response.end('done'), 300);
	if (request.url === '/echo') {
		response.setHeader('content-type', 'application/json');
		return void response.end(JSON.stringify(request.headers));
	}
	if (request.url === '/') return void response.end('page');
	next();
}

let running: Running;
beforeAll(async () => {
	vi.spyOn(process.stdout, 'write').mockReturnValue(true);
	running = await serve({ ...readSettings({}), port: 0 }, application);
});
afterAll(async () => {
	await running.stop('test');
	vi.restoreAllMocks();
});

const at = (path: string) => `http://127.0.0.1:${running.port}${path}`;

/** Sends bytes as they are and reads whatever comes back until the server hangs up. */
function sendRaw(bytes: string, port = running.port): Promise<string> {
	return new Promise((resolve, reject) => {
		let answer = '';
		const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
		socket.setTimeout(4_000, () => socket.destroy(new Error('no answer')));
		socket.on('data', (chunk) => (answer += chunk));
		socket.on('close', () => resolve(answer));
		socket.on('error', reject);
	});
}

/** What a raw answer says: its status, and which of the headers on everything it lacks. */
function judge(answer: string) {
	const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
	const head = answer.slice(0, answer.indexOf('\r\n\r\n')).toLowerCase();
	const missing = Object.entries(securityHeaders)
		.map(([name, value]) => `${name}: ${value}`.toLowerCase())
		.filter((line) => !head.includes(line));
	return { status, missing };
}

describe('the server answers with its headers', () => {
	it.each([
		['a page', 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 200],
		['what is not there', 'GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 404],
		['a host that is not ours', 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n', 421],
		['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
		['two hosts', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n', 400],
		['an absolute address', 'GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
		['TRACE', 'TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
		['bytes that are no request', 'NOT HTTP\r\n\r\n', 400],
		['headers without end', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
		[
			'a length and chunks',
			'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
			400
		],
		[
			'a body that is too large',
			'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\nxxx',
			413
		],
		[
			'an expectation we lack',
			'POST / HTTP/1.1\r\nHost: localhost\r\nExpect: a-miracle\r\nContent-Length: 0\r\n\r\n',
			417
		]
	])('to %s', async (_, bytes, status) => {
		expect(judge(await sendRaw(bytes))).toEqual({ status, missing: [] });
	});

	it('in the language of whoever is refused, as a problem document', async () => {
		const response = await fetch(at('/nothing'), { headers: { 'accept-language': 'en' } });
		expect(response.headers.get('content-type')).toContain('application/problem+json');
		expect(await response.json()).toMatchObject({ status: 404, code: 'not_found' });
		expect(response.headers.get('content-language')).toBe('en');
	});

	it('and asks for a body only when it may come', async () => {
		const head = 'PUT / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\n';
		expect(await sendRaw(`${head}Content-Length: 0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 100 Continue/);
		expect(await sendRaw(`${head}Content-Length: 99999999\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413/);
	});
});

describe('the application', () => {
	it('learns scheme, host and address from us alone', async () => {
		const response = await fetch(at('/echo'), {
			headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '1.2.3.4' }
		});
		const seen = (await response.json()) as Record<string, string>;
		expect(seen[privateHeaders.protocol]).toBe('http');
		expect(seen[privateHeaders.host]).toBe(`127.0.0.1:${running.port}`);
		expect(seen[privateHeaders.address]).toBe('127.0.0.1');
		expect(seen[privateHeaders.request]).toBe(response.headers.get('x-request-id'));
		expect(seen).not.toHaveProperty('x-forwarded-for');
	});
});

describe('stopping', () => {
	it('ends streams, drops connections nobody uses, lets answers under way finish, within a second', async () => {
		const other = await serve({ ...readSettings({}), port: 0 }, application);
		const stream = fetch(`http://127.0.0.1:${other.port}/stream`).then((response) => response.text());
		const slow = fetch(`http://127.0.0.1:${other.port}/slow`).then((response) => response.text());
		const idle = connect(other.port, '127.0.0.1');
		idle.on('error', () => {});
		await new Promise((resolve) => setTimeout(resolve, 100));

		const started = performance.now();
		await other.stop('test');
		expect(performance.now() - started).toBeLessThan(1_000);
		expect(await stream).toBe(': hello\n\n');
		expect(await slow).toBe('done');
		await expect(fetch(`http://127.0.0.1:${other.port}/`)).rejects.toThrow();
		idle.destroy();
	});

	it('cuts an answer that never ends', async () => {
		const other = await serve({ ...readSettings({}), port: 0 }, (request, response) => {
			response.writeHead(200, { 'content-type': 'text/plain' });
			response.write('and so on');
		});
		const endless = fetch(`http://127.0.0.1:${other.port}/`).then((response) => response.text());
		endless.catch(() => {});
		await new Promise((resolve) => setTimeout(resolve, 100));
		const started = performance.now();
		await other.stop('test');
		expect(performance.now() - started).toBeLessThan(3_000);
		await expect(endless).rejects.toThrow();
	});
});
