import { describe, expect, it } from 'vitest';
import { localDay } from './local-day.ts';
import { Scheduler } from './scheduler.server.ts';

describe('the scheduler', () => {
	it('asks the database each turn what time has changed', async () => {
		let ticks = 0;
		const scheduler = new Scheduler({
			tick: async () => (ticks += 1),
			timeZone: async () => 'Asia/Shanghai',
			onNewDay: () => {}
		});
		await scheduler.turn();
		await scheduler.turn();
		expect(ticks).toBe(2);
	});

	it("tells of a new day at the city's midnight, not at the server's", async () => {
		let now = '2026-03-15T15:59:55Z';
		let newDays = 0;
		const scheduler = new Scheduler({
			tick: async () => {},
			timeZone: async () => 'Asia/Shanghai',
			onNewDay: () => (newDays += 1),
			now: () => new Date(now)
		});
		await scheduler.turn();
		expect(newDays).toBe(0);
		now = '2026-03-15T16:00:05Z';
		await scheduler.turn();
		expect(newDays).toBe(1);
		now = '2026-03-16T00:00:05Z';
		await scheduler.turn();
		expect(newDays).toBe(1);
	});

	it('does not ask again while the last question is unanswered', async () => {
		let asked = 0;
		let answer!: () => void;
		const scheduler = new Scheduler({
			tick: () => {
				asked += 1;
				return new Promise<void>((resolve) => (answer = resolve));
			},
			timeZone: async () => 'UTC',
			onNewDay: () => {}
		});
		const first = scheduler.turn();
		await scheduler.turn();
		expect(asked).toBe(1);
		answer();
		await first;
	});

	it('reports trouble once, and once that it is over', async () => {
		const reported: (unknown | null)[] = [];
		let isBroken = true;
		const scheduler = new Scheduler({
			tick: async () => {
				if (isBroken) throw new Error('away');
			},
			timeZone: async () => 'UTC',
			onNewDay: () => {},
			onTrouble: (problem) => reported.push(problem)
		});
		await scheduler.turn();
		await scheduler.turn();
		isBroken = false;
		await scheduler.turn();
		await scheduler.turn();
		expect(reported).toEqual([expect.any(Error), null]);
	});
});

it('names the calendar day of a place', () => {
	expect(localDay(new Date('2026-03-15T16:30:00Z'), 'Asia/Shanghai')).toBe('2026-03-16');
	expect(localDay(new Date('2026-03-15T16:30:00Z'), 'UTC')).toBe('2026-03-15');
});
