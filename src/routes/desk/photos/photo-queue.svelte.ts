import { deserialize } from '$app/forms';
import { CoverDraft } from '#lib/evidence/cover-draft.svelte.ts';
import type { Cover, SuggestedCover, Verdict } from '#lib/evidence/covers.ts';
import type { Judged, JudgedPhoto, PhotoJudgement, WaitingPhotos } from '#lib/evidence/judging.ts';
import { PictureShelf, type Picture } from './picture-shelf.svelte.ts';

const ahead = 4;
const behind = 2;
/** The list is asked for again when fewer are left, and when this long has gone: others work on it too. */
const fewest = 6;
const listedAtOnce = 60;
const mostListed = 200;
const freshMs = 20_000;

/** Why a photo stands here again: what a person needs to know before judging it once more. */
export interface Problem {
	code: string;
	sentence: string;
}

/** How a judgement was refused, as the form action says it. */
export type Refused = {
	problem: Problem & { sha256: string };
	/** After `judged_meanwhile`: what somebody else has said. */
	newer: PhotoJudgement | null;
};

interface Past {
	sha256: string;
	verdict: Verdict;
	covers: Cover[];
	/** How it stood before. */
	before: Pick<JudgedPhoto, 'state' | 'covers'> & { isJudged: boolean };
}

/**
 * One sitting: the photos in the order they came, where one is among them, and what has been said. A judgement is sent
 * while the next photo is already on the screen; one that is refused comes back to the front.
 */
export class PhotoQueue {
	photos = $state.raw<readonly JudgedPhoto[]>([]);
	at = $state(0);
	total = $state(0);
	/** Judgements under way. */
	sending = $state(0);
	judgedHere = $state.raw<Readonly<Record<string, Verdict>>>({});
	problems = $state.raw<Readonly<Record<string, Problem>>>({});
	isRefilling = $state(false);
	isListBehind = $state(false);
	/** Only this photo, opened from its case. */
	readonly isSingle: boolean;
	readonly shelf = new PictureShelf();
	#past = $state.raw<readonly Past[]>([]);
	readonly #drafts: Record<string, CoverDraft> = {};
	#judgedBefore: readonly string[] = [];
	#line: Promise<unknown> = Promise.resolve();
	#listedAt: number;
	/** Judgements sent so far. */
	#sent = 0;
	#isClosed = false;

	constructor(list: WaitingPhotos, isSingle: boolean, isJudged = false) {
		this.photos = list.photos;
		this.total = list.total;
		this.isSingle = isSingle;
		this.#listedAt = Date.now();
		if (isJudged) this.#judgedBefore = list.photos.map(({ sha256 }) => sha256);
	}

	get photo(): JudgedPhoto | null {
		return this.photos[this.at] ?? null;
	}

	get picture(): Picture {
		return this.photo ? this.shelf.of(this.photo.sha256) : { state: 'absent', src: '' };
	}

	get problem(): Problem | null {
		return (this.photo && this.problems[this.photo.sha256]) ?? null;
	}

	/** Passed over and not judged. */
	get skipped(): number {
		return this.photos.slice(0, this.at).filter(({ sha256 }) => !(sha256 in this.judgedHere)).length;
	}

	get canUndo(): boolean {
		return this.#past.length > 0;
	}

	/** A person has published or withheld this photo, here or before. */
	isJudged(photo: JudgedPhoto): boolean {
		return photo.sha256 in this.judgedHere || this.#judgedBefore.includes(photo.sha256);
	}

