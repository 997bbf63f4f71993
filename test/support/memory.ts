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

export function descendants(pid: number): number[] {
	const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
		readFileSync(join('/proc', String(pid), 'task', thread, 'children'), 'utf8')
			.trim()
			.split(' ')
	);
	return children.filter(Boolean).flatMap((child) => [Number(child), ...descendants(Number(child))]);
}
