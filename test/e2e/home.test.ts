import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOfAxe, MAP } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';
import { putMigrated } from '#test/support/migrated.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { settled } from '#test/support/settled.ts';

/*
 * The way in: the public map and its list, the search, the frame around every page. What a stranger sees, in both
 * languages and themes, with and without scripts, with and without a network.
 */
describe.skipIf(missingBrowser !== null)('the public map', () => {
	let app: App;
	let dataDir = '';
	let browser: Browser;
	let firstPage = '';

	beforeAll(async () => {
		// A first start, seen from outside while it is still making the demo's past.
		dataDir = await mkdtemp(join(tmpdir(), 'kerbside-home-'));
		await putMigrated(dataDir);
		app = await startApp({ dataDir, limitMs: 280_000 });
		firstPage = await (await fetch(app.url, { headers: { accept: 'text/html' } })).text();
		browser = await openBrowser();
	}, 300_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
		if (dataDir) await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
	}, 60_000);

	type Options = Parameters<Browser['newContext']>[0];

	/** A page that has written down what must not happen: an error on the console, a request to another host. */
	async function visit(path: string, options: Options = {}): Promise<Page & { faults: string[] }> {
		const context = await browser.newContext({
			viewport: { width: 1920, height: 1080 },
			locale: 'en',
			...options
		});
		const page = Object.assign(await context.newPage(), { faults: [] as string[] });
		page.setDefaultTimeout(30_000);
		page.on('console', (line) => {
			if (line.type() === 'error') page.faults.push(line.text());
		});
		page.on('pageerror', (error) => page.faults.push(error.message));
		page.on('request', (request) => {
			const { protocol, origin } = new URL(request.url());
			if (protocol.startsWith('http') && origin !== app.url) page.faults.push(`asked ${origin}`);
		});
		await page.goto(app.url + path);
		return page;
	}

	/** Scripts run once the search answers to typing; before that a click would be a page load by accident. */
	async function ready(page: Page): Promise<void> {
		await page.waitForFunction(() => document.querySelector('main .map .canvas') !== null);
	}

	async function as(page: Page, persona: string): Promise<void> {
		await signInUnseen(page.context(), app.url, { persona });
	}

	it('already answers while the demo’s past is still being made, and says so', () => {
		expect(firstPage).toContain('role="progressbar"');
		expect(firstPage).toContain('href="/snap"');
	});

	it('takes the banner away by itself once the past is there', async () => {
		const page = await visit('/track');
		await settled(app);
		await page.getByRole('progressbar').waitFor({ state: 'detached' });
		await page.context().close();
		// One answer of the database serves all for ten seconds, and the last may be from before.
		const rows = async () => ((await (await fetch(app.url)).text()).match(/scope="row"/g) ?? []).length;
		await expect.poll(rows, { timeout: 60_000, interval: 1_000 }).toBeGreaterThan(5);
	}, 300_000);

	it('is a list of streets before it is a picture: complete without scripts', async () => {
		const page = await visit('/', { javaScriptEnabled: false });
		expect(await page.getByRole('rowheader').count()).toBeGreaterThan(5);
		expect(await page.getByText('Demo data', { exact: true }).count()).toBe(1);
		await page.getByRole('link', { name: 'Report it' }).click();
		await page.waitForURL('**/snap');
		await page.context().close();
	});

	it('draws the map from our own host, with its source, and nothing on the console', async () => {
		const page = await visit('/');
		await page.locator('.maplibregl-canvas').waitFor();
		await page.getByText('Opening the map').waitFor({ state: 'detached', timeout: 60_000 });
		await page.getByText(/^©/).first().waitFor();
		expect(page.faults).toEqual([]);
		await page.context().close();
	});

	it('says nothing of a street with too few cases, and “—” of nothing', async () => {
		const page = await visit('/');
		const words = await page.locator('tbody tr td:last-child').allInnerTexts();
		for (const text of words) {
			const [closed, due] = (/(\d+) of (\d+)/.exec(text) ?? ['', '0', '0']).slice(1).map(Number);
			if (due === 0) expect(text).toContain('—');
			else if (due! < 10) expect(text).toContain('Too few cases');
			else expect(text).toContain(`${((closed! / due!) * 100).toFixed(1)}%`);
		}
		expect(words.length).toBeGreaterThan(0);
		await page.context().close();
	});

	it('is searched by keyboard, and flies to the street', async () => {
		const page = await visit('/');
		await ready(page);
		await page.getByRole('combobox', { name: 'Search' }).fill('金桥');
		await page
			.getByRole('option', { name: /Jinqiao Road/ })
			.first()
			.waitFor();
		await page.keyboard.press('ArrowDown');
		expect(await page.getByRole('option', { selected: true }).innerText()).toContain('Jinqiao Road');
		await page.keyboard.press('Enter');
		await page.waitForURL(/\?at=[\d.]+,[\d.]+&street=\d+#street-\d+$/);
		expect(page.faults).toEqual([]);
		await page.context().close();
	});

	it('is searched without scripts on a page of its own', async () => {
		const page = await visit('/search?q=%E9%87%91%E6%A1%A5%E8%B7%AF', { javaScriptEnabled: false });
		const link = page.getByRole('link', { name: 'Jinqiao Road', exact: true });
		expect(await link.getAttribute('href')).toMatch(/^\/\?at=[\d.]+,[\d.]+&street=(\d+)#street-\1$/);
		await page.getByRole('searchbox').fill('no such street');
		await page.getByRole('button', { name: 'Search' }).click();
		await page.getByText('Nothing found for “no such street”').waitFor();
		await page.context().close();
	});

	it('finds case numbers for staff only, and writes no query into the log', async () => {
		const page = await visit('/track');
		const asked = async (query: string) => {
			const headers = { accept: 'application/json' };
			const answer = await page.context().request.get(`${app.url}/search`, { params: { q: query }, headers });
			return (await answer.json()) as { cases: { id: string; number: string }[] };
		};
		expect((await asked('E05')).cases).toEqual([]);
		await as(page, 'dispatcher');
		const { cases } = await asked('E05');
		expect(cases[0]?.number).toMatch(/^E05\d+/);
		expect(app.output()).toContain('"route":"/search"');
		expect(app.output()).not.toContain('q=E05');

		await page.goto(`${app.url}/desk`);
		await page.waitForFunction(() => document.querySelector('.badge.live') !== null);
		await page.getByRole('combobox', { name: 'Search' }).fill(cases[0]!.number);
		await page.getByRole('option', { name: new RegExp(cases[0]!.number) }).waitFor();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		await page.waitForURL(`**/desk/cases/${cases[0]!.id}`);
		await page.context().close();
	});

	it('shows one category at a time, with its own rates, by an address that can be sent on', async () => {
		const page = await visit('/');
		await ready(page);
		const due = async () => {
			const cells = await page.locator('tbody tr td:last-child').allInnerTexts();
			return cells.reduce((sum, text) => sum + Number(/\d+ of (\d+)/.exec(text)?.[1] ?? 0), 0);
		};
		const all = await due();
		const pill = page.getByRole('navigation', { name: 'One category only' }).getByRole('link').nth(1);
		const open = Number(/\d+$/.exec((await pill.innerText()).trim())![0]);
		await pill.click();
		await page.waitForURL(/\?category=\d+$/);
		await expect.poll(due).toBeLessThan(all);
		const counts = await page.locator('td.open').allInnerTexts();
		expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBeLessThanOrEqual(open);
		await page.context().close();
	});

	it('sorts its list by keyboard, with streets that may not be ranked last', async () => {
		const page = await visit('/');
		await ready(page);
		const head = page.getByRole('columnheader', { name: /Closure rate/ });
		await head.getByRole('button').press('Enter');
		expect(await head.getAttribute('aria-sort')).toBe('descending');
		const rates = await page.locator('tbody tr td:last-child').allInnerTexts();
		const firstUnranked = rates.findIndex((text) => !text.includes('%'));
		expect(
			rates.slice(firstUnranked < 0 ? rates.length : firstUnranked).some((text) => text.includes('%'))
		).toBe(false);
		await page.context().close();
	});

	it('follows the system’s light or dark until somebody chooses, and then remembers', async () => {
		const page = await visit('/track', { colorScheme: 'dark' });
		const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		const dark = await ground();
		const remembered = page.waitForResponse((answer) => answer.url().endsWith('/theme'));
		await page.getByRole('button', { name: 'Light', exact: true }).click();
		await expect.poll(ground).not.toBe(dark);
		await remembered;
		await page.reload();
		expect(await ground()).not.toBe(dark);
		expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
		await page.getByRole('button', { name: 'As the system' }).click();
		await expect.poll(ground).toBe(dark);
		await page.context().close();
	});

	it('keeps the page and says why while the network is gone', async () => {
		const page = await visit('/track');
		await page.waitForFunction(() => document.querySelector('main form') !== null);
		await page.getByLabel('Query code').fill('ABCD');
		await expect
			.poll(async () => {
				await page.context().setOffline(true);
				return page.getByText('The server cannot be reached').count();
			})
			.toBe(1);
		await page.getByRole('link', { name: 'Map', exact: true }).click();
		expect(new URL(page.url()).pathname).toBe('/track');
		expect(await page.getByLabel('Query code').inputValue()).toBe('ABCD');
		await page.context().setOffline(false);
		await page.getByText('The server cannot be reached').waitFor({ state: 'detached' });
		await page.context().close();
	});

	it('fits a small phone in both languages', async () => {
		for (const locale of ['zh-CN', 'en']) {
			for (const width of [390, 320]) {
				const page = await visit('/', {
					locale,
					viewport: { width, height: 700 },
					isMobile: true,
					hasTouch: true
				});
				for (const path of ['/', '/snap', '/track', '/sign-in', '/search?q=a', '/nothing-here']) {
					await page.goto(app.url + path);
					const spare = await page.evaluate(
						() => document.documentElement.clientWidth - document.documentElement.scrollWidth
					);
					expect({ locale, width, path, spare }).toEqual({ locale, width, path, spare: 0 });
				}
				await page.context().close();
			}
		}
	});

	it.each([
		['zh-CN', 'light', 1920, 1080],
		['en', 'dark', 390, 844]
	] as const)(
		'has nothing for axe to complain about (%s, %s, %d × %d)',
		async (locale, colorScheme, width, height) => {
			const page = await visit('/', { locale, colorScheme, viewport: { width, height } });
			for (const path of ['/', '/search?q=%E8%B7%AF', '/sign-in', '/track', '/snap', '/nothing-here']) {
				await page.goto(app.url + path);
				if (path === '/') await ready(page);
				expect(await complaintsOfAxe(page, { without: MAP }), path).toEqual([]);
			}
			await page.context().close();
		}
	);

	it('of a city without streets says what comes next, and still takes reports', async () => {
		const empty = await startApp({ demo: false });
		try {
			const text = await (
				await fetch(empty.url, { headers: { accept: 'text/html', 'accept-language': 'en' } })
			).text();
			expect(text).toContain('This city has no streets yet');
			expect(text).toContain('href="/snap"');
			expect(text).not.toContain('Demo data');
		} finally {
			await empty.stop();
		}
	});
});
