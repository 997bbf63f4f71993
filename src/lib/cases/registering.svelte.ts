import { createContext } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { deserialize } from '$app/forms';
import { goto, invalidate, preloadData } from '$app/navigation';
import { getLocale, m } from '#lib/i18n/messages.ts';
import { uuidv7 } from 'uuidv7';
import type { Decision } from './decision.ts';
import type { DeskNow } from './desk-now.svelte.ts';
import type { DeskLists } from './desk.ts';
import {
	undecidedStatuses,
	type Lease,
	type NearCase,
	type ReportDetail,
	type ReportRow,
	type ReportStatus
} from './incoming.ts';
import { localText } from './local.ts';
import type { Outcome } from './outcome.ts';
import type { Refusal } from './refusal.ts';

/** The desk's registering: keys, what is selected, who has what open, what was just decided. */
export const [getRegistering, setRegistering] = createContext<Registering>();

/** A question that a number answers. */
export interface Choice {
	title: string;
	about?: string;
	options: { label: string; note?: string; run: () => void }[];
	/** Something may be typed instead. */
	field?: { label: string; run: (text: string) => void };
}

/** What was just decided, by this person, and until when it can be taken back. */
export interface LastStep {
	outcomes: Outcome[];
	until: number | null;
	isUndo: boolean;
}

interface Extra {
	case_id?: string;
	case_number?: string;
	category?: string;
	reason_code?: string;
	into?: 'first';
	despite_lease?: 'yes';
}

interface Target {
	id: string;
	number: number;
}

const keysKept = 'kerbside.desk.keys';
/** Nobody reads a report in less: a key so soon after the next one opened by itself was meant for the one before. */
const deafMs = 250;
/** How often the desk says what is open and hears who has what open. */
export const leaseEvery = 4000;

export class Registering {
	areKeysOn = $state(true);
	isHelpOpen = $state(false);
	isSending = $state(false);
	choice = $state.raw<Choice | null>(null);
	last = $state.raw<LastStep | null>(null);
	/** What this person decided and may still take back, the newest last. */
	#taken = $state.raw<readonly LastStep[]>([]);
	/** Why nothing happened, for whoever pressed a key. */
	complaint = $state('');
	readonly selected = new SvelteSet<string>();
	readonly leases = new SvelteMap<string, Lease>();
	/** Decided here just now, with the state they were in: gone from the list before the list is read again. */
	readonly #gone = new SvelteMap<string, ReportStatus>();
	/** The decision that is on its way; whether it was made. */
	#underway: Promise<boolean> | null = null;
	#isWaiting = false;
	#deafUntil = 0;
	/** Steps that were sent and never answered, with their ids: sent again, they are made once. */
	readonly #unanswered: Record<string, string> = {};
	/** Of the next report; held, or the browser forgets them. */
	pictures: HTMLImageElement[] = [];
	#anchor: string | null = null;
	/** The report that is open, as its page shows it. */
	open = $state.raw<ReportDetail | null>(null);
	#leftId: string | null = null;
	#saidOpen: string | null = null;

	readonly desk: DeskNow;
	readonly hrefOf: (id: string | null) => string;

	constructor(desk: DeskNow, hrefOf: (id: string | null) => string) {
		this.desk = desk;
		this.hrefOf = hrefOf;
	}

	readKept(): void {
		try {
			this.areKeysOn = localStorage.getItem(keysKept) !== 'off';
		} catch {
			// Then they are on.
		}
	}

	keepKeys(isOn: boolean): void {
		this.areKeysOn = isOn;
		try {
			localStorage.setItem(keysKept, isOn ? 'on' : 'off');
		} catch {
			// Then it holds for this page.
		}
	}

