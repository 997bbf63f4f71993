import { getHome, type Home } from '#lib/database/home.server.ts';
import { anchorKey } from './anchors.ts';
import { anchorEnd } from './anchors.server.ts';
import { auditLog, type Audit } from './audit.server.ts';

/** One audit at a time for a web process; whoever opens the page sees the same one. */
export interface AuditJob {
	state: 'running' | 'done' | 'failed';
	startedAt: string;
	endedAt: string | null;
	checked: number;
	of: number;
	result: Audit | null;
}

const key = Symbol.for('kerbside.audit');
const shared = globalThis as { [key]?: AuditJob };

export function auditNow(): AuditJob | null {
	return shared[key] ?? null;
}

/** Begins an audit unless one is running. */
export function startAudit(folder: string, home: Home = getHome()): AuditJob {
	const running = shared[key];
	if (running?.state === 'running') return running;
	const job: AuditJob = {
		state: 'running',
		startedAt: new Date().toISOString(),
		endedAt: null,
		checked: 0,
		of: 0,
		result: null
	};
	shared[key] = job;
	auditLog(home, folder, (checked, of) => Object.assign(job, { checked, of }))
		.then((result) => Object.assign(job, { state: 'done', result }))
		.catch(() => (job.state = 'failed'))
		.finally(() => (job.endedAt = new Date().toISOString()));
	return job;
}

/** How far the log was witnessed outside the database, and when last. */
export async function witnessed(
	folder: string,
	home: Home = getHome()
): Promise<{ upTo: number; last: string | null; isBroken: boolean }> {
	const { last, isBroken } = await anchorEnd(folder, anchorKey(home.secret));
	return { upTo: last?.to ?? 0, last: last?.at ?? null, isBroken };
}
