// What goes on in the demo city behind the pages: its history is brought in while they already answer, and then the
// simulated town reports and works, as long as its switch is on.
import { seedHistory } from '#lib/city/demo/history.server.ts';
import { startTown, type Town } from '#lib/city/demo/town.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import type { Log } from '#lib/database/log.ts';
import { isDemoCity } from '#lib/staff/demo.server.ts';
import { errorFacts } from '#server/log.ts';

/** Begins at once and never throws; the returned function ends it. Does nothing in a real city. */
export function startDemo(home: Home, log: Log): () => Promise<void> {
	let isStopped = false;
	let town: Town | undefined;

	async function run(): Promise<void> {
		if (!(await isDemoCity(home))) return;
		await home.fillDemo(seedHistory);
		if (!isStopped) town = startTown(home, log);
	}

	run().catch((error: unknown) => {
		// What was not brought in is brought in by the next start.
		if (!isStopped) log.error('demo_stopped', errorFacts(error));
	});
	return async () => {
		isStopped = true;
		await town?.stop();
	};
}
