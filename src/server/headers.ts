// The headers on everything that leaves us: pages, files, streams, refusals, malformed requests.
import { allowingMap, filePolicy } from './content-policy.js';
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

/** Only on https: over plain http browsers must ignore it, and a test city on http must stay reachable. */
export const strictTransport = 'max-age=31536000';

export function headersFor(isSecure: boolean): Record<string, string> {
	const policy = allowingMap(filePolicy, mapHosts());
	return {
		...securityHeaders,
		'content-security-policy': policy,
		...(isSecure && { 'strict-transport-security': strictTransport })
	};
}

/** Hosts of the outside map this city has chosen, if any: no other is ever called. */
function mapHosts(): string[] {
	const { basemap } = getSettings();
	return basemap ? [...new Set(basemap.addresses.map((address) => new URL(address).origin))] : [];
}

/** Adds what a response does not already say for itself (a page brings its own policy, with a nonce). */
export function addHeaders(headers: Headers, isSecure: boolean): void {
	const own = headers.get('content-security-policy');
	if (own !== null) headers.set('content-security-policy', allowingMap(own, mapHosts()));
	for (const [name, value] of Object.entries(headersFor(isSecure))) {
		if (!headers.has(name)) headers.set(name, value);
	}
}
