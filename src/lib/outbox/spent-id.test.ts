import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadDraft, saveDraft, type SavedDraft } from './draft.ts';
import { readEntry } from './entries.ts';
import type { ReportBody } from './entry.ts';
import { toKeep } from './flushing.ts';
import { list, send } from './outbox.ts';
import { shelveReceipt, type KeptReceipt } from './receipts.ts';
import { saidBy } from './said.ts';
import { getText, putText } from './text-shelf.ts';

const ID = '01990000-0000-7000-8000-000000000001';
const label = { category: '占道洗车', place: '金桥路' };
const report = (given: object = {}): ReportBody => ({
	...{
		id: ID,
		category: 'carwash',
		lng: 114.1,
		lat: 22.5,
		description: '甲',
		observed_at: '2026-11-22T01:00:00Z'
	},
	...given
});
const receipt = (given: Partial<KeptReceipt> = {}): KeptReceipt => ({
	...{ id: ID, code: 'c', pin: 'p', label, sentAt: 1, category: 'carwash' },
	...given
});
const draft = (given: Partial<SavedDraft> = {}): SavedDraft => ({
	...{
		id: ID,
		observedAt: '2026-11-22T01:00:00Z',
		category: 'carwash',
		place: '',
		description: '甲',
		photos: []
	},
	...{ pin: null, fix: null, preferred: null, wideSkipped: null, suggestedCase: null, savedAt: Date.now() },
	...given
});

// A device without a database: what is kept lies on the shelf for text, by the same rules.
beforeEach(() => {
	const texts = new Map<string, string>();
	vi.stubGlobal('localStorage', {
		getItem: (key: string) => texts.get(key) ?? null,
		setItem: (key: string, text: string) => void texts.set(key, text),
		removeItem: (key: string) => void texts.delete(key),
		key: (at: number) => [...texts.keys()][at] ?? null,
		get length() {
			return texts.size;
		}
	});
	vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
});
afterEach(() => vi.unstubAllGlobals());

describe('another report under the id of one that another tab has sent', () => {
	it('is not lost behind the receipt of the first: it goes under an id of its own', async () => {
		shelveReceipt(receipt({ said: await saidBy(report(), []) }));
		const renamed = vi.fn();
		const outcome = await send(report({ description: '乙' }), [], 'citizen', label, { renamed });
		expect(outcome).toMatchObject({ kind: 'queued', entry: { report: { description: '乙' } } });
		const [[id]] = renamed.mock.calls as [[string]];
		expect(id).not.toBe(ID);
		expect((await readEntry(id))?.report).toMatchObject({ id, description: '乙' });
	});

	it('is not lost behind the first while that waits: both wait', async () => {
		await send(report(), [], 'citizen', label);
		await send(report({ description: '乙' }), [], 'citizen', label);
		expect((await list()).map((entry) => entry.report.description).sort()).toEqual(['乙', '甲']);
	});

	it('is not lost when both are being sent at once', async () => {
		await Promise.all(['甲', '乙'].map((description) => send(report({ description }), [], 'citizen', label)));
		expect(await list()).toHaveLength(2);
	});

	it('is told by its photos, too', async () => {
		await send(report(), [], 'citizen', label);
		await send(report(), [{ blob: new Blob(['jpg']), role: 'near', claims: {} }], 'citizen', label);
		expect(await list()).toHaveLength(2);
	});

	it('is told from what an earlier version kept', async () => {
		shelveReceipt(receipt());
		expect((await send(report(), [], 'citizen', label)).kind).toBe('sent');
		expect((await send(report({ category: 'stall' }), [], 'citizen', label)).kind).toBe('queued');
	});
});

describe('the same report sent twice', () => {
	it('is one, however often Send is tapped', async () => {
		const tap = () => send(report(), [], 'citizen', label);
		await Promise.all([tap(), tap()]);
		await tap();
		expect(await list()).toHaveLength(1);
	});

	it('is one in two tabs, though the phone has moved meanwhile', async () => {
		await send(report(), [], 'citizen', label);
		await send(
			report({ observed_at: '2026-11-22T02:00:00Z', fix: { lng: 1, lat: 2 } }),
			[],
			'citizen',
			label
		);
		expect(await list()).toHaveLength(1);
	});

	it('has one receipt, which remembers what was said', async () => {
		await send(report(), [], 'citizen', label);
		const entry = (await readEntry(ID))!;
		shelveReceipt(toKeep({ id: ID, code: 'c', pin: 'p', needs: [], status_url: '' }, entry));
		expect((await send(report(), [], 'citizen', label)).kind).toBe('sent');
	});
});

describe('a draft whose id another tab has sent', () => {
	it('is saved under a new id once it has been written on', async () => {
		shelveReceipt(receipt({ said: await saidBy(report(), []) }));
		const renamed = vi.fn();
		const body = report({ description: '乙' });
		await saveDraft(draft({ description: '乙' }), { report: body, renamed });
		expect(renamed).toHaveBeenCalledOnce();
		const saved = await loadDraft();
		expect(saved).toMatchObject({ id: renamed.mock.calls[0]![0], description: '乙' });
	});

	it('is not saved again as it was sent: it would be sent twice', async () => {
		await send(report(), [], 'citizen', label);
		expect(await saveDraft(draft(), { report: report() })).toBe('whole');
		expect(await loadDraft()).toBeNull();
	});

	it('left under that id by an earlier version, comes back under a new one and can be sent', async () => {
		shelveReceipt(receipt({ said: await saidBy(report(), []) }));
		putText('draft', { ...draft({ description: '乙' }), v: 2 });
		const saved = await loadDraft();
		expect(saved?.description).toBe('乙');
		expect(saved?.id).not.toBe(ID);
	});

	it('keeps in whose name it was begun, and is there however old', async () => {
		const by = { id: 'x', name: '许宁', role: '巡查员' };
		await saveDraft(draft({ as: by, savedAt: Date.now() - 9 * 86_400_000 }));
		expect(await loadDraft()).toMatchObject({ as: by });
		expect(getText('draft')).not.toBeNull();
	});
});

it('a report of staff names whose it is, and waits under that name', async () => {
	const by = { id: '01990000-0000-4000-8000-000000000001', name: '许宁', role: '巡查员' };
	const bodies: string[] = [];
	vi.stubGlobal('fetch', (_: string, { body }: { body: string }) => {
		bodies.push(body);
		const problem = { status: 409, headers: { 'content-type': 'application/problem+json' } };
		return Promise.resolve(new Response('{"code":"signed_out"}', problem));
	});
	const outcome = await send(report(), [], by, label);
	expect(outcome).toMatchObject({ kind: 'queued', why: 'signed_out', entry: { as: 'staff', by } });
	expect(JSON.parse(bodies[0]!)).toMatchObject({ as: { staff: by.id } });
});
