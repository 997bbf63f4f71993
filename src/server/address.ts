// Who is speaking to us: addresses, blocks of addresses, and the names we answer to.
import { BlockList, isIP } from 'node:net';

export function isLoopback(host: string): boolean {
	const bare = host
		.toLowerCase()
		.replace(/^\[(.*)\]$/, '$1')
		.replace(/\.$/, '');
	return (
		bare === 'localhost' ||
		bare.endsWith('.localhost') ||
		bare === '::1' ||
		(isIP(bare) === 4 && bare.startsWith('127.'))
	);
}

/** Addresses and CIDR blocks as one list to ask; null when an entry is neither. */
export function addressList(entries: readonly string[]): BlockList | null {
	const list = new BlockList();
	for (const entry of entries) {
		const [address = '', bits, ...rest] = entry.split('/');
		const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
		if (!isIP(address) || rest.length > 0) return null;
		if (bits === undefined) {
			list.addAddress(address, family);
			continue;
		}
		if (!/^\d{1,3}$/.test(bits) || Number(bits) > (family === 'ipv6' ? 128 : 32)) return null;
		list.addSubnet(address, Number(bits), family);
	}
	return list;
}

/** '::ffff:10.0.0.1' is how a dual-stack socket writes 10.0.0.1. */
export function plainAddress(address: string): string {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	return mapped ?? address;
}

/**
 * One subscriber's network: an IPv4 address as it is, of IPv6 the half (/64) that a provider gives to one customer, written
 * in one way however it came. What is no address stays what it is.
 */
export function networkOf(address: string): string {
	const plain = plainAddress(address.replace(/%.*$/, ''));
	if (isIP(plain) !== 6) return plain;
	const [head = '', tail] = plain.toLowerCase().split('::');
	const groups = (text: string) => (text === '' ? [] : text.split(':'));
	const before = groups(head);
	// An IPv4 address at the end stands for two groups.
	const after = groups(tail ?? '').flatMap((group) => (group.includes('.') ? ['', ''] : [group]));
	const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
	const whole = [...before, ...Array<string>(gap).fill('0'), ...after];
	return `${whole
		.slice(0, 4)
		.map((group) => parseInt(group || '0', 16).toString(16))
		.join(':')}::/64`;
}

export function isListed(list: BlockList, address: string): boolean {
	const plain = plainAddress(address);
	const family = isIP(plain);
	return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

/** Name and port of a Host header; null when it is not one (a path, a user, a comma, a control character). */
export function parseHost(header: string | undefined): { name: string; port: string } | null {
	if (header === undefined || header.length > 300) return null;
	const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(header);
	if (!match?.[1]) return null;
	const name = match[1].toLowerCase().replace(/\.$/, '');
	if (name.startsWith('[') && isIP(name.slice(1, -1)) !== 6) return null;
	return { name, port: match[2] ?? '' };
}

/**
 * Names we answer to. A page of another site can make its own name point at our address (DNS rebinding), but it
 * cannot make a browser send an address or 'localhost' it was not opened under; so those pass without being listed.
 */
export function isOurName(name: string, known: readonly string[]): boolean {
	const bare = name.replace(/^\[(.*)\]$/, '$1');
	return isIP(bare) !== 0 || bare === 'localhost' || known.some((host) => host.replace(/\.$/, '') === bare);
}
