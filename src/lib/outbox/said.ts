// What tells two reports under one id apart: a draft that two tabs have restored is one report when it is sent twice as it was,
// and two when it has been written on.
import type { OutboxEntry, ReportBody } from './entry.ts';
import type { KeptReceipt } from './receipts.ts';
import { sha256Of } from './sha256.ts';

/**
 * What a report says, in short. Left out is what differs between two tabs though the person has said nothing new: the id, when,
 * where the phone stood meanwhile; and in which form there was room for photos.
 */
export async function saidBy(report: ReportBody, photos: readonly string[]): Promise<string> {
	const text = JSON.stringify([textOf(report), [...new Set(photos)].sort()]);
	return sha256Of(new TextEncoder().encode(text).buffer as ArrayBuffer);
}

export function textOf(report: ReportBody): string {
	const { id: _id, photos: _photos, observed_at: _at, fix: _fix, accuracy_m: _accuracy, ...rest } = report;
	const fields = Object.entries(rest).filter(([, value]) => value !== undefined && value !== null);
	return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether what is kept under an id is what is given now. */
export function saysTheSame(
	kept: OutboxEntry | KeptReceipt,
	said: string,
	given: { report: ReportBody; label?: { place: string } }
): boolean {
	if (kept.said !== undefined) return kept.said === said;
	// Kept by an earlier version. An entry has its text; a receipt has no more than what it is called.
	if ('report' in kept) return textOf(kept.report) === textOf(given.report);
	if (kept.category !== '' && kept.category !== given.report.category) return false;
	const [then, now] = [kept.label.place, given.label?.place ?? ''];
	return then === '' || now === '' || then === now;
}
