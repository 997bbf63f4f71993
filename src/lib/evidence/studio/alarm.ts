// A thread of the decoding process that ends it: when a job takes too much memory or processor time, or when nobody is
// left to work for. Native code and WebAssembly cannot be interrupted from the thread they run on.
import { workerData } from 'node:worker_threads';
import type { AlarmData } from './armed.ts';

const { until, bytes, ppid } = workerData as AlarmData;

for (;;) {
	const limit = Atomics.load(until, 0);
	const { user, system } = process.cpuUsage();
	const isSpent = limit > 0 && (user + system) / 1000 > limit;
	if (isSpent || process.memoryUsage.rss() > bytes || process.ppid !== ppid) {
		process.kill(process.pid, 'SIGKILL');
	}
	// A new job wakes it; during one it looks every 20 ms, between jobs once a second.
	Atomics.wait(until, 0, limit, limit > 0 ? 20 : 1000);
}
