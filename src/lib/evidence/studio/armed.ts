import { Worker } from 'node:worker_threads';

export interface AlarmData {
	/** One number: the processor time (ms) at which the present job ends; 0 between jobs. */
	until: Int32Array;
	bytes: number;
	ppid: number;
}

/** Starts the thread that ends this process when it takes too much memory, or a job too much processor time. */
export function armed(megabytes: number) {
	const until = new Int32Array(new SharedArrayBuffer(4));
	const workerData: AlarmData = { until, bytes: megabytes * 1024 * 1024, ppid: process.ppid };
	new Worker(new URL('./alarm.ts', import.meta.url), { workerData }).unref();
	const tell = (value: number) => {
		Atomics.store(until, 0, value);
		Atomics.notify(until, 0);
	};
	return {
		set(cpuSeconds: number) {
			const { user, system } = process.cpuUsage();
			tell(Math.round((user + system) / 1000 + cpuSeconds * 1000));
		},
		clear: () => tell(0)
	};
}
