import type { DeskEvent, DeskFrame, FieldEvent, FieldFrame, ViewerClass } from '#lib/live/frame.ts';
import { LiveFeed, type LiveState } from '#lib/live/live.svelte.ts';
import type { Positioned } from '#lib/live/reconcile.ts';
import { createContext } from 'svelte';
import type { CaseDetail } from './case.ts';
import type { DeskAnswer, DeskLists, OpenPlace } from './desk.ts';
import { writeFilters } from './filters.ts';
import type { ReportDetail } from './incoming.ts';

/** The desk as it is now: pages below the list find what is open in it, newer than what they were loaded with. */
export const [getDeskNow, setDeskNow] = createContext<DeskNow>();

/** However busy the city is, the desk reads its lists once a second at most. */
const readEvery = 1000;
const slowestRetry = 30_000;

/**
 * Keeps the desk current. A frame says that something changed; what it is now is read from the server, and a reading
 * that fails leaves the screen as it is, marked as behind: nothing that somebody is writing is ever lost to it.
 */
export class DeskNow {
	lists = $state.raw() as DeskLists;
	#report = $state.raw<ReportDetail | null>(null);
	#detail = $state.raw<CaseDetail | null>(null);
	#openReadAt = $state(0);
	#isBehind = $state(false);
	readonly #feed: LiveFeed<Positioned, DeskFrame | FieldFrame>;
	readonly #isFollowing: boolean;
	readonly #where: () => OpenPlace | null;
	#isOpenTouched = false;
	#failures = 0;
	#readAt = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** `where`: what is open just now. Without a class there is nothing to follow. */
	constructor(lists: DeskLists, viewerClass: ViewerClass | null, where: () => OpenPlace | null) {
		this.lists = lists;
		this.#where = where;
		this.#isFollowing = viewerClass !== null;
		this.#feed = new LiveFeed<Positioned, DeskFrame | FieldFrame>({
			class: viewerClass ?? 'field',
			snapshot: lists.position,
			load: async () => {
				this.#isOpenTouched = true;
				await this.#read();
				return this.lists.position;
			},
			apply: (shown, frame) => ({ ...shown, position: frame.position }),
			onFrame: (frame) => {
				this.#isOpenTouched ||= frame.events.some((event) => this.#touchesOpen(event));
				this.#readSoon();
			}
		});
	}

	get state(): LiveState {
		return this.#isBehind && this.#feed.state === 'live' ? 'stale' : this.#feed.state;
	}

	get ageSeconds(): number {
		return this.#feed.ageSeconds;
	}

	/** The newer of two readings of a report: the page's own, made at `loadedAt`, and the last one since. */
	reportOr(loaded: ReportDetail, loadedAt: number): ReportDetail {
		const since = this.#report;
		return since?.id === loaded.id && this.#openReadAt > loadedAt ? since : loaded;
	}

	/** The newer of two readings of a case: the page's own, made at `loadedAt`, and the last one since. */
	caseOr(loaded: CaseDetail, loadedAt: number): CaseDetail {
		const since = this.#detail;
		return since?.id === loaded.id && this.#openReadAt > loadedAt ? since : loaded;
	}

	/** What was fetched ahead, at `loadedAt`, is read again once it is open: somebody may have decided it since. */
	opened(loadedAt: number): void {
		if (!this.#isFollowing || loadedAt >= this.lists.readAt) return;
		this.#isOpenTouched = true;
		this.#readSoon();
	}

	/** Lists that came with a navigation or a form's answer. Those that were fetched ahead may be older than what is shown. */
	adopt(lists: DeskLists): void {
		if (lists === this.lists) return;
		const isSameList = writeFilters(lists.filters) === writeFilters(this.lists.filters);
		if (isSameList && lists.readAt < this.lists.readAt) return;
		this.lists = lists;
		this.#feed.adopt(lists.position);
	}

	connect(): () => void {
		if (!this.#isFollowing) return () => {};
		const stop = this.#feed.connect();
		return () => {
			stop();
			clearTimeout(this.#timer);
		};
	}

	/** Frames for the field do not say which case it was, so it may have been the open one. */
	#touchesOpen(event: DeskEvent | FieldEvent): boolean {
		const open = this.#where();
		if (!open) return false;
		return !('report_id' in event) || event.case_id === open.id || event.report_id === open.id;
	}

	#readSoon(wait = this.#readAt + readEvery - Date.now()): void {
		this.#timer ??= setTimeout(
			() => {
				this.#timer = undefined;
				// A failure is shown as being behind and tried again; there is nobody else to tell.
				this.#read().catch(() => this.#readSoon(Math.min(slowestRetry, readEvery * 2 ** this.#failures)));
			},
			Math.max(0, wait)
		);
	}

	async #read(): Promise<void> {
		this.#readAt = Date.now();
		const { filters } = this.lists;
		const open = this.#isOpenTouched ? this.#where() : null;
		this.#isOpenTouched = false;
		try {
			const query = writeFilters(filters) + (open ? `&${open.kind}=${open.id}` : '');
			const response = await fetch(`/desk/now?${query}`, { headers: { accept: 'application/json' } });
			// The session is over: the page itself knows where to sign in again.
			if (response.status === 401) location.reload();
			if (!response.ok) throw new Error(`The desk answered ${response.status}.`);
			this.#take((await response.json()) as DeskAnswer);
			this.#failures = 0;
			this.#isBehind = false;
		} catch (problem) {
			this.#isOpenTouched ||= open !== null;
			this.#failures += 1;
			this.#isBehind = true;
			throw problem;
		}
	}

	/** A slow answer may arrive after somebody has gone on to another list. */
	#take({ lists, report, detail }: DeskAnswer): void {
		if (report || detail) {
			this.#report = report;
			this.#detail = detail;
			this.#openReadAt = lists.readAt;
		}
		const isSameList = writeFilters(lists.filters) === writeFilters(this.lists.filters);
		if (isSameList && lists.readAt >= this.lists.readAt) this.lists = lists;
	}
}
