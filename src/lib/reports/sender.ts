import { createHmac, hkdfSync } from 'node:crypto';
import { networkOf } from '#server/address.ts';

/**
 * Who sends, as the limits of intake know them: a keyed hash of their network that is another one each day (UTC). It tells
 * two senders apart and says nothing about either; yesterday's cannot be joined to today's, not even by us.
 */
export function senderHash(secret: Buffer, address: string, now = Date.now()): string {
	return createHmac('sha256', keyOf(secret, new Date(now).toISOString().slice(0, 10)))
		.update(networkOf(address))
		.digest('hex');
}

const kept = new WeakMap<Buffer, { day: string; key: Buffer }>();

function keyOf(secret: Buffer, day: string): Buffer {
	let found = kept.get(secret);
	if (found?.day !== day) {
		found = { day, key: Buffer.from(hkdfSync('sha256', secret, '', `kerbside sender 1 ${day}`, 32)) };
		kept.set(secret, found);
	}
	return found.key;
}
