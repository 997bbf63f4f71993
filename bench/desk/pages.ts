// The desk as a browser asks for it: pages and data of the built web server, whole, each with a session of its own.
import { startApp } from '#test/support/app.ts';
import { processorSeconds } from '#test/support/memory.ts';
import type { NativeHome } from '#test/support/native.ts';

export interface Asked {
	name: string;
	token: string;
	path: string;
}

export interface Answered {
	times: Map<string, number[]>;
	/** Milliseconds of the web server's processor for one answer, and its length in KB. */
	costs: Map<string, { cpu: number; kb: number }>;
}

/** Every page in turn, `rounds` times, after two that warm up. */
export async function measurePages(home: NativeHome, asked: Asked[], rounds: number): Promise<Answered> {
	const app = await startApp({ demo: false, native: home, limitMs: 600_000 });
	try {
		const times = new Map(asked.map(({ name }) => [name, [] as number[]]));
		const costs = new Map(asked.map(({ name }) => [name, { cpu: 0, kb: 0 }]));
		const spent = () => [...processorSeconds(app.pid).values()].reduce((sum, some) => sum + some, 0);
		for (let round = -2; round < rounds; round += 1) {
			for (const { name, token, path } of asked) {
				const [cpu, startedAt] = [spent(), performance.now()];
				const response = await fetch(app.url + path, {
					headers: { cookie: `kerbside_access=${token}`, 'accept-language': 'zh-CN' },
					redirect: 'manual'
				});
				const { length } = await response.text();
				if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
				if (round < 0) continue;
				times.get(name)!.push(performance.now() - startedAt);
				const cost = costs.get(name)!;
				cost.cpu += ((spent() - cpu) * 1000) / rounds;
				cost.kb = length / 1000;
			}
		}
		return { times, costs };
	} finally {
		await app.stop();
	}
}
