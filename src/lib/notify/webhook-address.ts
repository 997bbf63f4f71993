// Which addresses a webhook may have. Whoever can type an address here must not be able to make the server talk to what only the
// server can reach: the database, the router, the cloud's own services.
import { isIP } from 'node:net';
import { addressList, isListed } from '#server/address.ts';

/** Addresses that are not of the public internet: private, local, shared, reserved, and those that carry an IPv4 address inside. */
const closed = addressList([
	...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
	...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
	...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
	...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16'],
	...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8']
])!;

/** Anything that is no address at all counts as private. */
export function isPrivateAddress(address: string): boolean {
	return isIP(address) === 0 || isListed(closed, address);
}

export type AddressFault = 'bad_address' | 'https_needed' | 'private_address';

/** What is wrong with an address before anybody is asked what its name means; null when nothing is. */
export function addressFault(typed: string, mayBePrivate: boolean): AddressFault | null {
	if (!URL.canParse(typed)) return 'bad_address';
	const url = new URL(typed);
	if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) return 'bad_address';
	if (mayBePrivate) return null;
	if (url.protocol !== 'https:') return 'https_needed';
	const host = hostOf(url);
	if (isIP(host) ? isPrivateAddress(host) : /(^|\.)(localhost|local|internal)\.?$/i.test(host))
		return 'private_address';
	return null;
}

/** The host without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');
