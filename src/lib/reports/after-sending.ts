// What the page shows once a report has been sent, or waits on this phone. Loaded when there is something to show.
import type { Outcome, SentReceipt, Why } from '#lib/outbox/outbox.ts';
import { flush, list, remove, send } from '#lib/outbox/outbox.ts';
import { keepReceipt, keptReceipt, type KeptReceipt } from '#lib/outbox/receipts.ts';
import { bodyOf, photosOf } from './draft-report.ts';
import QueuedReport from './QueuedReport.svelte';
import SentReport from './SentReport.svelte';
import { remember } from './shown-receipt.ts';
import type { SnapDraft } from './snap-draft.svelte.ts';

export type Screen =
	| { kind: 'sent'; View: typeof SentReport; receipt: SentReceipt; isAdded: boolean; isKept: boolean }
	| { kind: 'queued'; View: typeof QueuedReport; why: Why; isHeld: boolean };

export async function screenOf(
	outcome: Extract<Outcome, { kind: 'sent' | 'queued' }>,
	draft: SnapDraft
): Promise<Screen> {
	if (outcome.kind === 'queued') {
		const isHeld = outcome.entry.photos.some((photo) => photo.isHeld && !photo.hasArrived);
		return { kind: 'queued', View: QueuedReport, why: outcome.why, isHeld };
	}
	const { receipt } = outcome;
	remember(receipt.id);
	const isKept = (await keptReceipt(receipt.id)) !== null;
	return { kind: 'sent', View: SentReport, receipt, isAdded: draft.suggested !== null, isKept };
}

/** The receipt that this tab was showing before it was loaded again. */
export async function shownBefore(id: string): Promise<Screen | null> {
	const receipt = await keptReceipt(id);
	return receipt && { kind: 'sent', View: SentReport, receipt: again(receipt), isAdded: false, isKept: true };
}

/** What waited has been sent meanwhile, by this page, another tab or the service worker. */
export async function arrived(draft: SnapDraft): Promise<Screen | null> {
	const receipt = await keptReceipt(draft.id);
	return receipt && screenOf({ kind: 'sent', receipt: again(receipt) }, draft);
}

export async function tryNow(draft: SnapDraft): Promise<Screen | null> {
	await flush('now');
	return arrived(draft);
}

/** The session is over: the same report, now in nobody's name. Null: it is to be mended in the form. */
export async function sendAsCitizen(draft: SnapDraft): Promise<Screen | null> {
	const entry = (await list()).find(({ id }) => id === draft.id);
	if (!entry) return arrived(draft);
	await remove(draft.id);
	draft.as = 'citizen';
	const outcome = await send(bodyOf(draft), photosOf(draft), 'citizen', entry.label, {
		renamed: (id) => (draft.id = id)
	});
	return outcome.kind === 'sent' || outcome.kind === 'queued' ? screenOf(outcome, draft) : null;
}

/** Sent as a plain form before the scripts had arrived: the codes are kept all the same. */
export async function keepPlain(receipt: Omit<SentReceipt, 'status_url'>): Promise<boolean> {
	const { id, code, pin, number, street } = receipt;
	remember(id);
	return keepReceipt({
		...{ id, code, pin, category: '', sentAt: Date.now() },
		...(number !== undefined && { number }),
		...(street && { street }),
		label: { category: '', place: street?.name ?? '' }
	});
}

function again(receipt: KeptReceipt): SentReceipt {
	return { ...receipt, needs: [], status_url: `/track#${receipt.code}` };
}
