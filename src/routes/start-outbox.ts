import { dropAtSignOut } from '#lib/outbox/kept-person.ts';
import { start, useMeans } from '#lib/outbox/outbox.ts';

/** Lets what waits on this device go out while a page of ours is open. Returns what ends it. */
export function startOutbox(): () => void {
	useMeans({
		solve: async (challenge) => {
			const { solveAside } = await import('#lib/reports/proof-of-work-aside.ts');
			return solveAside(challenge as Parameters<typeof solveAside>[0]);
		}
	});
	dropAtSignOut();
	return start();
}
