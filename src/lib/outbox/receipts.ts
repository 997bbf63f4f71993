// The codes of reports sent from this device, until somebody takes them off it.
import { tellChange } from './changes.ts';
import { reading, writing } from './database.ts';
import { getText, putText } from './text-shelf.ts';

export interface KeptReceipt {
	id: string;
	code: string;
	pin: string;
	number?: number;
	/** Category and place in the words of the one who sent it. */
	label: { category: string; place: string };
	/** Milliseconds of this device's clock. */
	sentAt: number;
	/** The category's code. */
	category: string;
	street?: { name: string; name_en: string | null } | null;
	photos_lost?: number;
	photos_smaller?: number;
	/** As in the entry it was. */
	said?: string;
}

const SHELF = 'receipts';
const MOST = 200;

/** Newest first. */
export async function keptReceipts(): Promise<KeptReceipt[]> {
	const kept = await reading((database) => database.getAll('receipts')).catch(() => []);
	const ids = new Set(kept.map(({ id }) => id));
	const texts = (getText<KeptReceipt[]>(SHELF) ?? []).filter(({ id }) => !ids.has(id));
	return [...kept, ...texts].sort((a, b) => b.sentAt - a.sentAt);
}

export async function keptReceipt(id: string): Promise<KeptReceipt | null> {
	const kept = await reading((database) => database.get('receipts', id)).catch(() => undefined);
	return kept ?? getText<KeptReceipt[]>(SHELF)?.find((receipt) => receipt.id === id) ?? null;
}

/** False: this device keeps nothing, and the person must write the code down. */
export async function keepReceipt(receipt: KeptReceipt): Promise<boolean> {
	const isKept = await writing(['receipts'], async (transaction) => {
		await transaction.objectStore('receipts').put(receipt);
		return true;
	}).catch(() => shelveReceipt(receipt));
	tellChange();
	return isKept;
}

export async function forgetReceipt(id: string): Promise<void> {
	const texts = getText<KeptReceipt[]>(SHELF);
	if (texts)
		putText(
			SHELF,
			texts.filter((receipt) => receipt.id !== id)
		);
	await writing(['receipts'], (transaction) => transaction.objectStore('receipts').delete(id)).catch(
		() => {}
	);
	tellChange();
}

/** Takes every code off this device. The reports themselves stay with the city. */
export async function forgetAll(): Promise<void> {
	putText(SHELF, []);
	await writing(['receipts'], (transaction) => transaction.objectStore('receipts').clear()).catch(() => {});
	tellChange();
}

/** Keeps a receipt as text, for a device without room or without a database. */
export function shelveReceipt(receipt: KeptReceipt): boolean {
	const others = (getText<KeptReceipt[]>(SHELF) ?? []).filter(({ id }) => id !== receipt.id);
	return putText(SHELF, [receipt, ...others].slice(0, MOST));
}
