// What a request looks like before any of our code has seen it: is it well formed, is it addressed to us, by which
// scheme and from which address did it come? Whatever it claims about itself is taken away unless the neighbour
// that passed it on is a proxy we were told to trust; that somebody else passed it on leaves a mark of ours.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import { addressList, isListed, isOurName, parseHost, plainAddress } from './address.ts';
import type { Settings } from './settings.ts';

/** Read by adapter-node (see entry.ts) and hooks.server.ts; only the entry can set them. */
export const privateHeaders = {
	protocol: 'x-kerbside-protocol',
	host: 'x-kerbside-host',
	address: 'x-kerbside-address',
	request: 'x-kerbside-request',
	/** Set when a neighbour we were not told to trust says it passes this on for another: the demo's door is shut then. */
	relayed: 'x-kerbside-relayed'
} as const;

/** What proxies add: their claims about whom they speak for, or that there is a proxy at all. */
const forwarding = /^(x-forwarded-|(forwarded|via|x-real-ip|x-client-ip|cf-connecting-ip|true-client-ip)$)/;

/** A photo of 20 MB and the room a multipart form needs around it. */
export const bodyLimit = 21 * 1024 * 1024;

export interface Refusal {
	status: number;
	code: string;
}

export interface Arrival {
	id: string;
	isSecure: boolean;
	refusal: Refusal | null;
}

export interface Gate {
	settings: Settings;
	proxies: BlockList;
	names: string[];
}

export function createGate(settings: Settings): Gate {
	const names = [settings.host.toLowerCase(), ...settings.allowedHosts];
	if (settings.origin) names.push(settings.origin.hostname);
	return { settings, proxies: addressList(settings.trustedProxies) ?? addressList([])!, names };
}

/** Judges a request and rewrites its headers in place; the answer says under which id and whether to go on. */
export function receive(request: IncomingMessage, gate: Gate): Arrival {
	const { settings, proxies } = gate;
	const headers = request.headers;
	const peer = plainAddress(request.socket.remoteAddress ?? '');
	const isProxied = isListed(proxies, peer);

	const forwarded = isProxied
		? {
				protocol: first(headers['x-forwarded-proto']),
				host: first(headers['x-forwarded-host']),
				address: nearestStranger(headers['x-forwarded-for'], proxies)
			}
		: {};
	const claims = Object.keys(headers).filter((name) => forwarding.test(name));
	for (const name of Object.keys(headers)) {
		if (name.startsWith('x-kerbside-') || claims.includes(name)) delete headers[name];
	}
	if (claims.length > 0 && !isProxied) headers[privateHeaders.relayed] = 'yes';

	const id = randomUUID();
	const host = parseHost(forwarded.host ?? headers.host);
	const isSecure =
		settings.tls !== null ||
		forwarded.protocol === 'https' ||
		(settings.origin?.protocol === 'https:' && settings.origin.hostname === host?.name);

	if (host) headers[privateHeaders.host] = host.port ? `${host.name}:${host.port}` : host.name;
	headers[privateHeaders.protocol] = isSecure ? 'https' : 'http';
	headers[privateHeaders.address] = forwarded.address ?? peer;
	headers[privateHeaders.request] = id;
	return { id, isSecure, refusal: refusalOf(request, host, gate) };
}

function refusalOf(request: IncomingMessage, host: ReturnType<typeof parseHost>, gate: Gate): Refusal | null {
	const hosts = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
	if (!host || hosts.length > 1) return { status: 400, code: 'host_malformed' };
	if (!isOurName(host.name, gate.names)) return { status: 421, code: 'host_unknown' };
	// Absolute and '*' targets are for proxies; a path is all we have.
	if (!request.url?.startsWith('/')) return { status: 400, code: 'bad_request' };
	if (request.method === 'TRACE' || request.method === 'TRACK')
		return { status: 405, code: 'method_not_allowed' };
	if (Number(request.headers['content-length'] ?? 0) > bodyLimit) return { status: 413, code: 'too_large' };
	return null;
}

function first(header: string | string[] | undefined): string | undefined {
	const text = Array.isArray(header) ? header[0] : header;
	return text?.split(',')[0]?.trim().toLowerCase() || undefined;
}

/** Read from our side outwards: the first address that is not one of our proxies is whoever spoke to them. */
function nearestStranger(header: string | string[] | undefined, proxies: BlockList): string | undefined {
	const chain = (Array.isArray(header) ? header.join(',') : (header ?? ''))
		.split(',')
		.map((entry) => entry.trim());
	for (const address of chain.reverse()) {
		if (address && !isListed(proxies, address)) return plainAddress(address);
	}
	return undefined;
}
