// The server around adapter-node's handler. The adapter knows pages; this file knows the network: which hosts we
// answer to, headers on everything, time-outs against slow clients, and stopping without making anyone wait.
import { readFile } from 'node:fs/promises';
import {
	createServer,
	STATUS_CODES,
	type IncomingMessage,
	type Server,
	type ServerResponse
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ApiProblem } from '#lib/database/problem.ts';
import { chooseLanguage } from '#lib/i18n/language.server.ts';
import { problemResponse } from '#lib/reports/problem-document.ts';
import { bodyLimit, createGate, privateHeaders, receive, type Gate, type Refusal } from './arrival.ts';
import { headersFor } from './headers.ts';
import { log } from './log.ts';
import type { Settings } from './settings.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => unknown;

export interface Running {
	port: number;
	/** Stops listening, ends streams, waits a moment for answers under way, then cuts. */
	stop: (reason: string) => Promise<void>;
}

/** adapter-node reads these once, when its handler is imported: call this first. */
export function prepareAdapter(environment: NodeJS.ProcessEnv): void {
	for (const name of ['ORIGIN', 'XFF_DEPTH', 'PORT_HEADER']) delete environment[name];
	environment.PROTOCOL_HEADER = privateHeaders.protocol;
	environment.HOST_HEADER = privateHeaders.host;
	environment.ADDRESS_HEADER = privateHeaders.address;
	environment.BODY_SIZE_LIMIT = String(bodyLimit);
}

export async function serve(settings: Settings, handler: Handler): Promise<Running> {
	const gate = createGate(settings);
	const answers = new Set<ServerResponse>();
	const server = await createFor(settings);
	const sockets = new Set<Socket>();
	const visitors = new Set<Socket>();
	server.on('connection', (socket: Socket) => keepWhileOpen(sockets, socket));
	server.on(settings.tls ? 'secureConnection' : 'connection', (socket: Socket) =>
		keepWhileOpen(visitors, socket)
	);

	const answer = (request: IncomingMessage, response: ServerResponse) => {
		answers.add(response);
		response.once('close', () => answers.delete(response));
		const { id, isSecure, refusal } = receive(request, gate);
		const path = request.url?.split('?', 1)[0];
		for (const [name, value] of Object.entries(headersFor(isSecure, path))) response.setHeader(name, value);
		response.setHeader('x-request-id', id);
		if (refusal) return void refuse(request, response, refusal, id);
		if (request.headers.expect === '100-continue') response.writeContinue();
		handler(request, response, () => void refuse(request, response, { status: 404, code: 'not_found' }, id));
	};

	server.on('request', answer);
	server.on('checkContinue', answer);
	server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
		const { id, isSecure } = receive(request, gate);
		for (const [name, value] of Object.entries(headersFor(isSecure))) response.setHeader(name, value);
		void refuse(request, response, { status: 417, code: 'bad_request' }, id);
	});
	server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) =>
		answerMalformed(error, socket, gate, answers)
	);

	await new Promise<void>((ready, fail) => {
		server.once('error', fail);
		server.listen(settings.port, settings.host, () => {
			server.off('error', fail);
			ready();
		});
	});
	const { port } = server.address() as AddressInfo;
	return { port, stop: (reason) => stop({ server, answers, visitors, sockets }, reason) };
}

async function createFor(settings: Settings): Promise<Server> {
	const options = {
		// Slowloris: headers within 15 s, a whole request (20 MB on a bad line) within 5 minutes, no socket silent for 2.
		headersTimeout: 15_000,
		requestTimeout: 300_000,
		keepAliveTimeout: 20_000,
		connectionsCheckingInterval: 5_000,
		maxHeaderSize: 16 * 1024,
		// Node would answer a missing Host by itself, without our headers.
		requireHostHeader: false
	};
	const server = settings.tls
		? createSecureServer({
				...options,
				minVersion: 'TLSv1.2',
				cert: await readFile(settings.tls.cert),
				key: await readFile(settings.tls.key)
			})
		: createServer(options);
	server.maxHeadersCount = 100;
	// Live streams beat every 15 s, so a socket silent for two minutes belongs to nobody.
	server.setTimeout(120_000);
	return server;
}

async function refuse(
	request: IncomingMessage,
	response: ServerResponse,
	refusal: Refusal,
	id: string
): Promise<void> {
	const { status, code } = refusal;
	log.warn('refused', { id, method: request.method, status, code });
	const language = chooseLanguage(undefined, request.headers['accept-language'] ?? null);
	const document = problemResponse(new ApiProblem(status, code), language, { connection: 'close' });
	const body = Buffer.from(await document.arrayBuffer());
	response.writeHead(status, { ...Object.fromEntries(document.headers), 'content-length': body.length });
	response.end(request.method === 'HEAD' ? undefined : body);
	// A client still sending reads our answer only if we go on taking what it sends, for a moment.
	request.resume();
	setTimeout(() => request.socket.destroy(), 2_000).unref();
}

/** Bytes that are no request get an answer too, by hand: there is no response object to write to. */
function answerMalformed(
	error: NodeJS.ErrnoException,
	socket: Duplex,
	gate: Gate,
	answers: Set<ServerResponse>
): void {
	const isAnswering = [...answers].some(
		(answer) => answer.socket === (socket as Socket) && answer.headersSent
	);
	if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) {
		socket.destroy();
		return;
	}
	const status =
		error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
	log.warn('malformed', { status, code: error.code });
	const body = JSON.stringify({
		type: 'urn:kerbside:problem:bad_request',
		title: STATUS_CODES[status],
		status,
		code: 'bad_request'
	});
	const headers = {
		...headersFor(gate.settings.tls !== null),
		'content-type': 'application/problem+json',
		'content-length': String(Buffer.byteLength(body)),
		'cache-control': 'no-store',
		connection: 'close'
	};
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
	socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

function keepWhileOpen(sockets: Set<Socket>, socket: Socket): void {
	sockets.add(socket);
	socket.once('close', () => sockets.delete(socket));
}

interface Open {
	server: Server;
	answers: Set<ServerResponse>;
	/** Connections requests come in on: with TLS, those that have shaken hands. */
	visitors: Set<Socket>;
	/** Every connection there is. */
	sockets: Set<Socket>;
}

async function stop({ server, answers, visitors, sockets }: Open, reason: string): Promise<void> {
	const closed = new Promise<void>((done) => server.close(() => done()));
	// Kit's own word for it: hooks.server.ts ends the live streams and the scheduler.
	process.emit('sveltekit:shutdown' as 'exit', reason as never);
	for (const answer of answers) {
		const { socket } = answer;
		answer.once('close', () => socket?.destroySoon());
		if (!answer.headersSent) answer.setHeader('connection', 'close');
		else if (/event-stream/.test(String(answer.getHeader('content-type')))) answer.end();
	}
	// Browsers keep connections they have not used yet; Node does not count those as idle.
	const busy = new Set([...answers].map((answer) => answer.socket));
	for (const socket of visitors) if (!busy.has(socket)) socket.destroy();
	const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), 2_000);
	await closed;
	clearTimeout(cut);
}
