// How this installation tells people that something has happened to their report. Nothing is set: no other host is ever
// called and no page offers it. A setting that is not understood is refused with a sentence, as all the others are.
import { createECDH } from 'node:crypto';
import { isIP } from 'node:net';
import { isLoopback } from '#server/address.ts';
import { getSettings } from '#server/settings.ts';
import { readEmail } from './contact.ts';

export interface PushSettings {
	publicKey: string;
	privateKey: string;
	/** Whom a push service may write to about us: mailto: or https: */
	subject: string;
	/** Hosts of push services: `fcm.googleapis.com`, `*.push.apple.com`, `127.0.0.1:4767`. No other is called. */
	hosts: string[];
}

export interface MailSettings {
	host: string;
	port: number;
	/** TLS from the first byte; otherwise STARTTLS is demanded. */
	isSecure: boolean;
	/** A mail server on this machine may do without TLS. */
	isLocal: boolean;
	user: string | null;
	password: string | null;
	from: string;
}

export interface NotifySettings {
	push: PushSettings | null;
	mail: MailSettings | null;
	/** Whether webhooks may call the city's own network, and without TLS. */
	webhooks: { mayBePrivate: boolean };
}

type Environment = Record<string, string | undefined>;

/** The push services of the browsers there are. */
const USUAL_HOSTS = [
	'fcm.googleapis.com',
	'*.push.services.mozilla.com',
	'*.push.apple.com',
	'*.notify.windows.com'
];

export class NotifySettingsProblem extends Error {
	constructor(problems: string[]) {
		super(problems.join('\n'));
		this.name = 'NotifySettingsProblem';
	}
}

/** `hasOrigin`: the address people open us under is known; letters carry it. */
export function readNotifySettings(environment: Environment, hasOrigin: boolean): NotifySettings {
	const problems: string[] = [];
	const value = (name: string) => environment[name]?.trim() || undefined;
	const settings = {
		push: readPush(value, problems),
		mail: readMail(value, hasOrigin, problems),
		webhooks: { mayBePrivate: value('WEBHOOK_PRIVATE') === '1' }
	};
	if (!/^[01]?$/.test(value('WEBHOOK_PRIVATE') ?? ''))
		problems.push('WEBHOOK_PRIVATE: expected 1, or nothing.');
	if (problems.length > 0) throw new NotifySettingsProblem(problems);
	return settings;
}

type Value = (name: string) => string | undefined;

function readPush(value: Value, problems: string[]): PushSettings | null {
	const names = ['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY', 'VAPID_SUBJECT'] as const;
	const [publicKey, privateKey, subject] = names.map(value);
	const hosts = (value('PUSH_HOSTS') ?? '')
		.split(',')
		.map((host) => host.trim().toLowerCase())
		.filter(Boolean);
	if (!publicKey && !privateKey && !subject) {
		if (hosts.length > 0) problems.push('PUSH_HOSTS does nothing without VAPID_PUBLIC_KEY.');
		return null;
	}
	if (!publicKey || !privateKey || !subject) {
		const missing = names.filter((name) => !value(name));
		problems.push(`To send web push, set ${missing.join(' and ')} too (npx web-push generate-vapid-keys).`);
		return null;
	}
	// A private key never goes into a sentence: it would end up in a log.
	if (!isKeyPair(publicKey, privateKey)) {
		problems.push('VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are not one pair of base64url keys on P-256.');
	}
	if (!isContactAddress(subject)) {
		problems.push(`VAPID_SUBJECT=${subject}: expected mailto:somebody@city.example or an https address.`);
	}
	for (const host of hosts) {
		if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/.test(host))
			problems.push(`PUSH_HOSTS: "${host}" is not a host such as fcm.googleapis.com or *.push.apple.com.`);
	}
	return { publicKey, privateKey, subject, hosts: hosts.length > 0 ? hosts : USUAL_HOSTS };
}

function isKeyPair(publicKey: string, privateKey: string): boolean {
	if (!/^[\w-]{87}$/.test(publicKey) || !/^[\w-]{43}$/.test(privateKey)) return false;
	try {
		const pair = createECDH('prime256v1');
		pair.setPrivateKey(Buffer.from(privateKey, 'base64url'));
		return pair.getPublicKey('base64url') === publicKey;
	} catch {
		return false;
	}
}

function isContactAddress(subject: string): boolean {
	if (subject.startsWith('mailto:')) return readEmail(subject.slice(7)) !== null;
	return URL.canParse(subject) && new URL(subject).protocol === 'https:';
}

function readMail(value: Value, hasOrigin: boolean, problems: string[]): MailSettings | null {
	const address = value('SMTP_URL');
	const from = value('MAIL_FROM');
	if (!address) {
		if (from) problems.push('MAIL_FROM does nothing without SMTP_URL.');
		return null;
	}
	// The address holds a password, so it is not repeated.
	const example = 'smtps://name:password@mail.city.example or smtp://127.0.0.1:25';
	const url = URL.canParse(address) ? new URL(address) : null;
	if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname) {
		problems.push(`SMTP_URL: expected ${example}.`);
		return null;
	}
	if (url.search || url.hash || !/^\/?$/.test(url.pathname))
		problems.push(`SMTP_URL: nothing may follow host and port; expected ${example}.`);
	const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
	const isSecure = url.protocol === 'smtps:';
	const user = readPart(url.username, problems);
	const password = readPart(url.password, problems);
	if (Boolean(user) !== Boolean(password)) problems.push('SMTP_URL: name and password go together.');
	if (!from) problems.push('MAIL_FROM is needed beside SMTP_URL: the address our e-mails come from.');
	else if (readEmail(bareAddress(from)) === null || /[\r\n]/.test(from))
		problems.push(`MAIL_FROM=${from}: expected an address such as 街面 <noreply@city.example>.`);
	if (!hasOrigin)
		problems.push('SMTP_URL needs ORIGIN too: e-mails carry a link, and people open it from elsewhere.');
	return {
		host,
		port: url.port ? Number(url.port) : isSecure ? 465 : 587,
		isSecure,
		isLocal: host === 'localhost' || (isIP(host) > 0 && isLoopback(host)),
		user,
		password,
		from: from ?? ''
	};
}

function readPart(text: string, problems: string[]): string | null {
	try {
		return decodeURIComponent(text) || null;
	} catch {
		problems.push('SMTP_URL: write special characters of name and password as %40, %3A and so on.');
		return null;
	}
}

/** `街面 <noreply@city.example>` → the address in it. */
function bareAddress(from: string): string {
	return /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from;
}

let kept: NotifySettings | undefined;

/** What this process was started with. */
export function notifySettings(): NotifySettings {
	return (kept ??= readNotifySettings(process.env, getSettings().origin !== null));
}
