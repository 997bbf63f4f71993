import { call, serviceClient } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { errorFacts, log } from '#server/log.ts';
import type { Figures, TailPage } from './frame.ts';
import { Scheduler } from './scheduler.server.ts';
import { closeStreamsOf, openSessions } from './stream.server.ts';
import { Tailer } from './tailer.server.ts';

/** One tailer and one scheduler for a web process, found again by the bundled code and by the entry point alike. */
interface Live {
	home: Home;
	tailer: Tailer;
	scheduler: Scheduler;
	/** Open streams of each person, so that one account cannot take them all. */
	perPerson: Map<string, number>;
}

export const maxViewers = 2000;
export const maxPerPerson = 12;

const key = Symbol.for('kerbside.live');
const shared = globalThis as { [key]?: Live };

/** Starts following the log; the second call for the same home finds the first one's work. */
export function startLive(home: Home = getHome()): Live {
	const running = shared[key];
	if (running?.home === home) return running;
	stopLive();
	const client = serviceClient(home);
	const tailer = new Tailer({
		tail: (after, max) => call<TailPage>(client, 'tail', { after, max_rows: max }),
		figures: (streets, areas) =>
			call<Figures>(client, 'wall_figures', { street_ids: streets, area_ids: areas }),
		onEvent: (listener) => home.onEvent(listener),
		onTrouble: (problem) => logTrouble('live_tail', problem)
	});
	const scheduler = new Scheduler({
		tick: () => call(client, 'tick'),
		timeZone: async () => (await call<{ time_zone: string }>(client, 'city')).time_zone,
		onNewDay: () => tailer.resetAll('day'),
		onTrouble: (problem) => logTrouble('live_tick', problem)
	});
	const live: Live = { home, tailer, scheduler, perPerson: new Map() };
	shared[key] = live;
	tailer.start();
	scheduler.start();
	return live;
}

/**
 * Calls back when a session ended, in this process or another, and closes the streams it still holds open here. What could
 * not be asked is asked by each stream itself within a minute.
 */
export function followEndedSessions(onEnd: () => void): void {
	const { home, tailer } = startLive();
	tailer.listen((kinds) => {
		if (kinds && !kinds.some((kind) => kind.startsWith('account.'))) return;
		onEnd();
		const sessions = openSessions();
		if (sessions.length === 0) return;
		call<string[]>(serviceClient(home), 'ended_among', { sessions }).then(
			(ended) => ended.forEach(closeStreamsOf),
			(problem: unknown) => logTrouble('live_sessions', problem)
		);
	});
}

export function stopLive(): void {
	const live = shared[key];
	if (!live) return;
	delete shared[key];
	live.scheduler.stop();
	live.tailer.stop();
}

/** Ends every open stream, so that the server can stop within seconds. Browsers come back by themselves. */
export function closeAllStreams(): void {
	shared[key]?.tailer.closeAll();
}

/** A place among the open streams, or null when there is none left; the returned function gives it back. */
export function takePlace(live: Live, person: string): (() => void) | null {
	const open = live.perPerson.get(person) ?? 0;
	if (live.tailer.viewerCount >= maxViewers || open >= maxPerPerson) return null;
	live.perPerson.set(person, open + 1);
	let isHeld = true;
	return () => {
		if (!isHeld) return;
		isHeld = false;
		const left = (live.perPerson.get(person) ?? 1) - 1;
		if (left > 0) live.perPerson.set(person, left);
		else live.perPerson.delete(person);
	};
}

function logTrouble(event: string, problem: unknown | null): void {
	if (problem === null) log.info(`${event}_recovered`);
	else log.error(`${event}_failing`, errorFacts(problem));
}
