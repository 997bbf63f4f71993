// Everything the environment may say, read once at start. A value we do not understand is refused with a sentence,
// never guessed: a city that believes it serves https and does not is worse off than one that does not start.
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import type { OutsideBase } from '#lib/map/base.ts';
import { addressList, isLoopback } from './address.ts';
import { readBasemap } from './basemap.ts';

export interface Settings {
	port: number;
	host: string;
	dataDir: string;
	isDemo: boolean;
	supabase: { url: string; anonKey: string; serviceKey: string } | null;
	tls: { cert: string; key: string } | null;
	/** Where people reach the site when a proxy stands before us: 'https://kerbside.example.cn'. */
	origin: URL | null;
	allowedHosts: string[];
	/** Addresses or CIDR blocks whose forwarding headers are believed. */
	trustedProxies: string[];
	/** Somebody else's map beneath our data; null: our own tiles, and no other host is called. */
	basemap: OutsideBase | null;
	/** Sites whose pages may show /embed in a frame; null: any. */
	embedOrigins: string[] | null;
	/** Whether reports need proof of work and share out by address. Off only for load tests on one machine. */
	hasIntakeLimits: boolean;
	/** A folder with a model of the city's own that suggests what to cover in photos; null: nothing is suggested. */
	detectorDir: string | null;
	/** Where the log's anchors are written: best a disk that the database's owner cannot reach. */
	anchorDir: string;
}

type Environment = Record<string, string | undefined>;

export class SettingsProblem extends Error {
	readonly problems: string[];
	constructor(problems: string[]) {
		super(problems.join('\n'));
		this.name = 'SettingsProblem';
		this.problems = problems;
	}
}

export function readSettings(environment: Environment): Settings {
	const problems: string[] = [];
	const value = (name: string) => environment[name]?.trim() || undefined;
	const settings: Settings = {
		port: readPort(value('PORT'), problems),
		host: readHost(value('HOST'), problems),
		dataDir: resolve(value('DATA_DIR') ?? '.data'),
		isDemo: readSwitch('DEMO', value('DEMO'), true, problems),
		supabase: readSupabase(value, problems),
		tls: readTls(value, problems),
		origin: readOrigin(value('ORIGIN'), problems),
		allowedHosts: readHosts(value('ALLOWED_HOSTS'), problems),
		trustedProxies: readProxies(value('TRUSTED_PROXY'), problems),
		basemap: readBasemap(value, problems),
		embedOrigins: readEmbedOrigins(value('EMBED_ORIGINS'), problems),
		hasIntakeLimits: readSwitch('INTAKE_LIMITS', value('INTAKE_LIMITS'), true, problems),
		detectorDir: value('DETECTOR_DIR') ? resolve(value('DETECTOR_DIR') as string) : null,
		anchorDir: resolve(value('ANCHOR_DIR') ?? join(value('DATA_DIR') ?? '.data', 'anchors'))
	};
	if (!settings.hasIntakeLimits && !isLocalOnly(settings))
		problems.push(
			'INTAKE_LIMITS=off is for load tests on this machine: take it away, or listen on 127.0.0.1 without ORIGIN and TRUSTED_PROXY. Higher limits for a city are set in the database.'
		);
	// Demo people and cases belong to a city that is only being looked at.
	if (settings.supabase && value('DEMO') === undefined) settings.isDemo = false;
	if (problems.length > 0) throw new SettingsProblem(problems);
	return settings;
}

function readPort(text: string | undefined, problems: string[]): number {
	if (text === undefined) return 5180;
	const port = Number(text);
	if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
	problems.push(`PORT=${text}: expected a number from 0 to 65535.`);
	return 5180;
}

function readHost(text: string | undefined, problems: string[]): string {
	if (text === undefined) return '127.0.0.1';
	const bare = text.replace(/^\[(.*)\]$/, '$1');
	if (isIP(bare) || isHostName(bare)) return bare;
	problems.push(`HOST=${text}: expected an address such as 127.0.0.1 or 0.0.0.0, or a host name.`);
	return '127.0.0.1';
}

function readSwitch(name: string, text: string | undefined, otherwise: boolean, problems: string[]): boolean {
	if (text === undefined) return otherwise;
	if (/^(on|1|true|yes)$/i.test(text)) return true;
	if (/^(off|0|false|no)$/i.test(text)) return false;
	problems.push(`${name}=${text}: expected on or off.`);
	return otherwise;
}

