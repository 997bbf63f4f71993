import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { anchorKey, Witness, type Anchor, type AnchorFileFault } from './anchors.ts';
import { anchorsOf } from './anchors.server.ts';
import { ChainWalk, type Fault, type Link } from './chain.ts';

export interface LogPage {
	epoch: string;
	head: { position: number; hash: string };
	links: Link[];
	/** Events in the log, linked or not; on the last page only. */
	events: number | null;
}

export interface Audit {
	/** How far the log fits, recomputed from its rows. */
	checked: number;
	head: number;
	/** The first thing wrong with the log; null when it is what it was. */
	fault: Fault | null;
	/** What lies outside the database: how far it was witnessed, and the first line of it that is not as it was written. */
	anchors: {
		count: number;
		upTo: number;
		last: string | null;
		fault: AnchorFileFault | null;
		/** The log has gone on for longer than a witness may be behind: it was taken away, cut, or never written. */
		isBehind: boolean;
	};
	/** Reports, cases, photos and evidence that are not what the log makes of them. */
	differences: { subject: string; id: string }[];
	compared: number;
}

const pageRows = 2000;
/** A witness that writes every ten minutes is behind when an event has waited for it this long. */
const mayBeBehindMs = 45 * 60_000;

/** Pages of the log, read one after the other while it may go on growing. */
async function* logPages(client: Client): AsyncGenerator<LogPage> {
	for (let after = 0; ;) {
		const page = await call<LogPage>(client, 'log_page', { after, max_rows: pageRows }, { isRead: true });
		yield page;
		if (page.links.length < pageRows) return;
		after = page.links.at(-1)![0];
	}
}

/**
 * Recomputes the whole log from its rows, holds it against what was witnessed outside the database, and the tables against
 * the log. O(events) time, O(1) memory but for eight bytes an event of the witness. What stands after the first fault
 * proves nothing any more, so it is not looked at.
 */
export async function auditLog(
	home: Home,
	folder: string,
	onProgress: (checked: number, of: number) => void = () => {}
): Promise<Audit> {
	const client = serviceClient(home);
	const file = await anchorsOf(folder, anchorKey(home.secret));
	const walked = await walkLog(logPages(client), file.anchors, onProgress);
	type Compared = Pick<Audit, 'differences' | 'compared'>;
	const [rows, photos] = [
		await call<Compared>(client, 'replay_differences'),
		await call<Compared>(client, 'photo_differences')
	];
	const last = file.anchors.at(-1);
	const { firstUnwitnessed, ...log } = walked;
	const waitsSince = firstUnwitnessed === null ? null : Date.parse(firstUnwitnessed);
	return {
		...log,
		anchors: {
			count: file.anchors.length,
			upTo: last?.to ?? 0,
			last: last?.at ?? null,
			fault: file.fault,
			isBehind: waitsSince !== null && Date.now() - waitsSince > mayBeBehindMs
		},
		differences: [...rows.differences, ...photos.differences],
		compared: rows.compared + photos.compared
	};
}

/** The walk itself, over pages from wherever: the first fault of the log, held against its anchors. */
export async function walkLog(
	pages: AsyncIterable<LogPage>,
	anchors: readonly Anchor[],
	onProgress: (checked: number, of: number) => void = () => {}
): Promise<Pick<Audit, 'checked' | 'head' | 'fault'> & { firstUnwitnessed: string | null }> {
	const walk = new ChainWalk();
	let witness: Witness | null = null;
	let page: LogPage | null = null;
	let fault: Fault | null = null;
	let firstUnwitnessed: string | null = null;
	for await (page of pages) {
		if (!witness) {
			const ours = anchors.filter(({ epoch }) => epoch === page!.epoch);
			// Anchors of an older log and none of this one: somebody put another in its place.
			if (anchors.length > 0 && ours.length === 0)
				fault = { position: 1, kind: 'another_log', eventId: null };
			witness = new Witness(ours);
		}
		for (const link of page.links) {
			fault ??= walk.step(link);
			if (!fault && !witness.agrees(walk.position, walk.hash)) {
				fault = { position: walk.position, kind: 'rewritten', eventId: link[3] };
				walk.position -= 1;
			}
			if (fault) break;
			if (walk.position > witness.upTo) firstUnwitnessed ??= link[10];
		}
		onProgress(walk.position, page.head.position);
		if (fault) break;
	}
	if (!fault && witness && witness.upTo > walk.position) {
		fault = { position: walk.position + 1, kind: 'cut_off', eventId: null };
	}
	if (!fault && page) fault = endFault(walk, page);
	return { checked: walk.position, head: page?.head.position ?? 0, fault, firstUnwitnessed };
}

function endFault(walk: ChainWalk, { head, events }: LogPage): Fault | null {
	const fault = (kind: Fault['kind']): Fault => ({ position: walk.position + 1, kind, eventId: null });
	// The end was read together with the last page: what came since is in neither.
	if (head.position !== walk.position || head.hash !== walk.hash.toString('hex'))
		return fault('head_differs');
	return events !== null && events !== walk.position ? fault('unlinked_events') : null;
}