	/** What is drawn on a photo stays while one looks at others. */
	draftOf(photo: JudgedPhoto): CoverDraft {
		return (this.#drafts[photo.sha256] ??= new CoverDraft(photo.covers));
	}

	/** Fetches the pictures around this one, and their suggestions. */
	prepare(): void {
		this.shelf.keep(this.#around());
		for (const photo of this.photos.slice(this.at, this.at + 2)) void this.#suggest(photo);
		if (this.isSingle) return;
		const isShort = this.photos.length - this.at < fewest && this.photos.length - this.at < this.total;
		if (isShort || Date.now() - this.#listedAt > freshMs) void this.refill();
	}

	goTo(at: number): void {
		this.at = Math.min(Math.max(at, 0), this.photos.length);
		this.prepare();
	}

	/** From the end of the list to the first that was passed over. */
	goToSkipped(): void {
		const first = this.photos.findIndex((photo) => !(photo.sha256 in this.judgedHere));
		if (first >= 0) this.goTo(first);
	}

	/** Sends a judgement about the photo on the screen and goes on. Resolves with whether it was taken. */
	judge(verdict: Verdict): Promise<boolean> {
		const { photo } = this;
		if (!photo) return Promise.resolve(false);
		// What is drawn on a photo that stays withheld is kept with it.
		const covers = verdict === 'cleared' ? [] : this.draftOf(photo).covers;
		const before = { state: photo.state, covers: photo.covers, isJudged: this.isJudged(photo) };
		const past: Past = { sha256: photo.sha256, verdict, covers, before };
		this.#past = [...this.#past, past];
		this.#mark(photo.sha256, verdict);
		this.#setProblem(photo.sha256, null);
		if (!this.isSingle) this.goTo(this.at + 1);
		return this.#send(photo.sha256, verdict, covers).then((isTaken) => {
			if (isTaken && !before.isJudged) this.total = Math.max(0, this.total - 1);
			if (!isTaken) this.#past = this.#past.filter((one) => one !== past);
			return isTaken;
		});
	}

	/** Takes the last judgement of this sitting back and shows its photo. Null when there is none; else whether it was taken back. */
	async undo(): Promise<boolean | null> {
		// A judgement under way may yet be refused: then there is nothing of it to take back.
		while (this.sending > 0) await this.#line.catch(() => {});
		const last = this.#past.at(-1);
		if (!last) return null;
		this.#past = this.#past.slice(0, -1);
		const at = this.photos.findIndex(({ sha256 }) => sha256 === last.sha256);
		if (at < 0) return null;
		this.goTo(at);
		const { before } = last;
		const isTaken = before.isJudged
			? await this.#send(last.sha256, before.state, before.covers)
			: await this.#send(last.sha256, 'reopened', last.covers);
		if (!isTaken) return false;
		if (before.isJudged) this.draftOf(this.photos[at]!).replace(before.covers);
		if (!before.isJudged) {
			this.#mark(last.sha256, null);
			this.total += 1;
		}
		return true;
	}

	/** Asks which photos wait now: new ones join at the end, those that others have judged go. */
	async refill(): Promise<void> {
		if (this.isRefilling) return;
		this.isRefilling = true;
		this.#listedAt = Date.now();
		const rows = Math.min(mostListed, listedAtOnce + this.skipped + this.sending);
		try {
			const sent = this.sending === 0 ? this.#sent : null;
			const answer = await fetch(`/desk/photos/queue?rows=${rows}`, {
				headers: { accept: 'application/json' }
			});
			if (!answer.ok) throw new Error(`${answer.status}`);
			const list = (await answer.json()) as WaitingPhotos;
			// A judgement that was under way may be counted in it or not: then our own count is the better one.
			if (sent === this.#sent) this.total = list.total;
			this.#merge(list.photos, rows);
			this.isListBehind = false;
		} catch {
			this.isListBehind = true;
		} finally {
			this.isRefilling = false;
		}
	}

	close(): void {
		this.#isClosed = true;
		this.shelf.close();
	}

	#merge(photos: readonly JudgedPhoto[], rows: number): void {
		if (this.#isClosed) return;
		const listed = photos.map(({ sha256 }) => sha256);
		const reach = photos.length < rows ? null : (photos.at(-1)?.recorded_at ?? null);
		const isGone = ({ sha256, recorded_at }: JudgedPhoto) =>
			!listed.includes(sha256) && (reach === null || recorded_at < reach);
		// What is on the screen, and what one may go back to, stays where it is.
		const [seen, rest] = [this.photos.slice(0, this.at + 1), this.photos.slice(this.at + 1)];
		const kept = [...seen, ...rest.filter((photo) => !isGone(photo) || this.#isTouched(photo))];
		const known = kept.map(({ sha256 }) => sha256);
		this.photos = [...kept, ...photos.filter(({ sha256 }) => !known.includes(sha256))];
		this.shelf.keep(this.#around());
	}

	#around(): string[] {
		const next = this.photos.slice(this.at, this.at + ahead + 1);
		const last = this.photos.slice(Math.max(0, this.at - behind), this.at);
		return [...next, ...last].map(({ sha256 }) => sha256);
	}

	#isTouched({ sha256 }: JudgedPhoto): boolean {
		return sha256 in this.judgedHere || this.#drafts[sha256]?.canUndo === true;
	}

	/** One judgement at a time, in the order they were made. */
	#send(sha256: string, verdict: Verdict, covers: readonly Cover[]): Promise<boolean> {
		this.sending += 1;
		this.#sent += 1;
		const sent = this.#line
			.catch(() => {})
			.then(() => this.#sendNow(sha256, verdict, covers))
			.finally(() => (this.sending -= 1));
		this.#line = sent;
		return sent;
	}

	async #sendNow(sha256: string, verdict: Verdict, covers: readonly Cover[]): Promise<boolean> {
		const photo = this.photos.find((one) => one.sha256 === sha256);
		if (!photo) return false;
		const body = new FormData();
		body.set('sha256', sha256);
		body.set('verdict', verdict);
		body.set('covers', JSON.stringify(covers));
		body.set('revision', String(photo.revision));
		const refused = (code: string, sentence = '') => this.#comeBack(sha256, { code, sentence });
		try {
			const answer = await fetch('/desk/photos?/judge', {
				method: 'POST',
				body,
				headers: { 'x-sveltekit-action': 'true', accept: 'application/json' }
			});
			const result = deserialize<{ judged: Judged }, Refused>(await answer.text());
			if (result.type === 'success' && result.data) {
				const { state, revision } = result.data.judged;
				this.#change(sha256, { state, revision, covers: [...covers] });
				return true;
			}
			if (result.type === 'failure' && result.data) {
				const { problem, newer } = result.data;
				if (newer) this.#adopt(newer, covers);
				return refused(problem.code, problem.sentence);
			}
			return refused(answer.status === 401 || answer.status === 403 ? 'sign_in_needed' : 'failed');
		} catch {
			return refused('failed');
		}
	}

	/** Somebody else was first: their covers are shown, ours are offered beside them. */
	#adopt(newer: PhotoJudgement, ours: readonly Cover[]): void {
		const { sha256, state, covers, revision, history } = newer;
		this.#change(sha256, { state, covers, revision, history });
		this.#judgedBefore = [...this.#judgedBefore, sha256];
		const photo = this.photos.find((one) => one.sha256 === sha256);
		if (!photo) return;
		const draft = this.draftOf(photo);
		draft.replace(covers);
		draft.suggestOwn(ours);
	}

	#comeBack(sha256: string, problem: Problem): false {
		this.#setProblem(sha256, problem);
		this.#mark(sha256, null);
		const at = this.photos.findIndex((photo) => photo.sha256 === sha256);
		if (at >= 0 && at < this.at) this.goTo(at);
		return false;
	}

