// Bundled and run inside a page by test/prove/outbox.ts: the outbox as the form uses it, without the form.
import { loadDraft, saveDraft } from '#lib/outbox/draft.ts';
import { flush, list, send, type Outcome, type ReportBody } from '#lib/outbox/outbox.ts';
import { keptReceipts } from '#lib/outbox/receipts.ts';
import { room } from '#lib/outbox/storage-room.ts';
import { startOutbox } from '../../src/routes/start-outbox.ts';

export interface Errand {
	report: ReportBody;
	photos: ('small' | 'large')[];
}

const templates = new Map<string, Promise<ArrayBuffer>>();

/** No two are alike: each carries a comment of its own, after the marker that begins every JPEG. */
async function takePhoto(kind: string, comment: string): Promise<Blob> {
	// Small ones are sent as they are, so a comment makes them different; large ones are drawn anew, so their pixels must.
	const address = kind === 'large' ? `/proof/large.jpg?${encodeURIComponent(comment)}` : `/proof/${kind}.jpg`;
	let template = templates.get(address);
	if (!template) templates.set(address, (template = fetch(address).then((answer) => answer.arrayBuffer())));
	const bytes = new Uint8Array(await template);
	const text = new TextEncoder().encode(comment);
	const head = new Uint8Array([0xff, 0xd8, 0xff, 0xfe, 0, text.length + 2]);
	return new Blob([head, text, bytes.subarray(2)], { type: 'image/jpeg' });
}

const roles = ['near', 'wide'] as const;
const label = { category: '占道洗车', place: '金桥路' };

async function photosOf({ report, photos }: Errand) {
	return Promise.all(
		photos.map(async (kind, at) => ({
			blob: await takePhoto(kind, `${report.id} ${at}`),
			role: roles[at]!,
			claims: {}
		}))
	);
}

const proof = {
	start: startOutbox,
	flush,
	room,
	/** What the form does while a person writes. */
	async write(errand: Errand) {
		const { report } = errand;
		return saveDraft({
			...{ id: report.id, observedAt: String(report.observed_at), category: String(report.category) },
			...{ place: '', description: String(report.description), photos: await photosOf(errand) },
			...{
				pin: null,
				fix: null,
				preferred: null,
				wideSkipped: null,
				suggestedCase: null,
				savedAt: Date.now()
			}
		});
	},
	/** Takes its photos, so that they are there when nothing can be loaded. */
	async take(errand: Errand) {
		await photosOf(errand);
	},
	async send(errand: Errand): Promise<Outcome> {
		return send(errand.report, await photosOf(errand), 'citizen', label);
	},
	async state() {
		const [entries, receipts, draft] = await Promise.all([list(), keptReceipts(), loadDraft()]);
		return { entries, receipts, draftId: draft?.id ?? null, draftPhotos: draft?.photos.length ?? 0 };
	},
	/** As in browsers that have none. */
	withoutLocks() {
		Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
	}
};

export type OutboxProof = typeof proof;
(globalThis as { proof?: OutboxProof }).proof = proof;
