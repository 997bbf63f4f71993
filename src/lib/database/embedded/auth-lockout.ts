import { createHmac } from 'node:crypto';
import type { QueryResult, Statement } from './executor.ts';

// Failures in a row that cost nothing, then 1 s, 2 s, 4 s … up to the longest wait. An address gets more of them, since
// a whole office may sit behind one.
const ACCOUNT = { free: 4, longestSeconds: 300 };
const ADDRESS = { free: 20, longestSeconds: 900 };

/** What is counted: keyed hashes of the login and, when the web server passes one, of the address hash. */
export interface Subjects {
	account: string;
	address: string | null;
}

export function subjectsOf(key: Buffer, login: string, addressHash: string | null): Subjects {
	const hash = (kind: string, value: string) =>
		createHmac('sha256', key).update(`${kind}:${value}`).digest('base64url');
	return { account: hash('account', login), address: addressHash ? hash('address', addressHash) : null };
}

/**
 * Counts an attempt before the password is looked at, so that a hundred guesses at once are a hundred failures.
 * A login nobody has is counted like any other. Read the two results with `secondsLocked`.
 */
export function charge({ account, address }: Subjects, now: string): Statement[] {
	const rows = [
		{ subject: account, ...ACCOUNT },
		...(address ? [{ subject: address, ...ADDRESS }] : [])
	].sort((a, b) => (a.subject < b.subject ? -1 : 1)); // one order for all, or two attempts could deadlock
	return [
		{
			sql: `
				with subject as (
					select * from jsonb_to_recordset($1::text::jsonb)
						as s (subject text, free integer, "longestSeconds" double precision)
				)
				insert into auth.sign_in_attempts as attempt (subject, failures, last_failure_at, locked_until)
				select subject, 1, $2::timestamptz, $2::timestamptz from subject
				where not exists (
					select from auth.sign_in_attempts locked
					where locked.subject in (select subject from subject) and locked.locked_until > $2::timestamptz
				)
				on conflict (subject) do update set
					failures = case
						when attempt.last_failure_at < $2::timestamptz - interval '1 day' then 1
						else attempt.failures + 1
					end,
					last_failure_at = $2::timestamptz,
					locked_until = case
						when attempt.last_failure_at < $2::timestamptz - interval '1 day' then $2::timestamptz
						else $2::timestamptz + (
							select case
								when attempt.failures + 1 <= subject.free then interval '0'
								else make_interval(secs =>
									least("longestSeconds", power(2, least(attempt.failures - free, 30))))
							end
							from subject where subject.subject = excluded.subject
						)
					end
				where attempt.locked_until <= $2::timestamptz
				returning subject`,
			params: [JSON.stringify(rows), now]
		},
		{
			sql: `
				select ceil(extract(epoch from max(locked_until) - $2::timestamptz))::integer as seconds
				from auth.sign_in_attempts
				where subject in (select jsonb_array_elements_text($1::text::jsonb))`,
			params: [JSON.stringify(rows.map((row) => row.subject)), now]
		}
	];
}

/** Null: the attempt was counted and may go on. */
export function secondsLocked({ address }: Subjects, [counted, locked]: QueryResult[]): number | null {
	const wanted = address ? 2 : 1;
	if (counted!.rows.length === wanted) return null;
	return Number(locked!.rows[0]?.seconds ?? 1);
}

/** The password was right: the account starts afresh; the address only gets this one attempt back. */
export function forgive({ account, address }: Subjects, now: string): Statement[] {
	return [
		{ sql: 'delete from auth.sign_in_attempts where subject = $1', params: [account] },
		{
			sql: `
				update auth.sign_in_attempts
				set failures = greatest(failures - 1, 0), locked_until = last_failure_at
				where subject = $1`,
			params: [address ?? '']
		},
		{
			sql: `delete from auth.sign_in_attempts where last_failure_at < $1::timestamptz - interval '1 day'`,
			params: [now]
		}
	];
}
