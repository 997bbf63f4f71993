import type { FactOrder, FactReply } from './fact-message.ts';
import { FactStore } from './fact-store.ts';
import type { FactTable } from './fact-table.ts';
import { questions } from './questions.ts';

type Question = (facts: FactTable, asked: unknown, at: number) => unknown;

/** Does what it is told, one order after the other, and answers each: what the facts' thread is made of. */
export class FactHolder {
	#store = new FactStore();

	carryOut(order: FactOrder): FactReply {
		const begun = performance.now();
		try {
			const answer = this.#do(order);
			return { id: order.id, answer, tookMs: performance.now() - begun };
		} catch (error) {
			return { id: order.id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
		}
	}

	/** The facts as they are, for whoever stands in the same thread. */
	table(): FactTable {
		return this.#store.table();
	}

	#do(order: FactOrder): unknown {
		switch (order.kind) {
			case 'setting':
				return this.#store.set(order.setting);
			case 'facts':
				return this.#store.put(order.facts, order.position);
			case 'ask':
				return (questions[order.name] as Question)(this.#store.table(), order.asked, order.at);
		}
	}
}
