// The reports this device holds the codes of, and what was last seen of each. Loaded after the page: without scripts, or
// where a browser keeps nothing, code and PIN are typed as ever.
import { onChange } from '#lib/outbox/changes.ts';
import { listEntries } from '#lib/outbox/entries.ts';
import type { OutboxEntry } from '#lib/outbox/entry.ts';
import { forgetReceipt, keepReceipt, keptReceipts, type KeptReceipt } from '#lib/outbox/receipts.ts';
import { getText, putText } from '#lib/outbox/text-shelf.ts';
import { sameCode, stateOf, type Followed } from './follow.ts';

/** Where a report stood when this device last looked. */
interface Seen {
	state: string;
	/** Milliseconds of this device's clock. */
	at: number;
}
export interface KeptReport {
	receipt: KeptReceipt;
	seen: Seen | null;
}
export interface KeptReports {
	reports: KeptReport[];
	/** Not sent yet, oldest first. */
	waiting: OutboxEntry[];
}

export async function readKept(): Promise<KeptReports> {
	const [receipts, waiting] = await Promise.all([keptReceipts(), listEntries().catch(() => [])]);
	const seen = readSeen();
	const ids = new Set(receipts.map(({ id }) => id));
	return {
		reports: receipts.map((receipt) => ({ receipt, seen: seen[receipt.id] ?? null })),
		// In already, with photos still to come: it is listed as sent.
		waiting: waiting.filter(({ id }) => !ids.has(id))
	};
}

/** Calls back when this or another tab has changed what is kept; returns how to stop. */
export const onKeptChange = onChange;

export async function findKept(code: string): Promise<KeptReceipt | null> {
	return (await keptReceipts()).find((receipt) => sameCode(receipt.code, code)) ?? null;
}

/** A report was opened: what it said is what the list says of it next time. False: this device does not hold its code. */
export async function noteSeen(code: string, followed: Followed, now = Date.now()): Promise<boolean> {
	const receipt = await findKept(code);
	if (!receipt) return false;
	writeSeen({ ...readSeen(), [receipt.id]: { state: stateOf(followed), at: now } });
	// Sent without an answer from the database: only now are number and street known.
	if (receipt.number !== followed.number)
		await keepReceipt({ ...receipt, number: followed.number, street: followed.street });
	return true;
}

/** Keeps code and PIN of a report that was typed in. False: this device keeps nothing. */
export async function remember(
	code: string,
	pin: string,
	followed: Followed,
	words: { category: string; place: string }
): Promise<boolean> {
	const isKept = await keepReceipt({
		id: code,
		code,
		pin,
		number: followed.number,
		label: words,
		sentAt: Date.parse(followed.received_at),
		category: '',
		street: followed.street
	});
	if (isKept) await noteSeen(code, followed);
	return isKept;
}

export async function forget(id: string): Promise<void> {
	await forgetReceipt(id);
	const { [id]: _, ...others } = readSeen();
	writeSeen(others);
}

// A state's word and when: where there is no room for it, the list says less.
const SEEN = 'seen';
const readSeen = () => getText<Record<string, Seen>>(SEEN) ?? {};
const writeSeen = (seen: Record<string, Seen>) => void putText(SEEN, seen);