	/** The list without what was decided here a moment ago. */
	get rows(): ReportRow[] {
		const { reports } = this.desk.lists;
		return this.#gone.size === 0
			? reports
			: reports.filter(({ id, status }) => this.#gone.get(id) !== status);
	}

	/** A list that was read since has it no longer, or in its new state: then the list is right by itself. */
	reconcile({ reports }: DeskLists): void {
		for (const [id, status] of [...this.#gone]) {
			if (reports.find((row) => row.id === id)?.status !== status) this.#gone.delete(id);
		}
	}

	/** What a key takes back next. */
	get undoable(): LastStep | null {
		return this.#taken.at(-1) ?? null;
	}

	leaseOf(id: string): Lease | null {
		const lease = this.leases.get(id);
		return lease && !lease.is_mine ? lease : null;
	}

	// ---- selecting ----

	toggle(id: string, isRange = false): void {
		const ids = this.rows.map((row) => row.id);
		const [from, to] = [ids.indexOf(this.#anchor ?? ''), ids.indexOf(id)];
		if (isRange && from >= 0 && to >= 0) {
			for (const one of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) this.selected.add(one);
		} else if (!this.selected.delete(id)) this.selected.add(id);
		this.#anchor = id;
	}

	/** What a decision is about: the selected rows, or else the report that is open. */
	get #targets(): Target[] {
		if (this.selected.size > 0) return this.rows.filter(({ id }) => this.selected.has(id));
		const { open } = this;
		return open && undecidedStatuses.includes(open.status) && !this.#isGone(open) ? [open] : [];
	}

	#isGone({ id, status }: Pick<ReportDetail, 'id' | 'status'>): boolean {
		return this.#gone.get(id) === status;
	}

	get isAboutSeveral(): boolean {
		return this.selected.size > 0;
	}

	// ---- keys ----

	/** Hears a key; false when it means nothing here. */
	press(key: string): boolean {
		if (this.choice) return this.#answer(key);
		const step = this.#steps[key];
		if (!step) return false;
		const isLate = performance.now() < this.#deafUntil || (this.open !== null && this.#isGone(this.open));
		if ('fgdmv'.includes(key) && !this.isAboutSeveral && isLate) return true;
		this.complaint = '';
		step();
		return true;
	}

	readonly #steps: Record<string, () => void> = {
		f: () => this.file(),
		g: () => this.fileAsSuggested(),
		d: () => this.decline(),
		m: () => this.merge(),
		v: () => void this.decide('verify'),
		u: () => void this.undo(),
		r: () => this.goBack(),
		n: () => this.goOn(1),
		p: () => this.goOn(-1),
		'?': () => (this.isHelpOpen = true),
		Escape: () => this.selected.clear()
	};

	#answer(key: string): boolean {
		const { choice } = this;
		if (!choice) return false;
		if (key === 'Escape') {
			this.choice = null;
			return true;
		}
		const option = choice.options[Number(key) - 1];
		if (!/^[1-9]$/.test(key) || !option) return false;
		this.choice = null;
		option.run();
		return true;
	}

	// ---- decisions ----

	file(): void {
		if (this.isAboutSeveral) return this.#complain(m.register_file_one());
		const { open } = this;
		if (open && open.permitted_lines.length > 0) return this.#askReason('file', m.register_why_file(), {});
		void this.decide('file');
	}

	fileAsSuggested(): void {
		const suggested = this.open?.suggested_category;
		if (this.isAboutSeveral || !suggested) return this.#complain(m.register_nothing_suggested());
		const extra = { category: suggested.category };
		if (this.open!.permitted_lines.length > 0) return this.#askReason('file', m.register_why_file(), extra);
		void this.decide('file', extra);
	}

	decline(): void {
		this.#askReason('decline', m.register_why_decline(), {});
	}

	#askReason(decision: Decision, title: string, extra: Extra): void {
		if (this.#targets.length === 0) return this.#complain(m.register_nothing_open());
		const reasons = this.reasonsFor(decision);
		this.choice = {
			title: this.isAboutSeveral ? `${title} (${m.register_selected({ count: this.selected.size })})` : title,
			options: reasons.map(({ code, name, name_en }) => ({
				label: localText(name, name_en, getLocale()),
				run: () => void this.decide(decision, { ...extra, reason_code: code })
			}))
		};
	}

	reasons: { move: string; code: string; name: string; name_en: string | null }[] = [];
	reasonsFor(move: string) {
		return this.reasons.filter((reason) => reason.move === move);
	}

	/** The open cases a report may belong to: what its sender pointed at, then the nearest of its category. */
	get candidates(): NearCase[] {
		const { open } = this;
		if (!open) return [];
		const near = open.nearby.filter(
			({ is_duplicate, case_id }) => is_duplicate || case_id === open.suggested_case?.id
		);
		const isMeant = ({ case_id }: NearCase) => Number(case_id === open.suggested_case?.id);
		return near.toSorted((a, b) => isMeant(b) - isMeant(a) || a.distance_m - b.distance_m);
	}

	merge(): void {
		const targets = this.#targets;
		if (targets.length === 0) return this.#complain(m.register_nothing_open());
		const into = (one: NearCase) => ({
			label: m.register_into({ number: one.number }),
			note: m.desk_duplicate_facts({
				metres: Math.round(one.distance_m),
				days: Math.max(0, Math.round(one.age_days))
			}),
			run: () => void this.decide('merge', { case_id: one.case_id })
		});
		const { candidates } = this;
		if (!this.isAboutSeveral && candidates.length === 1) return void into(candidates[0]!).run();
		const options = candidates.slice(0, 6).map(into);
		if (this.isAboutSeveral && targets.length > 1) {
			options.unshift({
				label: m.register_together({ number: targets.at(-1)!.number }),
				note: m.register_together_about({ count: targets.length - 1 }),
				run: () => void this.decide('merge', { into: 'first' })
			});
		}
		this.choice = {
			title: m.register_which_case(),
			about: options.length === 0 ? m.register_no_duplicate() : undefined,
			options,
			field: {
				label: m.desk_case_number(),
				run: (text) => void this.decide('merge', { case_number: text })
			}
		};
	}

