import { ApiProblem } from '#lib/database/problem.ts';
import type { Notice } from '#lib/enforcement/enforcement.ts';
import { reveal } from '#lib/particulars/particulars.server.ts';

/**
 * Opens whom a notice is to, so that it can be printed with the name or plate. Each is a reveal of its own, with its reason. The
 * witness stays sealed: they sign by hand.
 */
export async function openAddressee(
	accessToken: string,
	notice: Notice,
	reason: string | null,
	note: string | null
): Promise<Record<string, string>> {
	const wanted = notice.particulars.filter(
		({ id, kind, erased_at }) => erased_at === null && (id === notice.addressee || kind === 'plate')
	);
	if (wanted.length === 0) throw new ApiProblem(410, 'particular_erased');
	const opened: Record<string, string> = {};
	for (const { id } of wanted) opened[id] = (await reveal(accessToken, id, reason, note)).value;
	return opened;
}
