import type { FactSetting, PackedFacts } from './fact-page.ts';
import type { QuestionName } from './questions.ts';

/** What the facts' thread is told; each order is answered once, in order. */
export type FactOrder = { id: number } & (
	| { kind: 'setting'; setting: FactSetting }
	| { kind: 'facts'; facts: PackedFacts | null; position: number }
	| { kind: 'ask'; name: QuestionName; asked: unknown; at: number }
);

export type FactReply = { id: number; answer: unknown; tookMs: number } | { id: number; fault: string };

type Unnumbered<Order> = Order extends unknown ? Omit<Order, 'id'> : never;
export type Told = Unnumbered<FactOrder>;

/** Whoever holds facts and is told things: a thread, or in tests the same without one. */
export interface FactHost {
	readonly isAlive: boolean;
	tell(order: Told): Promise<{ answer: unknown; tookMs: number }>;
	close(): Promise<void>;
}

/** The host is gone, and what it held with it. */
export class FactHostEnded extends Error {
	constructor(why: string) {
		super(`Who held the facts is gone: ${why}`);
		this.name = 'FactHostEnded';
	}
}
