import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { Phone } from '#test/support/phone.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { settled } from '#test/support/settled.ts';

/* What screens do when the stream does not behave: shared between tabs, cut, and brought back. */
describe.skipIf(missingBrowser !== null)('a live screen', () => {
	let app: App;
	let browser: Browser;
	let phone: Phone;

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		// While the demo's past comes in, screens take whole snapshots; what is asked here is about single frames.
		await settled(app);
		browser = await openBrowser(WITHOUT_MAPS);
		phone = await Phone.at(app.url, 23);
	}, 300_000);

	afterAll(async () => {
		phone?.close();
		await browser?.close();
		await app?.stop();
	}, 60_000);

	async function as(persona: string): Promise<BrowserContext> {
		const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'en' });
		await signInUnseen(context, app.url, { persona });
		return context;
	}

	async function desk(context: BrowserContext, streams: string[] = []): Promise<Page> {
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		page.on('request', (request) => {
			if (new URL(request.url()).pathname === '/live') streams.push(request.url());
		});
		await page.goto(`${app.url}/desk`);
		await page.locator('.badge.live').waitFor();
		return page;
	}

	async function report(): Promise<string> {
		const sent = phone.writeReport([]);
		expect((await phone.sendReport(sent)).status).toBe(201);
		return sent.id;
	}

	const row = (page: Page, id: string) => page.locator(`[data-row="${id}"]`);

	it('shares one stream between the tabs of a browser, and passes it on when its tab closes', async () => {
		const context = await as('registrar');
		const [first, second]: [string[], string[]] = [[], []];
		const leader = await desk(context, first);
		const follower = await desk(context, second);
		expect([first.length, second.length]).toEqual([1, 0]);

		const id = await report();
		await row(leader, id).waitFor({ state: 'attached' });
		await row(follower, id).waitFor({ state: 'attached' });

		await leader.close();
		await expect.poll(() => second.length, { timeout: 10_000 }).toBe(1);
		const next = await report();
		await row(follower, next).waitFor({ state: 'attached' });
		await context.close();
	}, 120_000);

	it('says how old it is while the network is cut, and shows what it missed afterwards', async () => {
		const context = await as('registrar');
		const page = await desk(context);
		await context.setOffline(true);
		await page.locator('.badge.offline').waitFor();
		await page.getByText(/No connection, as of \d+ s ago/).waitFor();
		const missed = await report();
		expect(await row(page, missed).count()).toBe(0);
		// What is on the screen stays there: a cut is no reason for an error page.
		expect(await page.locator('[data-row]').count()).toBeGreaterThan(0);

		await context.setOffline(false);
		await row(page, missed).waitFor({ state: 'attached' });
		await page.locator('.badge.live').waitFor();
		await context.close();
	}, 120_000);

	it('sends a wall neither the id of a report nor of a case, and a team nothing of the city', async () => {
		const [wall, team] = [await as('wall'), await as('team')];
		const streams = [await listen(wall, ''), await listen(team, '')];
		const id = await report();
		const texts = await Promise.all(streams.map((stream) => stream.until('event: frame')));
		expect(texts[0]).toContain('"class":"wall"');
		expect(texts[0]).toContain('"received_today"');
		expect(texts[1]).toContain('"class":"field"');
		expect(texts[1]).not.toContain('"street"');
		for (const text of texts) {
			expect(text).not.toContain(id);
			expect(text).not.toContain('report_id');
		}
		for (const stream of streams) stream.close();
		expect((await fetchLive(team, '?class=wall')).status).toBe(403);
		expect((await fetchLive(wall, '?class=desk')).status).toBe(403);
		await wall.close();
		await team.close();
	}, 60_000);

	it('tells a client that has been away for too long to start over', async () => {
		const wall = await as('wall');
		const stream = await listen(wall, '?after=1');
		const text = await stream.until('event: reset');
		expect(text).toContain('"reason":"too_old"');
		stream.close();
		await wall.close();
	}, 60_000);

	it('ends within seconds when the server stops, open streams or not', async () => {
		const wall = await as('wall');
		const stream = await listen(wall, '');
		await stream.until('event: hello');
		const started = performance.now();
		await app.stop();
		expect(performance.now() - started).toBeLessThan(8000);
		stream.close();
		await wall.close();
	}, 60_000);

	async function fetchLive(context: BrowserContext, query: string, signal?: AbortSignal): Promise<Response> {
		const cookies = await context.cookies();
		const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
		return fetch(`${app.url}/live${query}`, { headers: { cookie }, signal });
	}

	/** A stream read by hand, to see the very bytes. */
	async function listen(context: BrowserContext, query: string) {
		const ending = new AbortController();
		const response = await fetchLive(context, query, ending.signal);
		expect(response.status).toBe(200);
		expect(response.headers.get('cache-control')).toContain('no-store');
		expect(response.headers.get('x-accel-buffering')).toBe('no');
		const reader = response.body!.getReader();
		const decoder = new TextDecoder();
		let text = '';
		return {
			async until(wanted: string): Promise<string> {
				// The whole event, up to the empty line that ends it.
				while (!text.includes(wanted) || !text.slice(text.indexOf(wanted)).includes('\n\n')) {
					const { done, value } = await reader.read();
					if (done) throw new Error(`The stream ended before "${wanted}":\n${text}`);
					text += decoder.decode(value, { stream: true });
				}
				return text;
			},
			close: () => ending.abort()
		};
	}
});
