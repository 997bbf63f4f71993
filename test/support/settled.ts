import type { App } from './app.ts';

/** Waits until the demo's past has been brought in: until then lists grow by themselves. */
export async function settled(app: App, limitMs = 240_000): Promise<void> {
	const giveUpAt = Date.now() + limitMs;
	for (;;) {
		const answer = await fetch(`${app.url}/readyz`).catch(() => null);
		const said = (await answer?.json().catch(() => null)) as { seeding?: unknown } | null;
		if (answer?.ok && said && !said.seeding) return;
		if (Date.now() > giveUpAt) throw new Error(`The demo's past was not there after ${limitMs} ms.`);
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
}
