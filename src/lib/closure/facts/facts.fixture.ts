import type { FactChanges, FactPage, FactSetting, PackedFacts } from './fact-page.ts';
import type { FactSource } from './fact-keeper.ts';
import { FactHolder } from './fact-holder.ts';
import { FactHostEnded, type FactHost, type Told } from './fact-message.ts';
import { nowhere } from './fact-table.ts';
import { never } from './fact-time.ts';

/** A fact as the database packs it, in fact seconds and flags. */
export interface PlainFact {
	number: number;
	filed?: number;
	dispatched?: number;
	closed?: number;
	segment?: number;
	category?: string;
	source?: string;
	flags?: number;
}

const packed = (numbers: number[]): string => {
	const bytes = Buffer.alloc(numbers.length * 4);
	numbers.forEach((n, at) => bytes.writeInt32BE(n, at * 4));
	return bytes.toString('base64');
};

/** Packs facts as `private.packed_facts` does. */
export function pack(facts: readonly PlainFact[]): PackedFacts {
	const words = (of: string[]) => [...new Set(of)].sort();
	const category = facts.map((fact) => fact.category ?? '0504');
	const source = facts.map((fact) => fact.source ?? 'citizen');
	const [categories, sources] = [words(category), words(source)];
	const column = (of: (fact: PlainFact) => number) => packed(facts.map(of));
	const none = facts.length === 0;
	return {
		count: facts.length,
		categories: none ? null : categories,
		sources: none ? null : sources,
		number: column((fact) => fact.number),
		filed: column((fact) => fact.filed ?? 0),
		dispatched: column((fact) => fact.dispatched ?? never),
		due: column(() => never),
		closed: column((fact) => fact.closed ?? never),
		street: column(() => 1),
		segment: column((fact) => fact.segment ?? 0),
		area: column(() => 0),
		unit: column(() => 0),
		lng: column(() => nowhere),
		lat: column(() => nowhere),
		category: packed(category.map((word) => categories.indexOf(word))),
		source: packed(source.map((word) => sources.indexOf(word))),
		flags: column((fact) => fact.flags ?? 2)
	};
}

/** Half past eight to twelve and two to half past five from Monday to Friday in Shanghai, and what a test says else. */
export function settingOf(more: Partial<FactSetting> = {}): FactSetting {
	const working_hours = [1, 2, 3, 4, 5].flatMap((weekday) => [
		{ weekday, starts: 8.5 * 3600, ends: 12 * 3600 },
		{ weekday, starts: 14 * 3600, ends: 17.5 * 3600 }
	]);
	return {
		version: 'one',
		time_zone: 'Asia/Shanghai',
		working_hours,
		working_days: {},
		categories: [{ code: '0504', parent: '05', recurrence_days: 14 }],
		segments: { classes: ['primary', 'residential'], segment: packed([3, 5]), class: packed([1, 0]) },
		...more
	};
}

/** A city in memory: facts by number, and a log that names them. */
export class PlainCity implements FactSource {
	readonly facts = new Map<number, PlainFact>();
	readonly log: number[] = [];
	epoch = 'first';
	now = settingOf();
	/** What was asked for, in order. */
	readonly asked: string[] = [];

	change(...facts: PlainFact[]): void {
		for (const fact of facts) {
			this.facts.set(fact.number, { ...this.facts.get(fact.number), ...fact });
			this.log.push(fact.number);
		}
	}

	setting(): Promise<FactSetting> {
		this.asked.push('setting');
		return Promise.resolve(this.now);
	}

	page(after: number, max: number): Promise<FactPage> {
		this.asked.push(`page ${after}`);
		const rows = [...this.facts.values()].filter(({ number }) => number > after).slice(0, max);
		const next = rows.length === max ? rows.at(-1)!.number : null;
		const last = Math.max(0, ...this.facts.keys()) || null;
		return Promise.resolve({ ...this.#at(), position: this.log.length, facts: pack(rows), next, last });
	}

	changes(after: number, max: number): Promise<FactChanges> {
		this.asked.push(`changes ${after}`);
		const named = this.log.slice(after, after + max);
		const facts =
			named.length > 0 ? pack([...new Set(named)].map((number) => this.facts.get(number)!)) : null;
		const position = Math.min(after + named.length, this.log.length);
		return Promise.resolve({
			...this.#at(),
			head: this.log.length,
			position,
			setting: this.now.version,
			facts
		});
	}

	#at() {
		return { epoch: this.epoch, taken_at: '2026-11-23T00:00:00Z' };
	}
}

/** A host in the test's own thread, whose facts can be looked at and who can be made to die. */
export class HostHere implements FactHost {
	readonly #holder = new FactHolder();
	#ended: FactHostEnded | null = null;

	get isAlive(): boolean {
		return this.#ended === null;
	}

	die(): void {
		this.#ended = new FactHostEnded('it died');
	}

	async tell(order: Told): Promise<{ answer: unknown; tookMs: number }> {
		// As a thread does: later, and by copies.
		const reply = await Promise.resolve(structuredClone(order)).then((own) =>
			this.#holder.carryOut({ ...own, id: 1 })
		);
		if (this.#ended) throw this.#ended;
		if ('fault' in reply) throw new Error(reply.fault);
		return reply;
	}

	close(): Promise<void> {
		this.#ended ??= new FactHostEnded('closed');
		return Promise.resolve();
	}

	table() {
		return this.#holder.table();
	}
}