	#change(sha256: string, what: Partial<JudgedPhoto>): void {
		this.photos = this.photos.map((photo) => (photo.sha256 === sha256 ? { ...photo, ...what } : photo));
	}

	#mark(sha256: string, verdict: Verdict | null): void {
		const { [sha256]: _, ...rest } = this.judgedHere;
		this.judgedHere = verdict ? { ...rest, [sha256]: verdict } : rest;
	}

	#setProblem(sha256: string, problem: Problem | null): void {
		const { [sha256]: _, ...rest } = this.problems;
		this.problems = problem ? { ...rest, [sha256]: problem } : rest;
	}

	#suggested: readonly string[] = [];
	#isDetecting = true;

	/** What a detector proposes. Without one, or when it fails, there is simply nothing proposed. */
	async #suggest(photo: JudgedPhoto): Promise<void> {
		if (!this.#isDetecting || this.#suggested.includes(photo.sha256) || this.isJudged(photo)) return;
		this.#suggested = [...this.#suggested, photo.sha256];
		try {
			const answer = await fetch(`/desk/photos/suggestions/${photo.sha256}`);
			if (!answer.ok) return;
			const { state, covers } = (await answer.json()) as { state: string; covers: SuggestedCover[] };
			this.#isDetecting = state !== 'off';
			if (covers.length > 0) this.draftOf(photo).suggest(covers);
		} catch {
			this.#suggested = this.#suggested.filter((one) => one !== photo.sha256);
		}
	}
}
