import { describe, expect, it, vi } from 'vitest';
import { BATCH, Deliveries, type Delivery, type DeliverySource, type Outcome } from './deliveries.server.ts';

const delivery = (id: number): Delivery => ({
	id: `delivery-${id}`,
	kind: 'email',
	sealed: 'sealed',
	language: 'zh-CN',
	number: id,
	step: 'case.dispatched'
});

/** A database with so many deliveries due; what is claimed is not handed out again. */
function world(due: number, more: Partial<DeliverySource> = {}) {
	const queue = Array.from({ length: due }, (_, id) => delivery(id));
	const done: [string, string][] = [];
	const logged: unknown[] = [];
	let poke = () => {};
	const source: DeliverySource = {
		claim: async (max) => queue.splice(0, max),
		done: async (id, outcome) => void done.push([id, outcome]),
		send: async () => ({ outcome: 'sent' }),
		onEvent: (listener) => ((poke = listener), () => (poke = () => {})),
		log: (...facts) => void logged.push(facts),
		...more
	};
	const deliveries = new Deliveries(source, { every: 60_000, calm: 10 });
	return { deliveries, queue, done, logged, poke: () => poke() };
}

describe('deliveries', () => {
	it('are sent until none is due, four at a time at most', async () => {
		let now = 0;
		let most = 0;
		const { deliveries, done } = world(2 * BATCH + 3, {
			send: async () => {
				most = Math.max(most, (now += 1));
				await new Promise((resolve) => setTimeout(resolve, 2));
				now -= 1;
				return { outcome: 'sent' };
			}
		});
		await deliveries.turn();
		expect(done).toHaveLength(2 * BATCH + 3);
		expect(new Set(done.map(([id]) => id)).size).toBe(2 * BATCH + 3);
		expect(most).toBe(4);
	});

	it('tell the database how each went, and the log nothing personal', async () => {
		const outcomes: Outcome[] = [{ outcome: 'sent' }, { outcome: 'gone', why: 'status_410' }];
		const { deliveries, done, logged } = world(3, {
			send: async ({ number }) => {
				const outcome = outcomes[number];
				if (outcome) return outcome;
				throw new Error('wang@city.example cannot be reached');
			}
		});
		await deliveries.turn();
		expect(done.sort()).toEqual([
			['delivery-0', 'sent'],
			['delivery-1', 'gone'],
			['delivery-2', 'failed']
		]);
		expect(JSON.stringify(logged)).not.toMatch(/wang|sealed|#/);
		expect(JSON.stringify(logged)).toContain('status_410');
	});

	it('asked for twice at once are sent once', async () => {
		const { deliveries, done } = world(3);
		await Promise.all([deliveries.turn(), deliveries.turn()]);
		expect(done).toHaveLength(3);
	});

	it('follow soon after something has happened, however much of it', async () => {
		const claim = vi.fn(async () => []);
		const { deliveries, poke } = world(0, { claim });
		deliveries.start();
		for (let i = 0; i < 50; i += 1) poke();
		await new Promise((resolve) => setTimeout(resolve, 60));
		expect(claim).toHaveBeenCalledTimes(2);
		await deliveries.stop();
		poke();
		await new Promise((resolve) => setTimeout(resolve, 30));
		expect(claim).toHaveBeenCalledTimes(2);
	});

	it('are written down on a later try when the database is away for a moment', async () => {
		let tries = 0;
		const { deliveries, logged } = world(1, {
			done: async () => {
				if ((tries += 1) < 3) throw Object.assign(new Error('away'), { code: 'unreachable' });
			}
		});
		await deliveries.turn();
		expect(tries).toBe(3);
		expect(JSON.stringify(logged)).not.toContain('deliveries_failing');
	});

	it('say once that the database cannot be asked, and once that it can again', async () => {
		let isAway = true;
		const { deliveries, logged } = world(0, {
			claim: async () => {
				if (isAway) throw Object.assign(new Error('no'), { code: 'unreachable' });
				return [];
			}
		});
		await deliveries.turn();
		await deliveries.turn();
		isAway = false;
		await deliveries.turn();
		await deliveries.turn();
		expect(logged).toEqual([
			['error', 'deliveries_failing', { of: 'delivery', code: 'unreachable' }],
			['info', 'deliveries_recovered', { of: 'delivery' }]
		]);
	});

	it('begin nothing more once stopped', async () => {
		const begun: string[] = [];
		const world_ = world(BATCH, {
			send: async ({ id }) => {
				begun.push(id);
				await new Promise((resolve) => setTimeout(resolve, 20));
				return { outcome: 'sent' };
			}
		});
		const turn = world_.deliveries.turn();
		await new Promise((resolve) => setTimeout(resolve, 5));
		await world_.deliveries.stop();
		await turn;
		expect(begun).toHaveLength(4);
		expect(world_.done).toHaveLength(4);
	});
});
