import type { Applied } from '#lib/city/import/importer.ts';
import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { openAccount } from '#lib/database/open-account.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { emailOf, isOwnAddress } from '#lib/staff/login.ts';
import { makePassword } from '#lib/staff/password.ts';
import type { OfficeApplyOptions } from './office.server.ts';
import { sinceEver, type ListedStaff, type StaffDraft, type StaffRole, type StaffRow } from './staff.ts';

/** What is to be handed to a person, once: it is stored nowhere. */
export interface OneTimePassword {
	name: string;
	login: string;
	password: string;
}

export function listStaff(client: Client): Promise<{ staff: ListedStaff[] }> {
	return call<{ staff: ListedStaff[] }>(client, 'staff_list');
}

/**
 * Gives everyone in the draft an account and exactly these roles; who has an account keeps its password. Each person is
 * done for good before the next, and `onPassword` is told at once, so that a break-off loses nobody's password. Those who
 * are not in the file stay as they are.
 */
export async function applyStaff(
	home: Home,
	draft: StaffDraft,
	options: OfficeApplyOptions & { onPassword?: (handed: OneTimePassword) => void; client?: Client } = {}
): Promise<Applied> {
	const { dryRun = false, skipFaulty = false, onProgress, onPassword } = options;
	if (draft.refused > 0 && !skipFaulty && !dryRun)
		throw new Error(`A draft with ${draft.refused} refused rows is not written.`);
	// Whoever brought the file gives the rights, under their own name; only the command line has none but the server's key.
	const client = options.client ?? serviceClient(home);
	const listed = new Map((await listStaff(client)).staff.map((person) => [person.login, person]));
	const applied: Applied = { added: 0, changed: 0, unchanged: 0, gone: 0, rejected: [] };
	for (const [i, person] of draft.staff.entries()) {
		const there = listed.get(person.login);
		const isSame = there !== undefined && there.is_active && isSamePerson(there, person);
		if (isSame) applied.unchanged += 1;
		else if (there) applied.changed += 1;
		else applied.added += 1;
		if (dryRun || isSame) continue;
		try {
			await writePerson(home, client, person, there?.id ?? null, onPassword);
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			applied[there ? 'changed' : 'added'] -= 1;
			applied.rejected.push({ key: person.login, problem: problem.code, detail: problem.detail });
		}
		onProgress?.(i + 1, draft.staff.length);
	}
	return applied;
}

async function writePerson(
	home: Home,
	client: Client,
	{ login, name, roles }: StaffRow,
	known: string | null,
	onPassword?: (handed: OneTimePassword) => void
): Promise<void> {
	// Left out is the database's own beginning; null would be refused.
	const given = roles.map((role) =>
		Object.fromEntries(Object.entries(role).filter(([, value]) => value !== null))
	);
	const enter = async (id: string) => {
		await call(client, 'upsert_staff', { staff: { id, name, login, roles: given } });
	};
	if (known !== null) return enter(known);
	const email = emailOf(login);
	const password = makePassword();
	await openAccount(home, { email, password, mayReplace: isOwnAddress(email) }, enter);
	onPassword?.({ name, login, password });
}

function isSamePerson(there: ListedStaff, { name, roles }: StaffRow): boolean {
	const moment = (time: string | null) => (time === null ? null : new Date(time).getTime());
	const first = Date.parse(sinceEver);
	const worded = (role: StaffRole | ListedStaff['roles'][number]) =>
		JSON.stringify([
			role.role,
			'unit_key' in role ? role.unit_key : role.unit,
			role.area_id,
			moment(role.valid_from) ?? first,
			moment(role.valid_to)
		]);
	return (
		there.name === name &&
		JSON.stringify(there.roles.map(worded).sort()) === JSON.stringify(roles.map(worded).sort())
	);
}