	/**
	 * One that is open is left at once, its answer is awaited while the next is read: but only one at a time, and what was
	 * refused or never answered comes back into the list and is named.
	 */
	async decide(decision: Decision, extra: Extra = {}): Promise<void> {
		// The oldest first: it is the one that is filed when several become one case.
		const targets = this.#targets.toSorted((a, b) => a.number - b.number);
		if (targets.length === 0) return this.#complain(m.register_nothing_open());
		const report = this.isAboutSeveral ? null : this.open;
		const lease = report && (this.leaseOf(report.id) ?? (report.lease?.is_mine ? null : report.lease));
		if (lease && !extra.despite_lease) return this.#confirm(decision, extra, lease);
		if (!(await this.#isMyTurn())) return;
		const made = this.#send(() => this.#make(decision, extra, targets, report));
		if (report) {
			const next = this.#beside(report.id, 1);
			this.#gone.set(report.id, report.status);
			await goto(this.hrefOf(next), { noScroll: true, keepFocus: true });
			this.#deafUntil = performance.now() + deafMs;
		}
		await made;
	}

	/** One step is on its way at a time, and one more waits; not after one that was not made, nor behind another that waits. */
	async #isMyTurn(): Promise<boolean> {
		if (this.#isWaiting) return false;
		if (!this.#underway) return true;
		this.#isWaiting = true;
		const isMade = await this.#underway;
		this.#isWaiting = false;
		return isMade;
	}

	#send(work: () => Promise<boolean>): Promise<boolean> {
		this.#underway = work().finally(() => (this.#underway = null));
		return this.#underway;
	}

	/** Whether all of it was made. */
	async #make(
		decision: Decision,
		extra: Extra,
		targets: readonly Target[],
		report: ReportDetail | null
	): Promise<boolean> {
		const { rows } = this;
		const answer = await this.#post('decide', targets, { decision, ...extra });
		if (!answer) {
			if (report) this.#comeBack(report, decision);
			return false;
		}
		const done = answer.filter(({ decided }) => decided);
		this.last = { outcomes: answer, until: undoUntil(done), isUndo: false };
		if (done.length > 0) this.#taken = [...this.#taken.filter(isRecent), this.last];
		for (const { id } of done) {
			const row = report ? undefined : rows.find((one) => one.id === id);
			if (row) this.#gone.set(id, row.status);
			this.selected.delete(id);
		}
		if (report && done.length === 0) this.#gone.delete(report.id);
		if (!report && done.some(({ id }) => id === this.open?.id)) void invalidate('desk:report');
		return done.length === answer.length;
	}

	/** Without an answer nobody knows whether it was made: it stands in the list again, and is named. */
	#comeBack({ id, number }: ReportDetail, decision: Decision): void {
		this.#gone.delete(id);
		const refused = { code: 'unreachable', sentence: this.complaint };
		this.complaint = '';
		this.last = {
			outcomes: [{ id, number, decision, decided: null, refused }],
			until: null,
			isUndo: false
		};
	}

	/** Opens the first that could not be decided. */
	goBack(): void {
		const refused = this.last?.outcomes.find((outcome) => outcome.refused);
		if (!refused) return this.#complain(m.register_nothing_refused());
		void goto(this.hrefOf(refused.id), { noScroll: true, keepFocus: true });
	}

