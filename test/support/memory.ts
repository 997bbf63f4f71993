import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Resident megabytes of a process and of everything it started; null where there is no /proc. */
export function residentMegabytes(pid: number): { total: number; processes: number } | null {
	try {
		const processes = [pid, ...descendants(pid)];
		const kilobytes = processes.map((one) => {
			const status = readFileSync(`/proc/${one}/status`, 'utf8');
			return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
		});
		return {
			total: Math.round(kilobytes.reduce((sum, some) => sum + some, 0) / 1024),
			processes: processes.length
		};
	} catch {
		return null;
	}
}

/** Seconds of processor time so far, by program: a process and everything it started. Empty where there is no /proc. */
export function processorSeconds(pid: number): Map<string, number> {
	const spent = new Map<string, number>();
	try {
		for (const one of [pid, ...descendants(pid)]) {
			const text = readFileSync(`/proc/${one}/stat`, 'utf8');
			const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
			// User and system time, in hundredths of a second; the first field after the name is the state.
			const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
			spent.set(name, (spent.get(name) ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100);
		}
	} catch {
		// A process that has just ended is not asked again; elsewhere there is nothing to ask.
	}
	return spent;
}

export function descendants(pid: number): number[] {
	const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
		readFileSync(join('/proc', String(pid), 'task', thread, 'children'), 'utf8')
			.trim()
			.split(' ')
	);
	return children.filter(Boolean).flatMap((child) => [Number(child), ...descendants(Number(child))]);
}