function readSupabase(value: (name: string) => string | undefined, problems: string[]): Settings['supabase'] {
	const names = ['SUPABASE_URL', 'SUPABASE_ANON_KEY', 'SUPABASE_SERVICE_ROLE_KEY'] as const;
	const [url, anonKey, serviceKey] = names.map(value);
	if (!url && !anonKey && !serviceKey) return null;
	const missing = names.filter((name) => !value(name));
	if (missing.length > 0) {
		problems.push(
			`To use Supabase, set ${missing.join(' and ')} too; without any of the three the built-in database is used.`
		);
		return null;
	}
	if (!url || !anonKey || !serviceKey) return null;
	if (!isWebAddress(url))
		problems.push(`SUPABASE_URL=${url}: expected an address such as https://PROJECT.supabase.co.`);
	if (anonKey === serviceKey)
		problems.push('SUPABASE_ANON_KEY and SUPABASE_SERVICE_ROLE_KEY are the same key.');
	return { url: url.replace(/\/+$/, ''), anonKey, serviceKey };
}

function readTls(value: (name: string) => string | undefined, problems: string[]): Settings['tls'] {
	const cert = value('TLS_CERT');
	const key = value('TLS_KEY');
	if (cert && key) return { cert: resolve(cert), key: resolve(key) };
	if (cert || key)
		problems.push('TLS_CERT and TLS_KEY go together: a certificate file and its private key file.');
	return null;
}

function readOrigin(text: string | undefined, problems: string[]): URL | null {
	if (text === undefined) return null;
	if (isWebAddress(text)) {
		const origin = new URL(text);
		if (origin.pathname === '/' && !origin.search && !origin.hash && !origin.username) return origin;
	}
	problems.push(`ORIGIN=${text}: expected scheme and host only, such as https://kerbside.example.cn.`);
	return null;
}

function readEmbedOrigins(text: string | undefined, problems: string[]): string[] | null {
	if (text === undefined) return null;
	if (/^(off|none)$/i.test(text)) return [];
	return splitList(text).flatMap((entry) => {
		if (isWebAddress(entry) && new URL(entry).origin === entry.replace(/\/$/, ''))
			return [new URL(entry).origin];
		problems.push(
			`EMBED_ORIGINS: "${entry}" is not scheme and host only, such as https://www.example.gov.cn; "off" allows none.`
		);
		return [];
	});
}

function readHosts(text: string | undefined, problems: string[]): string[] {
	return splitList(text).filter((host) => {
		if (isHostName(host)) return true;
		problems.push(
			`ALLOWED_HOSTS: "${host}" is not a host name (write names without scheme or port, separated by commas).`
		);
		return false;
	});
}

function readProxies(text: string | undefined, problems: string[]): string[] {
	return splitList(text).filter((entry) => {
		if (addressList([entry]) !== null) return true;
		problems.push(`TRUSTED_PROXY: "${entry}" is not an address or a block such as 10.0.0.0/8.`);
		return false;
	});
}

function splitList(text: string | undefined): string[] {
	return (text ?? '')
		.split(',')
		.map((entry) => entry.trim().toLowerCase())
		.filter(Boolean);
}

function isHostName(text: string): boolean {
	return text.length <= 253 && /^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*\.?$/i.test(text) && !/^[\d.]+$/.test(text);
}

function isWebAddress(text: string): boolean {
	return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Where a person opens the site: ORIGIN if given, else what we listen on. */
export function addressOf(settings: Settings, port = settings.port): string {
	if (settings.origin) return settings.origin.origin;
	const scheme = settings.tls ? 'https' : 'http';
	const host = /^(0\.0\.0\.0|::)$/.test(settings.host) ? 'localhost' : settings.host;
	return `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Only this machine can reach us: no proxy is announced and we listen on the loopback address. */
export function isLocalOnly(settings: Settings): boolean {
	return isLoopback(settings.host) && settings.origin === null && settings.trustedProxies.length === 0;
}

// The entry point and the bundled application are two module graphs in one process; they meet here.
const place = Symbol.for('kerbside.settings');
const shared = globalThis as { [place]?: Settings };

export function setSettings(settings: Settings): void {
	shared[place] = settings;
}

export function getSettings(): Settings {
	return (shared[place] ??= readSettings({}));
}