	/** A colleague has it open: only on purpose. */
	#confirm(decision: Decision, extra: Extra, lease: Lease): void {
		this.last = null;
		this.choice = {
			title: lease.by ? m.register_leased_by({ name: lease.by }) : m.register_leased(),
			about: m.register_leased_about(),
			options: [
				{
					label: m.register_despite(),
					run: () => void this.decide(decision, { ...extra, despite_lease: 'yes' })
				},
				{ label: m.register_leave(), run: () => {} }
			]
		};
	}

	/** The last decision first, then the one before it, as long as their minute lasts. */
	async undo(): Promise<void> {
		if (!(await this.#isMyTurn())) return;
		const step = this.undoable;
		const steps = step?.outcomes.filter(({ decided }) => decided) ?? [];
		const targets = steps.map(({ id, number }) => ({ id, number: number ?? 0 }));
		if (targets.length === 0) return this.#complain(m.problem_nothing_to_undo());
		await this.#send(() => this.#takeBack(targets, step!));
	}

	async #takeBack(targets: readonly Target[], step: LastStep): Promise<boolean> {
		const answer = await this.#post('undo', targets, {});
		if (!answer) return false;
		this.#taken = this.#taken.filter((one) => one !== step);
		this.last = { outcomes: answer, until: null, isUndo: true };
		const back = answer.filter(({ decided }) => decided);
		for (const { id } of back) this.#gone.delete(id);
		// Back to what was taken back, to decide it rightly.
		if (back.length === 1 && back[0]!.id !== this.open?.id) {
			void goto(this.hrefOf(back[0]!.id), { noScroll: true, keepFocus: true });
		} else void invalidate('desk:report');
		return back.length === answer.length;
	}

	async #post(
		action: 'decide' | 'undo',
		targets: readonly Target[],
		fields: Record<string, string>
	): Promise<Outcome[] | null> {
		this.isSending = true;
		const step = JSON.stringify([action, targets.map(({ id }) => id), fields]);
		const requestId = (this.#unanswered[step] ??= uuidv7());
		const form = new FormData();
		for (const { id, number } of targets) {
			form.append('report_id', id);
			form.append('number', String(number));
		}
		form.set('request_id', requestId);
		for (const [name, value] of Object.entries(fields)) form.set(name, value);
		try {
			const response = await fetch(`/desk?/${action}`, {
				method: 'POST',
				body: form,
				headers: { accept: 'application/json', 'x-sveltekit-action': 'true' }
			});
			const result = deserialize(await response.text());
			if (result.type !== 'error') delete this.#unanswered[step];
			if (result.type === 'success') return (result.data as { outcomes: Outcome[] }).outcomes;
			if (result.type === 'redirect') location.reload();
			const refusal = result.type === 'failure' ? (result.data?.refusal as Refusal | undefined) : undefined;
			this.#complain(refusal?.sentence ?? m.desk_unreachable());
		} catch {
			this.#complain(m.desk_unreachable());
		} finally {
			this.isSending = false;
		}
		return null;
	}

	#complain(sentence: string): void {
		this.complaint = sentence;
	}

	// ---- going on ----

	#beside(id: string, step: 1 | -1): string | null {
		const { rows } = this;
		const at = rows.findIndex((row) => row.id === id);
		const isFree = (row: ReportRow) => row.id !== id && this.leaseOf(row.id) === null;
		// What a colleague has open is passed over.
		const [ahead, behind] = [rows.slice(at + 1), rows.slice(0, Math.max(at, 0)).toReversed()];
		const [first, then] = step === 1 ? [ahead, behind.toReversed()] : [behind, []];
		return (first.find(isFree) ?? then.find(isFree))?.id ?? null;
	}

	goOn(step: 1 | -1): void {
		const next = this.open ? this.#beside(this.open.id, step) : (this.rows[0]?.id ?? null);
		if (!next) return this.#complain(m.register_list_end());
		void goto(this.hrefOf(next), { noScroll: true, keepFocus: true });
	}

	/** Fetches what comes next while somebody still reads this one. */
	prepareNext(): void {
		const next = this.open && this.#beside(this.open.id, 1);
		if (!next) return;
		void preloadData(this.hrefOf(next))
			.then((result) => {
				const report =
					result.type === 'loaded' ? (result.data.report as ReportDetail | undefined) : undefined;
				const present = report?.photos.slice(0, 3).filter((photo) => photo.present) ?? [];
				this.pictures = present.map(({ sha256 }) => Object.assign(new Image(), { src: `/photos/${sha256}` }));
			})
			.catch(() => {});
	}

	// ---- leases ----

	/** Says what is open and hears who has what open. A page that nobody looks at says nothing: its lease runs out. */
	async tellLeases(): Promise<void> {
		const open = this.open && undecidedStatuses.includes(this.open.status) ? this.open.id : null;
		if (this.#saidOpen !== open) this.#leftId = this.#saidOpen;
		const left = this.#leftId;
		try {
			const response = await fetch('/desk/leases', {
				method: 'POST',
				headers: { 'content-type': 'application/json', accept: 'application/json' },
				body: JSON.stringify({ open, left })
			});
			if (!response.ok) return;
			const { leases } = (await response.json()) as { leases: Lease[] };
			this.#saidOpen = open;
			if (this.#leftId === left) this.#leftId = null;
			for (const id of [...this.leases.keys()]) {
				if (!leases.some(({ report_id }) => report_id === id)) this.leases.delete(id);
			}
			for (const lease of leases) this.leases.set(lease.report_id, lease);
		} catch {
			// Said again in a moment; the badge says when there is no connection.
		}
	}
}

const isRecent = ({ until }: LastStep) => until !== null && until > Date.now();

/** The moment the first of several decisions can no longer be taken back, by this device's clock. */
function undoUntil(done: readonly Outcome[]): number | null {
	const known = done.flatMap(({ decided }) => (decided?.undo_until ? [Date.parse(decided.undo_until)] : []));
	// The server counts a minute; a device whose clock is off must not be told another.
	return known.length === 0 ? null : Date.now() + 58_000;
}
