type Check = 'verify_log' | 'replay_differences' | 'number_differences';

/** What is wrong with the log, with the tables a replay of it gives, and with the numbers kept beside them. */
export async function faultsOfLog(ask: (name: Check) => Promise<unknown>): Promise<string[]> {
	const faults: string[] = [];
	const log = (await ask('verify_log')) as { ok: boolean; first_bad: number | null };
	if (!log.ok) faults.push(`the log is broken at ${log.first_bad}`);
	const { differences } = (await ask('replay_differences')) as { differences: unknown[] };
	if (differences.length > 0) faults.push(`replay differs: ${JSON.stringify(differences.slice(0, 5))}`);
	const numbers = (await ask('number_differences')) as { facts: number; counters: number };
	if (numbers.facts !== 0 || numbers.counters !== 0)
		faults.push(`numbers differ: ${JSON.stringify(numbers)}`);
	return faults;
}
