// The simulated town: while its switch is on, it keeps reporting and working cases, so that a wall of the demo lives.
import { setTimeout as sleep } from 'node:timers/promises';
import { call, serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import type { Log } from '#lib/database/log.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { localHour } from './history/working-time.ts';
import { qualityOf } from './history/qualities.ts';
import { answerClosure, reportSomething } from './simulation/citizens.server.ts';
import { isTownAwake, isTownWanted } from './switch.server.ts';
import { Hands } from './simulation/hands.server.ts';
import { Pace, untilNextReport, untilNextStep, type TownNumbers } from './simulation/pace.ts';
import {
	beginOne,
	decideOne,
	dispatchOne,
	finishOne,
	judgeOne,
	verifyOne,
	type Step
} from './simulation/work.server.ts';

export interface Town {
	/** Resolves once nothing more will be written. */
	stop(): Promise<void>;
}

export interface TownOptions {
	random?: () => number;
	/** Divides every wait: tests have no minutes to spend. */
	speed?: number;
	onStep?: (step: Step | 'reported') => void;
}

/** How often the switch is looked at while it is off, in ms. */
const glance = 4_000;

/**
 * Starts at once and never throws: an error is logged, and the town goes on after a while. With DEMO_TOWN=off nothing
 * ever begins.
 */
export function startTown(home: Home, log: Log, options: TownOptions = {}): Town {
	const { random = Math.random, speed = 1, onStep } = options;
	const stopping = new AbortController();
	const { signal } = stopping;
	const rest = (ms: number) => sleep(ms / speed, undefined, { signal, ref: false }).catch(() => {});
	const hands = new Hands(home);
	const pace = new Pace(Date.now());
	const answers: { at: number; reportId: string; solved: boolean }[] = [];
	let reportAt = Date.now();

	async function live(): Promise<void> {
		while (!signal.aborted) {
			try {
				if (await isTownAwake(home)) await rest(await turn());
				else await rest(glance);
			} catch (error) {
				if (signal.aborted) return;
				// Somebody else was faster: next time. Anything else is a fault, and the people sign in anew.
				const isRace = error instanceof ApiProblem && (error.status === 409 || error.status === 404);
				if (!isRace) {
					log.warn('town_step_failed', { reason: (error as Error).message });
					hands.letGo();
				}
				await rest(isRace ? 1_000 : 15_000);
			}
		}
	}

	/** One report or one step. Answers how long to wait before the next. */
	async function turn(): Promise<number> {
		const numbers = await readNumbers(home);
		const now = Date.now();
		if (now >= reportAt) {
			reportAt = now + untilNextReport(localHour(now), random()) / speed;
			if (pace.mayReport(now, numbers)) {
				await reportSomething(home, random, now);
				onStep?.('reported');
			}
		}
		if (signal.aborted) return 0;
		// Apart from the call: without a listener its arguments would not even be evaluated.
		const done = await step();
		onStep?.(done);
		return Math.min(untilNextStep(numbers.open, random()), Math.max(500, (reportAt - Date.now()) * speed));
	}

	async function step(): Promise<Step> {
		const due = answers.findIndex(({ at }) => at <= Date.now());
		if (due >= 0) {
			const [{ reportId, solved }] = answers.splice(due, 1) as [(typeof answers)[number]];
			await answerClosure(home, reportId, solved);
			return 'answered';
		}
		// The desks first: what waits for them is what everything else waits for.
		const jobs: (() => Promise<Step>)[] = [
			() => decideOne(hands, random),
			() => dispatchOne(hands, random),
			() => verifyOne(hands, random, hearFromCitizens),
			() => finishOne(home, hands, random),
			() => beginOne(hands, random),
			() => judgeOne(hands)
		];
		const first = Math.floor(jobs.length * random());
		for (let i = 0; i < jobs.length && !signal.aborted; i += 1) {
			const done = await jobs[(first + i) % jobs.length]!();
			if (done) return done;
		}
		return null;
	}

	function hearFromCitizens(reportIds: string[], unit: string): void {
		const { confirmed, disputed } = qualityOf(unit);
		const draw = random();
		const reportId = reportIds[0];
		if (reportId === undefined || draw > confirmed + disputed || answers.length > 100) return;
		answers.push({
			at: Date.now() + (60_000 + 240_000 * random()) / speed,
			reportId,
			solved: draw > disputed
		});
	}

	const ended = isTownWanted() ? live() : Promise.resolve();
	return {
		async stop() {
			stopping.abort();
			await ended;
		}
	};
}

async function readNumbers(home: Home): Promise<TownNumbers> {
	const { totals } = await call<{ totals: { open: number; received_today: number } }>(
		serviceClient(home),
		'wall_figures',
		{}
	);
	return { open: totals.open, receivedToday: totals.received_today };
}
