// The headers on everything that leaves us: pages, files, streams, refusals, malformed requests.
import { allowingFrames, allowingMap, filePolicy } from './content-policy.js';
import { getSettings } from './settings.ts';

/** Camera and position are for /snap; everything else a browser could offer a page is switched off. */
const off = [
	'accelerometer',
	'autoplay',
	'browsing-topics',
	'display-capture',
	'encrypted-media',
	'fullscreen=(self)',
	'gyroscope',
	'hid',
	'identity-credentials-get',
	'idle-detection',
	'local-fonts',
	'magnetometer',
	'microphone',
	'midi',
	'otp-credentials',
	'payment',
	'picture-in-picture',
	'publickey-credentials-get',
	'screen-wake-lock=(self)',
	'serial',
	'usb',
	'xr-spatial-tracking'
];
const permissions = [
	'camera=(self)',
	'geolocation=(self)',
	...off.map((name) => (name.includes('=') ? name : `${name}=()`))
];

export const securityHeaders: Readonly<Record<string, string>> = {
	'content-security-policy': filePolicy,
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
	// No address of ours goes to another site. Under this header alone browsers post forms with "Origin: null", which we
	// must refuse, so app.html says same-origin for pages: our own forms carry their origin, others still see nothing.
	'referrer-policy': 'no-referrer',
	'permissions-policy': permissions.join(', '),
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'x-permitted-cross-domain-policies': 'none'
};

const documentsOnly = [
	'x-frame-options',
	'referrer-policy',
	'permissions-policy',
	'cross-origin-opener-policy',
	'x-permitted-cross-domain-policies'
];

/** Only on https: over plain http browsers must ignore it, and a test city on http must stay reachable. */
export const strictTransport = 'max-age=31536000';

export function headersFor(isSecure: boolean, pathname = ''): Record<string, string> {
	const headers: Record<string, string> = {
		...securityHeaders,
		'content-security-policy': policyFor(filePolicy, pathname),
		...(isSecure && { 'strict-transport-security': strictTransport })
	};
	// A page of ours is some twenty files: what only a document is bound by would be 12 KB more on a phone's slow line.
	if (pathname.startsWith('/_app/immutable/')) for (const name of documentsOnly) delete headers[name];
	if (isForFrames(pathname)) {
		// The older word for the same knows no list of sites; the policy holds.
		delete headers['x-frame-options'];
		// A site that isolates itself may show this one page of ours all the same.
		headers['cross-origin-resource-policy'] = 'cross-origin';
		// What a page of ours may ask for, a frame of it in somebody else's page may not.
		headers['permissions-policy'] = permissions.map((one) => one.replace('=(self)', '=()')).join(', ');
	}
	return headers;
}

/** The one page that other sites may show in a frame: the public map. Everything else stays out of frames. */
export function isForFrames(pathname: string): boolean {
	return pathname === '/embed';
}

/** A policy with what this city allows: its outside map, and for one page the sites that may frame it. */
function policyFor(policy: string, pathname: string): string {
	const own = allowingMap(policy, mapHosts());
	return isForFrames(pathname) ? allowingFrames(own, getSettings().embedOrigins) : own;
}

/** Hosts of the outside map this city has chosen, if any: no other is ever called. */
function mapHosts(): string[] {
	const { basemap } = getSettings();
	return basemap ? [...new Set(basemap.addresses.map((address) => new URL(address).origin))] : [];
}

/** Adds what a response does not already say for itself (a page brings its own policy, with a nonce). */
export function addHeaders(headers: Headers, isSecure: boolean, pathname = ''): void {
	const own = headers.get('content-security-policy');
	if (own !== null) headers.set('content-security-policy', policyFor(own, pathname));
	for (const [name, value] of Object.entries(headersFor(isSecure, pathname))) {
		if (!headers.has(name)) headers.set(name, value);
	}
	// In a frame of another site there is nothing to remember.
	if (isForFrames(pathname)) headers.delete('set-cookie');
}
