import { call, serviceClient, type FunctionName } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { errorFacts, log } from '#server/log.ts';
import type { FactChanges, FactPage, FactSetting } from './fact-page.ts';
import { FactKeeper, FactsLoading, type FactAnswer, type FactSource } from './fact-keeper.ts';
import { FactThread } from './fact-thread.ts';
import type { Asked, Answered, QuestionName } from './questions.ts';

/** One thread of facts for a web process. */
interface Facts {
	home: Home;
	keeper: FactKeeper;
	stop(): void;
}

const key = Symbol.for('kerbside.facts');
const shared = globalThis as { [key]?: Facts };

/** After a change the facts follow within this time, so that a question seldom finds much to bring in. */
const followMs = 5_000;

export function factSource(home: Home): FactSource {
	const client = serviceClient(home);
	// As GET: what only reads must not be taken for a change that is to be followed.
	const read = <Answer>(fn: FunctionName, args: Record<string, unknown> = {}) =>
		call<Answer>(client, fn, args, { isRead: true });
	return {
		setting: () => read<FactSetting>('fact_setting'),
		page: (after, max) => read<FactPage>('fact_page', { after, max_rows: max }),
		changes: (after, max) => read<FactChanges>('fact_changes', { after, max_events: max })
	};
}

function openFacts(home: Home): Facts {
	const running = shared[key];
	if (running?.home === home) return running;
	stopFacts();
	const keeper = new FactKeeper(factSource(home), () => new FactThread());
	let timer: NodeJS.Timeout | undefined;
	const follow = () => {
		timer = undefined;
		// What nobody has asked for yet is not loaded for a change's sake.
		if (keeper.loading) return;
		keeper.current().catch((problem: unknown) => log.warn('facts_behind', errorFacts(problem)));
	};
	const unlisten = home.onEvent(() => (timer ??= setTimeout(follow, followMs).unref()));
	const stop = () => {
		clearTimeout(timer);
		unlisten();
		void keeper.close();
	};
	return (shared[key] = { home, keeper, stop });
}

/**
 * Asks the facts. They are read as the web server itself: whoever calls this has made sure that the person may read every
 * case's facts (`boardRoles`), as row level security of `app.case_facts` has it.
 * @throws ApiProblem 503 `busy` while they are still being brought in
 */
export async function askFacts<Name extends QuestionName>(
	name: Name,
	asked: Asked<Name>,
	home: Home = getHome()
): Promise<FactAnswer<Answered<Name>>> {
	try {
		return await openFacts(home).keeper.ask(name, asked);
	} catch (error) {
		if (!(error instanceof FactsLoading)) throw error;
		throw new ApiProblem(503, 'busy', { retry_after: 5, ...error.load }, { cause: error });
	}
}

/** Brings the facts in, once the server has had its start to itself. */
export function startFacts(home: Home = getHome(), waitMs = 20_000): void {
	const { keeper } = openFacts(home);
	setTimeout(() => {
		if (shared[key]?.home !== home) return;
		keeper.current().catch((problem: unknown) => log.warn('facts_not_loaded', errorFacts(problem)));
	}, waitMs).unref();
}

export function stopFacts(): void {
	shared[key]?.stop();
	delete shared[key];
}
